import { getTrust, TrustClaims, TrustRoot } from '@health-kit/api';
import { Type, type Static } from 'typebox';
import { call } from './call.ts';
import type { Connection } from './connection.ts';
import type { Outcome } from './outcome.ts';
import { verifyTrustDocument, type TrustFault, type TrustPin } from './trustDocument.ts';
import type { TrustPins } from './trustPins.ts';

/** The city as its trust root states it, with what its server adds unsigned: a telephone number, where development set-ups show messages, and the identity provider's name. */
export const CityTrust = Type.Object({
  ...TrustClaims.properties,
  /** Fingerprint of the root that signed. */
  root: TrustRoot,
  outbox: Type.Union([Type.String(), Type.Null()]), hotline: Type.String(), identityProvider: Type.Optional(Type.String()),
});
export type CityTrust = Static<typeof CityTrust>;

/** The system's statement of its keys is not believed, and nothing of it is used. `root`: who signed, where anybody did. */
export interface Untrusted {
  readonly ok: false;
  readonly reason: 'untrusted';
  readonly fault: TrustFault;
  readonly root: string | null;
}
export type TrustOutcome = Outcome<CityTrust> | Untrusted;

/**
 * Asks for the city and its keys, and believes what the remembered trust root signed. The first answer ever decides
 * which root is remembered, unless `expectedRoot` says so by another way.
 */
export function fetchTrust(connection: Connection, pins: TrustPins, expectedRoot: string | null = null): Promise<TrustOutcome> {
  return believeAnswer(connection, pins, expectedRoot, (seen) => seen);
}

/**
 * Remembers another root in place of the present one: for somebody who has its fingerprint from elsewhere, because
 * the system was set up anew.
 */
export function adoptRoot(connection: Connection, pins: TrustPins, root: string): Promise<TrustOutcome> {
  return believeAnswer(connection, pins, root, (seen) => (seen?.root === root ? seen : null));
}

/**
 * Others of this browser ask at the same time, and a server that was taken over decides who hears what, and when.
 * What they made the browser remember while this one was asked counts for this one too: its answer is then held
 * against that.
 *
 * @param binding what of the remembered pin the answer is held against
 */
async function believeAnswer(
  connection: Connection, pins: TrustPins, expectedRoot: string | null, binding: (seen: TrustPin | null) => TrustPin | null,
): Promise<TrustOutcome> {
  const seen = await pins.read();
  const answer = await call(connection, getTrust, {});
  if (!answer.ok) return answer;
  const { document, outbox, hotline, identityProvider } = answer.value;
  for (let against = binding(seen); ;) {
    const verdict = await verifyTrustDocument(document, against, expectedRoot, connection.now());
    if (!verdict.ok) return { ok: false, reason: 'untrusted', fault: verdict.fault, root: verdict.root };
    const kept = await pins.keep(verdict.pin, seen?.root ?? null);
    if (kept.root === verdict.pin.root && kept.newest?.issuedAt === verdict.pin.newest?.issuedAt) return { ok: true, value: { ...verdict.statement, outbox, hotline, ...(identityProvider === undefined ? {} : { identityProvider }) } };
    against = kept;
  }
}

/** Whether the statement still holds without a network. */
export function isTrustInForce(trust: Pick<CityTrust, 'exp'>, nowMs: number): boolean {
  return nowMs < trust.exp * 1000;
}
