import { declareCanary, retireCanary } from '@health-kit/api';
import { declareOneCanary, retireOneCanary } from '@health-kit/api/vault';
import { shredPeople } from '../accounts/shredPeople.ts';
import { officerHandler } from '../authority/handlers.ts';
import { appendShredded } from '../journal/shredded.ts';
import { randomLetters } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { nowOf, recordEvent } from '../vault.ts';
import { removeCanary } from './canaries.ts';
import { makeCanary } from './makeCanaries.ts';

/** 32^10: nobody retires a canary by guessing. */
const referenceLetters = 10;

/** Invents one canary. The privacy officer learns a reference to retire it by, and not who it is. */
export const declareCanaryHandler = officerHandler(declareOneCanary, declareCanary, async (vault, call) => {
  const reference = randomLetters(vault.random, referenceLetters);
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await makeCanary(vault, queries, { visits: call.body.visits, reference });
    await recordEvent(vault, queries, 'canary-declared', { by: call.officer.officerId, visits: call.body.visits });
  });
  return { reference };
});

/**
 * Erases a canary that was declared, with its visits, as an account is erased. Those that come by themselves cannot
 * be retired: no privacy officer can take all of them away.
 */
export const retireCanaryHandler = officerHandler(retireOneCanary, retireCanary, async (vault, call) => {
  const dayKeys = await vault.keys.visitsOfTerm();
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = (await removeCanary(vault, queries, call.body.reference)) ?? refuse('not-found');
    const people = await shredPeople(vault, queries, [person], dayKeys);
    await appendShredded(vault, queries, people, vault.calendar.dayOf(nowOf(vault).getTime()));
    await recordEvent(vault, queries, 'canary-retired', { by: call.officer.officerId });
  });
  return {};
});
