import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareContacts, type TracedCase } from './replayComparison.ts';

const hour = 3_600_000;
const visit = (person: string, venue: string, hours: number) => ({ person, venue, arrivedAt: hours * hour, leftAt: (hours + 1) * hour });
const window = { from: 0, to: 100 * hour };
// Ann meets Ben and Cleo at once (the same exposure), Dan alone, and nobody at the gym.
const visits = [
  visit('ann', 'cafe', 1), visit('ben', 'cafe', 1.5), visit('cleo', 'cafe', 1.5),
  visit('ann', 'market', 5), visit('dan', 'market', 5.25), visit('ann', 'gym', 9), visit('eve', 'gym', 10),
];
const atCafe = { venue: 'cafe', from: 1.5 * hour, to: 2 * hour };
const atMarket = { venue: 'market', from: 5.25 * hour, to: 6 * hour };
const right: TracedCase = {
  indexPerson: 'ann',
  contacts: [{ pseudonym: 'p1', exposures: [atCafe] }, { pseudonym: 'p2', exposures: [atMarket] }, { pseudonym: 'p3', exposures: [atCafe] }],
};

function counts(cases: readonly TracedCase[]) {
  const { differences, ...numbers } = compareContacts(cases, visits, window);
  return { ...numbers, differences: differences.length };
}

test('the right list agrees, in any order', () => {
  assert.deepEqual(counts([right]), { expectedContacts: 3, foundContacts: 3, missing: 0, extra: 0, differences: 0 });
});

test('a contact that was not found is missing, also one of two that are alike', () => {
  assert.deepEqual(counts([{ ...right, contacts: right.contacts.slice(0, 2) }]), { expectedContacts: 3, foundContacts: 2, missing: 1, extra: 0, differences: 1 });
});

test('a contact with another end of the exposure is missing and extra', () => {
  const contacts = [...right.contacts.slice(0, 2), { pseudonym: 'p3', exposures: [{ ...atCafe, to: atCafe.to + 1 }] }];
  assert.deepEqual(counts([{ ...right, contacts }]), { expectedContacts: 3, foundContacts: 3, missing: 1, extra: 1, differences: 2 });
});

test('a contact twice, and a contact without exposure, are extra', () => {
  const contacts = [...right.contacts, { pseudonym: 'p4', exposures: [atMarket] }, { pseudonym: 'p5', exposures: [] }];
  assert.deepEqual(counts([{ ...right, contacts }]), { expectedContacts: 3, foundContacts: 5, missing: 0, extra: 2, differences: 2 });
});

test('a pseudonym that changes hands between cases is caught', () => {
  const ofDan: TracedCase = { indexPerson: 'dan', contacts: [{ pseudonym: 'index', exposures: [atMarket] }] };
  assert.deepEqual(counts([right, ofDan]).differences, 0);
  // In Ann's case p2 was Dan, so in Dan's own case it cannot be Ann.
  const swapped: TracedCase = { indexPerson: 'dan', contacts: [{ pseudonym: 'p2', exposures: [atMarket] }] };
  assert.deepEqual(counts([right, swapped]), { expectedContacts: 4, foundContacts: 4, missing: 1, extra: 1, differences: 1 });
});
