import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultDisclosureLimits } from './disclosureLimits.ts';
import { sameUnit } from '../staff/officerNames.ts';
import { awaitsReview, endOf, isUndecided, stateOf, take, type Actor, type DisclosureFacts, type Step } from './disclosureState.ts';

const terms = defaultDisclosureLimits;
const minuteMs = 60_000;
const requester: Actor = { officerId: 'tracer', unit: 'Tracing', session: 'session 1' };
const otherSession: Actor = { ...requester, session: 'session 2' };
const colleague: Actor = { officerId: 'colleague', unit: ' tracing', session: 'session 3' };
const approver: Actor = { officerId: 'medical officer', unit: 'Medicine', session: 'session 4' };
const privacy: Actor = { officerId: 'privacy officer', unit: 'Privacy', session: 'session 5' };
const actors = [requester, otherSession, colleague, approver, privacy];
const steps: readonly Step[] = ['sign', 'approve', 'refuse', 'release', 'close', 'review'];

const recorded = (emergency: boolean): DisclosureFacts => ({
  emergency, requestedBy: requester.officerId, requestedUnit: requester.unit, session: requester.session, requestedAt: 0, signedAt: null, decision: null, views: 0, closedAt: null, review: null,
});
/** Takes steps in order, all of which must be allowed. */
function after(facts: DisclosureFacts, ...taken: readonly (readonly [Step, Actor, number])[]): DisclosureFacts {
  return taken.reduce((before, [step, actor, at]) => {
    const result = take(before, step, actor, at, terms);
    assert.ok(result.ok, `${step} at ${at}`);
    return result.facts;
  }, facts);
}
const refusalOf = (facts: DisclosureFacts, step: Step, actor: Actor, at: number) => {
  const result = take(facts, step, actor, at, terms);
  return result.ok ? 'taken' : result.refusal;
};

interface Event { readonly step: Step; readonly actor: Actor; readonly at: number; readonly taken: boolean }
/** Any life of a disclosure: who tried what and when, and what of it was taken. */
const lives = fc.record({
  emergency: fc.boolean(),
  // Half of the lives begin as most do, so that what comes later is reached often.
  begins: fc.constantFrom<readonly [Step, Actor][]>([], [['sign', requester]], [['sign', requester], ['approve', approver]]),
  tries: fc.array(fc.oneof(
    fc.tuple(fc.constant<Step>('release'), fc.constant(requester), fc.constantFrom(1, 29 * minuteMs, 119 * minuteMs)),
    fc.tuple(fc.constantFrom(...steps), fc.constantFrom(...actors), fc.constantFrom(0, 1, 4 * minuteMs, 29 * minuteMs, 30 * minuteMs, 119 * minuteMs, 120 * minuteMs, 720 * minuteMs)),
  ), { maxLength: 25 }),
}).map(({ emergency, begins, tries }) => {
  let facts = recorded(emergency);
  let at = 0;
  const events: Event[] = [];
  for (const [step, actor, wait] of [...begins.map(([step, actor]) => [step, actor, 0] as const), ...tries]) {
    at += wait;
    const result = take(facts, step, actor, at, terms);
    events.push({ step, actor, at, taken: result.ok });
    if (result.ok) facts = result.facts;
  }
  return { emergency, events, facts, at };
});

test('no sequence of events opens a disclosure without two officers of two units, but for an emergency within its half hour', () => {
  let releases = 0;
  fc.assert(fc.property(lives, ({ emergency, events }) => {
    const before = (index: number, step: Step) => events.slice(0, index).find((event) => event.step === step && event.taken);
    for (const [index, event] of events.entries()) {
      if (event.step !== 'release' || !event.taken) continue;
      releases += 1;
      const signed = before(index, 'sign');
      assert.ok(signed !== undefined && signed.actor.officerId === requester.officerId);
      assert.equal(event.actor, requester, 'the session that asked');
      assert.equal(before(index, 'close'), undefined);
      assert.equal(before(index, 'refuse'), undefined);
      assert.ok(events.slice(0, index).filter(({ step, taken }) => step === 'release' && taken).length < terms.mostViews);
      const approved = before(index, 'approve');
      if (approved === undefined) {
        assert.ok(emergency && event.at < signed.at + terms.emergencyMs);
      } else {
        assert.ok(approved.actor.officerId !== requester.officerId && !sameUnit(approved.actor.unit, requester.unit));
        assert.ok(event.at < approved.at + terms.windowMs);
      }
    }
  }), { numRuns: 3000 });
  assert.ok(releases > 500, 'the lives reach what is to be checked');
});

