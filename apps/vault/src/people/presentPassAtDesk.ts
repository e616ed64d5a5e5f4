import { presentAtDesk } from '@health-kit/api';
import { presentPassAtDesk } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { randomSecret } from '../randomness.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { leastViewFields, maskHolder } from './mask.ts';
import { requirePresentedPerson } from './presentPass.ts';

const presentationLifeMs = 10 * 60_000;

/** A registrar scans the pass of a resident who stands at the desk, and sees the least view of them: a look of its own in the person's access log, whatever follows. */
export const presentPassAtDeskHandler = officerHandler(presentPassAtDesk, presentAtDesk, async (vault, call) => {
  const presented = await requirePresentedPerson(vault, call.body.pass);
  const { person, identity, provenAt, thumbprint } = presented;
  await countSubjects(vault, { officer: call.officer, people: [person], kind: 'desk', asNobody: 'pass-refused' });
  const presentationId = randomSecret(vault.random);
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await queries.query('INSERT INTO vault.presentation (presentation_id, officer_id, person_id, thumbprint, expires_at) VALUES ($1, $2, $3, $4, $5)', [
      presentationId, call.officer.officerId, person, thumbprint, new Date(vault.clock.now() + presentationLifeMs),
    ]);
    await appendPersonEvents(vault, queries, [accessEvent(vault, presented, { purpose: 'identity-proof', officer: call.officer, fields: leastViewFields })]);
  });
  return { presentationId, holder: maskHolder(identity, provenAt !== null) };
});
