import { presentAtDesk } from '@health-kit/api';
import { presentPassAtDesk } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { leastViewFields, maskHolder } from './mask.ts';
import { requirePresentedPerson } from './presentPass.ts';
import { storePresentation } from './presentations.ts';

/** A registrar scans the pass of a resident who stands at the desk, and sees the least view of them: a look of its own in the person's access log, whatever follows. */
export const presentPassAtDeskHandler = officerHandler(presentPassAtDesk, presentAtDesk, async (vault, call) => {
  const presented = await requirePresentedPerson(vault, call.body.pass, 'desk');
  const { person, identity, provenAt, thumbprint, cardId } = presented;
  await countSubjects(vault, { officer: call.officer, people: [person], kind: 'desk', asNobody: 'pass-refused' });
  const presentationId = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const stored = await storePresentation(vault, queries, { officer: call.officer, person, thumbprint, cardId });
    await appendPersonEvents(vault, queries, [accessEvent(vault, presented, { purpose: 'identity-proof', officer: call.officer, fields: leastViewFields })]);
    return stored;
  });
  return { presentationId, holder: maskHolder(identity, provenAt !== null) };
});
