/** Row 16: the log of uses must not itself tell what the uses were about. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { previewErasure } from '@health-kit/api';
import { connect, perform, type Resident } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { openOffices, type Offices } from '../server/labsOffices.ts';
import { tellByTime } from './timeTold.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let city: City;
let offices: Offices;
/** Two of a household: he is a case, she was at the same place as he; and a stranger who was never near either. */
let he: Resident;
let she: Resident;
let stranger: Resident;
/** Somebody whose dependant she is, and one whose dependant the stranger is. */
let herGuardian: Resident;
let strangersGuardian: Resident;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  he = await city.resident({ verified: true });
  she = await city.resident({ verified: true });
  stranger = await city.resident({ verified: true });
  herGuardian = await city.resident({ verified: true });
  strangersGuardian = await city.resident({ verified: true });
  await herGuardian.guard(she);
  await strangersGuardian.guard(stranger);
});
after(() => city.close());

/** Everything that a log says, but for its place in the ledger and what proves that, which are as many as the entries. */
async function saidTo(resident: Resident): Promise<readonly string[]> {
  return (await resident.accessLog()).map(({ day, purpose, office, fields }) => JSON.stringify([day, purpose, office, fields]));
}
/** All that a guardian gets to see of a dependant and in their own log, but for names and the pass's own bytes. */
async function saidToGuardian(guardian: Resident): Promise<string> {
  const { dependants, guardians } = await guardian.guardianships();
  const passes = [];
  for (const { linkId } of dependants) passes.push(Object.keys(await guardian.dependantPass(linkId)));
  return JSON.stringify([dependants.map(({ since, endsOn }) => [since, endsOn]), guardians.length, passes, await saidTo(guardian)]);
}
/** What else a device is told of its own account: its status, notices, orders, and until when the account would be held. */
async function saidBesides(resident: Resident): Promise<string> {
  const { status } = await resident.status();
  return JSON.stringify([status, await resident.notices(), await perform(connect(city.world, { key: resident.key }), previewErasure, {})]);
}
/** Whether the time of an answer tells whose log holds entries that wait. */
const toldByTime = (extraMs: number, rounds: number) => tellByTime(async (_, isFirst) => {
  const begun = performance.now();
  await (isFirst ? she : stranger).accessLog();
  if (isFirst && extraMs > 0) await delay(extraMs);
  return performance.now() - begun;
}, rounds);
/** The planted hole of this row, for the attack to notice: the entries of a case are shown at once. */
const showAtOnce = () => city.rows('UPDATE vault.access_entry SET visible_from = $1 WHERE visible_from > $1', [new Date(city.now())]);

test('row 16: while a case is open and nobody was told, her log is that of somebody who was never near it', async () => {
  const { venue } = await city.venue();
  for (const resident of [he, she]) await resident.checkIn(venue.venueCode);
  await city.advance(2 * hourMs);
  await offices.test(he, 'positive');
  const caseId = await offices.openNewestCase();
  const guardiansBefore = [await saidToGuardian(herGuardian), await saidToGuardian(strangersGuardian)];
  assert.equal(guardiansBefore[0], guardiansBefore[1]);
  const besidesBefore = await saidBesides(she);
  assert.equal(besidesBefore, await saidBesides(stranger));
  const before = { she: await saidTo(she), stranger: await saidTo(stranger), length: JSON.stringify(await she.accessLog()).length };
  assert.deepEqual(before.she, before.stranger);

  await offices.tracer.trace(caseId, { from: city.now() - dayMs, to: city.now() });
  assert.ok((await offices.tracer.contacts(caseId)).length > 0, 'she was found');
  const waiting = await city.rows<{ seq: string; visible_from: Date }>('SELECT seq, visible_from FROM vault.access_entry WHERE visible_from > $1', [new Date(city.now())]);
  assert.ok(waiting.length >= 2, 'the entries are there, for both, and wait');

  const after = await she.accessLog();
  assert.deepEqual(await saidTo(she), before.stranger);
  // Nor do the size of the answer and the places in the ledger: her entries stand where they stood, and no number is missing between.
  assert.ok(Math.abs(JSON.stringify(after).length - before.length) < 200, 'only proofs grow with the whole ledger');
  assert.deepEqual(await saidTo(stranger), before.stranger);
  assert.ok(!(await saidTo(he)).some((entry) => entry.includes('contact-tracing')));
  for (const { seq } of waiting) assert.ok(!after.some(({ leaf }) => leaf.index === Number(seq)));

  // Nor do those who may show her pass learn of it, nor anything else that her phone is told: the erasure's preview said
  // until when a case would hold her account, before anybody had told her of one.
  assert.deepEqual([await saidToGuardian(herGuardian), await saidToGuardian(strangersGuardian)], guardiansBefore);
  assert.deepEqual([await saidBesides(she), await saidBesides(stranger)], [besidesBefore, besidesBefore]);
  // Tracing again adds nothing that is seen, and nothing to what waits for her.
  await offices.tracer.trace(caseId, { from: city.now() - dayMs, to: city.now() });
  const hers = await city.rows("SELECT seq FROM vault.access_entry a WHERE case_id = $1 AND person_id IN (SELECT person_id FROM vault.case_contact WHERE case_id = $1)", [caseId]);
  assert.equal(hers.length, (await offices.tracer.contacts(caseId)).length, 'an entry for each contact, however often the case is traced');
  assert.deepEqual(await saidTo(she), before.stranger);

  // Planted hole: shown at once, the attack sees the difference.
  await showAtOnce();
  assert.notEqual(await saidBesides(she), besidesBefore, 'told, her phone says that her account is held');
  assert.equal(await saidToGuardian(herGuardian), guardiansBefore[0], 'and her guardian reads nothing of it even then');
  assert.notDeepEqual(await saidTo(she), before.stranger, 'an entry that is shown at once is noticed');
  assert.ok((await saidTo(he)).some((entry) => entry.includes('contact-tracing')));
  for (const { seq, visible_from } of waiting) await city.rows('UPDATE vault.access_entry SET visible_from = $2 WHERE seq = $1', [seq, visible_from]);
  assert.deepEqual(await saidTo(she), before.stranger);
});

test('row 16: how long the log takes does not tell whether entries wait in it; the same look notices twenty milliseconds', async () => {
  const { told, score } = await toldByTime(0, 1);
  assert.ok(!told, `score ${score}`);
  // So many that a busy machine does not hide them.
  assert.ok((await toldByTime(20, 3)).told);
});

test('row 16: what she reads later says that she was exposed, and nothing of whose case it was', async () => {
  await city.advance(14 * dayMs + hourMs);
  const entries = await she.accessLog();
  assert.ok(entries.some(({ purpose }) => purpose === 'exposure-notice'));
  const [hidden] = await city.rows<{ case_id: string; person_id: string }>('SELECT case_id, person_id FROM vault.case_authority');
  const officers = await city.rows<{ officer_id: string }>('SELECT officer_id FROM vault.officer');
  assert.ok(hidden !== undefined);
  const text = JSON.stringify(entries);
  for (const secret of [hidden.case_id, hidden.person_id, ...officers.map(({ officer_id }) => officer_id)]) assert.ok(!text.includes(secret));
  // No moment: two logs laid beside each other share a day, and no hour.
  assert.doesNotMatch(text, /T\d\d:\d\d/);
});
