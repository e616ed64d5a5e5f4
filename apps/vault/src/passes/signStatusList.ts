import { signStatusList } from '@health-kit/api/vault';
import { encodeBase64url, encodeStatusBits, signStatusList as signToken, statusListUri, statusListValues } from '@health-kit/pass';
import { openHandler } from '../authority/handlers.ts';
import { refuse } from '../refusal.ts';
import { instant } from '../vault.ts';
import { dayOfList, entriesPerList } from './statusListIndex.ts';

/** Seconds after which a scanner with a network asks again. */
const ttlSeconds = 60;
/** Seconds for which a scanner without a network may rely on what it has. */
const lifeSeconds = 12 * 3600;
/** Lists kept in memory at most. */
const maximumCached = 512;

interface SignedList {
  /** Of the key that signed it. */
  readonly kid: string;
  readonly token: string;
  readonly issuedAt: number;
  readonly invalid: number;
}
/** The last token of each list, reused while it is younger than its time to live and nothing changed. */
export type StatusListCache = Map<number, SignedList>;

/**
 * Signs the status list of a day's passes (Token Status List as CWT). `expiresAt` of the answer is when to ask
 * again; the token itself says for how long it may be relied upon without a network.
 */
export const signStatusListHandler = openHandler(signStatusList, async (vault, { list }) => {
  if (dayOfList(vault, list) === null) refuse('not-found');
  const issuedAt = Math.floor(vault.clock.now() / 1000);

  // A pass never turns valid again, so that the number of invalid ones says whether anything changed, to every process.
  const { rows: [counted] } = await vault.database.query<{ invalid: number }>('SELECT count(*)::int AS invalid FROM vault.pass WHERE list_id = $1 AND invalid', [list]);
  const signing = vault.keys.issuer['status-list'];
  const cached = vault.statusLists.get(list);
  if (cached !== undefined && cached.kid === signing.kid && cached.invalid === counted?.invalid && issuedAt >= cached.issuedAt && issuedAt < cached.issuedAt + ttlSeconds) return answer(cached);

  const { rows } = await vault.database.query<{ list_index: number }>('SELECT list_index FROM vault.pass WHERE list_id = $1 AND invalid', [list]);
  const statuses = new Uint8Array(entriesPerList).fill(statusListValues.valid);
  for (const { list_index } of rows) statuses[list_index] = statusListValues.invalid;
  const token = await signToken(
    { subject: statusListUri(`${vault.origin}/v1/status-lists`, list), issuedAt, expiresAt: issuedAt + lifeSeconds, ttlSeconds, list: encodeStatusBits(statuses, 1) },
    signing.signer, signing.kid,
  );
  const signed: SignedList = { kid: signing.kid, token: encodeBase64url(token), issuedAt, invalid: rows.length };
  if (vault.statusLists.size >= maximumCached) vault.statusLists.clear();
  vault.statusLists.set(list, signed);
  return answer(signed);
});

function answer({ token, issuedAt }: SignedList) {
  return { token, expiresAt: instant((issuedAt + ttlSeconds) * 1000) };
}
