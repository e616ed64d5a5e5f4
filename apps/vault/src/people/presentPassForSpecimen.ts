import { registerSpecimen } from '@health-kit/api';
import { presentPassForSpecimen } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { refuse } from '../refusal.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { leastViewFields, maskHolder } from './mask.ts';
import { requirePresentedPerson } from './presentPass.ts';

/** A sampler scans the pass of the person whose specimen is taken: the result will be that person's, and of nobody who was typed in. */
export const presentPassForSpecimenHandler = officerHandler(presentPassForSpecimen, registerSpecimen, async (vault, call) => {
  const { person, identity, provenAt } = await requirePresentedPerson(vault, call.body.pass, 'specimen');
  await countSubjects(vault, { officer: call.officer, people: [person], kind: 'specimen', asNobody: 'pass-refused' });
  // A self-asserted identity collects no results.
  if (provenAt === null) refuse('identity-not-proven');
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await appendPersonEvents(vault, queries, [
      accessEvent(vault, { person }, { purpose: 'specimen-collection', officer: call.officer, fields: leastViewFields }),
    ]);
  });
  return { health: pseudonymOf(vault.keys.health, person), holder: maskHolder(identity, true) };
});
