import { Type, type Static } from 'typebox';
import { Instant, Nullable, OneOf, Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { TrustRoot } from '../trust.ts';

/** The kinds of the vault's keys, each with a way of its own to be rotated. */
export const keyKinds = [
  'kek', 'data', 'day', 'pass', 'venue', 'status-list', 'sealing', 'blind-index', 'one-time-code', 'stops', 'ledger-event', 'ticket-root', 'pass-id-root', 'ledger', 'trust-root', 'sector', 'other',
] as const;
export type KeyKind = (typeof keyKinds)[number];

/** Kinds that the operator's command replaces; docs/adr/0013 says why the others are not among them. */
export const rotatedKinds = ['kek', 'data', 'pass', 'venue', 'status-list', 'sealing', 'blind-index', 'one-time-code', 'stops', 'ledger-event', 'ticket-root'] as const;
export type RotatedKind = (typeof rotatedKinds)[number];
/** Those whose old versions can be taken out of trust at once. Of the others nothing is left that an old version opens, when the rotation is over. */
export const revocableKinds: readonly RotatedKind[] = ['pass', 'venue', 'status-list', 'sealing', 'one-time-code', 'ledger-event', 'ticket-root'];

/** `next`: made and published, not yet used. `current`: in use. `former`: still reads or is still trusted, makes nothing new. `revoked`: refused. */
export const keyStates = ['next', 'current', 'former', 'revoked'] as const;
export type KeyState = (typeof keyStates)[number];

/** What is told of a key; never the key. */
export const KeyEntry = Strict({
  name: Type.String(), kind: OneOf(keyKinds), version: Type.Integer(), state: OneOf(keyStates),
  createdAt: Instant,
  /** From when it is used; null for at once. */
  from: Nullable(Instant),
  /** Until when it is in force; null for no end. */
  until: Nullable(Instant),
  /** Version of the key-encryption key that wraps it; null for what the key provider holds itself. */
  kekVersion: Nullable(Type.Integer()),
});
export type KeyEntry = Static<typeof KeyEntry>;

/** A rotation that runs or has run. */
export const KeyRotation = Strict({
  rotationId: Type.String(), kind: OneOf(keyKinds), revokes: Type.Boolean(), startedAt: Instant, finishedAt: Nullable(Instant),
  /** Records that were sealed, wrapped or computed anew, and how many there were at the start. */
  done: Type.Integer(), total: Type.Integer(),
});
export type KeyRotation = Static<typeof KeyRotation>;

export const KeyInventory = Strict({
  provider: OneOf(['file', 'pkcs11'] as const),
  /** Fingerprint of the trust root, and the ledger's verifier key: what others hold of this system. */
  trustRoot: TrustRoot, ledgerKey: Type.String(),
  keys: Type.Array(KeyEntry),
  /** People with a data key of each class, and days with a day key. */
  people: Type.Integer(), days: Type.Integer(),
  /** Newest first, the last fifty. */
  rotations: Type.Array(KeyRotation),
});
export type KeyInventory = Static<typeof KeyInventory>;

export const listKeys = operation({
  id: 'listKeys', capability: 'staff', method: 'GET', path: '/v1/staff/keys', authority: { kind: 'staff', roles: ['administrator'] }, status: 200,
  summary: 'The inventory of the vault\'s keys and of their rotations; never a key', response: KeyInventory,
});