test('what is over stays over, whatever is tried and however long it takes', () => {
  fc.assert(fc.property(lives, fc.constantFrom(...steps), fc.constantFrom(...actors), fc.nat(2_000 * minuteMs), ({ facts, at }, step, actor, wait) => {
    if (endOf(facts, at, terms) !== null) return;
    const later = at + wait;
    assert.equal(refusalOf(facts, 'release', actor, later) === 'taken', false);
    const next = take(facts, step, actor, later, terms);
    if (next.ok) assert.equal(endOf(next.facts, later, terms), null);
  }), { numRuns: 2000 });
});

test('a review is by somebody who had no part in it, once, and never before the end', () => {
  fc.assert(fc.property(lives, ({ events, facts }) => {
    const reviews = events.filter(({ step, taken }) => step === 'review' && taken);
    assert.ok(reviews.length <= 1);
    for (const { actor } of reviews) assert.ok(actor.officerId !== requester.officerId && actor.officerId !== facts.decision?.by);
    for (const [index, event] of events.entries()) {
      if (event.step !== 'release' || !event.taken) continue;
      assert.equal(events.slice(0, index).some(({ step, taken }) => step === 'review' && taken), false);
    }
  }), { numRuns: 2000 });
});

test('an emergency that nobody confirmed lapses, also where it was closed early, and wants its review', () => {
  const emergency = after(recorded(true), ['sign', requester, 0]);
  assert.equal(stateOf(emergency, 0, terms), 'emergency');
  const closed = after(emergency, ['release', requester, 1], ['close', requester, 2]);
  assert.equal(isUndecided(closed, 3, terms), true);
  assert.equal(awaitsReview(closed, 3, terms), false);
  assert.equal(stateOf(after(closed, ['approve', approver, 3]), 4, terms), 'closed');
  for (const facts of [emergency, closed]) {
    assert.equal(stateOf(facts, terms.emergencyMs, terms), 'lapsed');
    assert.equal(refusalOf(facts, 'approve', approver, terms.emergencyMs), 'conflict');
    assert.equal(refusalOf(facts, 'release', requester, terms.emergencyMs), 'disclosure-refused');
    assert.equal(awaitsReview(facts, terms.emergencyMs, terms), true);
  }
});

test('an approval comes from another officer of another unit, however the unit is written', () => {
  const waiting = after(recorded(false), ['sign', requester, 0]);
  for (const actor of [requester, colleague]) {
    assert.equal(refusalOf(waiting, 'approve', actor, 1), 'approval-refused');
    assert.equal(refusalOf(waiting, 'refuse', actor, 1), 'approval-refused');
  }
  const open = after(waiting, ['approve', approver, 1]);
  assert.equal(refusalOf(open, 'approve', privacy, 2), 'conflict');
  assert.equal(stateOf(open, terms.windowMs, terms), 'open');
  assert.equal(stateOf(open, terms.windowMs + 1, terms), 'expired');
});

test('only the requester learns from a refusal that there is something to open', () => {
  const open = after(recorded(false), ['sign', requester, 0], ['approve', approver, 1]);
  for (const actor of [colleague, approver, privacy]) assert.equal(refusalOf(open, 'release', actor, 2), 'not-found');
  assert.equal(refusalOf(open, 'release', otherSession, 2), 'disclosure-refused');
});

test('a request that is not signed in time, or not decided in time, is over and has nothing to review', () => {
  assert.equal(stateOf(recorded(false), terms.signingMs, terms), 'expired');
  assert.equal(refusalOf(recorded(false), 'sign', requester, terms.signingMs), 'conflict');
  const waiting = after(recorded(false), ['sign', requester, 0]);
  assert.equal(stateOf(waiting, terms.waitingMs, terms), 'expired');
  assert.equal(awaitsReview(waiting, terms.waitingMs, terms), false);
  assert.equal(awaitsReview(after(waiting, ['refuse', approver, 1]), 2, terms), false);
});
