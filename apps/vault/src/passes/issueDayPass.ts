import { issuePass } from '@health-kit/api';
import { issueDayPass } from '@health-kit/api/vault';
import { encodeBase64url, parseP256PublicJwk, signPass } from '@health-kit/pass';
import { keyHandler } from '../authority/handlers.ts';
import { passIdOf, pseudonymOf } from '../keys/pseudonym.ts';
import { maskHolder } from '../people/mask.ts';
import { requirePersonOfDevice } from '../people/people.ts';
import { refuse } from '../refusal.ts';
import { instant } from '../vault.ts';
import { readStatuses } from './readStatus.ts';
import { allocateEntry } from './statusListIndex.ts';

/** How long a pass outlives its day, ms: who is out at midnight gets home. */
const graceMs = 2 * 3_600_000;

/** Issues today's pass to a registered device: the status is computed here, from facts that the caller cannot touch. */
export const issueDayPassHandler = keyHandler(issueDayPass, issuePass, async (vault, call) => {
  const { person, identity, provenAt, portraitDigest } = await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  call.use();
  const holderKey = parseP256PublicJwk({ kty: 'EC', crv: 'P-256', ...call.publicKey }) ?? refuse('not-authorized');
  const { calendar, keys, issuer } = vault;
  const now = vault.clock.now();
  const day = calendar.dayOf(now);
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = Math.floor((calendar.endOf(day) + graceMs) / 1000);
  const visitKey = await keys.visit(day);
  if (visitKey === null) throw new Error("today's visit key is missing");

  const { entry, status, proven } = await vault.database.transaction(async (queries) => {
    // Against facts-changed, which takes the row for itself: either it finds this pass, or this pass finds the new fact.
    const { rows: [row] } = await queries.query<{ proven: boolean }>('SELECT proven_at IS NOT NULL AS proven FROM vault.person WHERE person_id = $1 FOR SHARE', [person]);
    const identityProven = row?.proven ?? refuse('not-authorized');
    const [computed] = await readStatuses(vault, queries, [{ person, identityProven }]);
    if (computed === undefined) throw new Error('no status was computed');
    const allocated = await allocateEntry(vault, queries, {
      day, person, thumbprint: call.thumbprint, status: computed, issuedAt: new Date(issuedAt * 1000), expiresAt: new Date(expiresAt * 1000),
    });
    return { entry: allocated, status: computed, proven: identityProven };
  });

  const holder = maskHolder(identity, proven || provenAt !== null);
  const pass = await signPass(
    {
      issuer: issuer.id, issuedAt, expiresAt, passId: passIdOf(keys.passIdKey(day), pseudonymOf(visitKey, person)), holderKey, status,
      maskedName: holder.name, documentLastTwo: holder.documentLastTwo, portraitDigest, statusListId: entry.listId, statusListIndex: entry.index,
    },
    keys.issuer.pass.signer, keys.issuer.pass.kid,
  );
  return { pass: encodeBase64url(pass), expiresAt: instant(expiresAt * 1000), day, holder };
});
