import { eveningMs, issuePass, type Day, type DayPassAnswer } from '@health-kit/api';
import { issueDayPass } from '@health-kit/api/vault';
import { encodeBase64url, parseP256PublicJwk, signPass } from '@health-kit/pass';
import { keyHandler } from '../authority/handlers.ts';
import type { Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { passIdOf, pseudonymOf } from '../keys/pseudonym.ts';
import { maskHolder } from '../people/mask.ts';
import { requirePersonOfDevice, type OpenPerson } from '../people/people.ts';
import { refuse } from '../refusal.ts';
import { instant, type Vault } from '../vault.ts';
import type { Static } from 'typebox';
import { readStatuses } from './readStatus.ts';
import { allocateEntry } from './statusListIndex.ts';

/** How long a pass outlives its day, ms: who is out at midnight gets home. */
const graceMs = 2 * 3_600_000;

/** Issues today's pass, or in the evening tomorrow's, to a registered device: the status is computed here, from facts that the caller cannot touch. */
export const issueDayPassHandler = keyHandler(issueDayPass, issuePass, async (vault, call) => {
  const person = await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  call.use();
  return signDayPass(vault, person, call, call.body.day === 'tomorrow' ? { day: tomorrow(vault) } : {});
});

/** The day that begins at the end of this evening; there is no pass of it before the evening. */
function tomorrow({ calendar, clock }: Vault): Day {
  const now = clock.now();
  const end = calendar.endOf(calendar.dayOf(now));
  if (now < end - eveningMs) refuse('not-found');
  return calendar.dayOf(end);
}

/** Which day a pass is for, and what else belongs into its transaction: first of all, and last of all. */
interface WithPass {
  /** Today unless said. */
  readonly day?: Day;
  readonly first?: (queries: Queries, expiresAt: Date) => Promise<void>;
  readonly last?: (queries: Queries) => Promise<void>;
}

/** Computes a person's status, gives the pass its place in the status list, and signs it for a device key. */
export async function signDayPass(
  vault: Vault, { person, identity, provenAt, portraitDigest }: Pick<OpenPerson, 'person' | 'identity' | 'provenAt' | 'portraitDigest'>,
  device: { readonly thumbprint: string; readonly publicKey: { readonly x: string; readonly y: string } }, { day: asked, first, last }: WithPass = {},
): Promise<Static<typeof DayPassAnswer>> {
  const holderKey = parseP256PublicJwk({ kty: 'EC', crv: 'P-256', ...device.publicKey }) ?? refuse('not-authorized');
  const { calendar, keys, issuer } = vault;
  // Read once: the key that the row names is the key that signs.
  const signing = keys.issuer.pass;
  const now = vault.clock.now();
  const day = asked ?? calendar.dayOf(now);
  // A later day's pass is dated at its first moment: until then every verifier finds it not yet valid.
  const validFromMs = Math.max(now, calendar.startOf(day));
  const issuedAt = Math.floor(validFromMs / 1000);
  const expiresAt = Math.floor((calendar.endOf(day) + graceMs) / 1000);
  const visitKey = await keys.visit(day);
  if (visitKey === null) throw new Error("the day's visit key is missing");

  const { entry, status, proven } = await vault.database.transaction(async (queries) => {
    await first?.(queries, new Date(expiresAt * 1000));
    // Against facts-changed, which takes the row for itself: either it finds this pass, or this pass finds the new fact.
    const { rows: [row] } = await queries.query<{ proven: boolean }>('SELECT proven_at IS NOT NULL AS proven FROM vault.person WHERE person_id = $1 FOR SHARE', [person]);
    const identityProven = row?.proven ?? refuse('not-authorized');
    await refuseBeyondDay(vault, queries, person, device.thumbprint, new Date(expiresAt * 1000));
    const [computed] = await readStatuses(vault, queries, [{ person, identityProven }], validFromMs);
    if (computed === undefined) throw new Error('no status was computed');
    const allocated = await allocateEntry(vault, queries, {
      day, person, thumbprint: device.thumbprint, status: computed, issuedAt: new Date(issuedAt * 1000), expiresAt: new Date(expiresAt * 1000), keyVersion: signing.version,
    });
    await last?.(queries);
    return { entry: allocated, status: computed, proven: identityProven };
  });

  const holder = maskHolder(identity, proven || provenAt !== null);
  const pass = await signPass(
    {
      issuer: issuer.id, issuedAt, expiresAt, passId: passIdOf(keys.passIdKey(day), pseudonymOf(visitKey, person)), holderKey, status,
      maskedName: holder.name, documentLastTwo: holder.documentLastTwo, portraitDigest, statusListId: entry.listId, statusListIndex: entry.index,
    },
    signing.signer, signing.kid,
  );
  return { pass: encodeBase64url(pass), expiresAt: instant(expiresAt * 1000), day, holder };
}

/** Each pass takes a place in the day's status lists for good: no device fills them. */
async function refuseBeyondDay(vault: Vault, queries: Queries, person: PersonId, thumbprint: string, expiresAt: Date): Promise<void> {
  const { rows: [row] } = await queries.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM vault.pass WHERE person_id = $1 AND expires_at = $2 AND thumbprint = $3', [person, expiresAt, thumbprint],
  );
  if (row === undefined || row.count >= vault.limits.passesPerDevicePerDay) refuse('too-many-requests');
}
