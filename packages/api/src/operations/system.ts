import { Type } from 'typebox';
import { OneOf, Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';

/** A public key of this or another city, as scanners and apps trust it. */
export const TrustedKey = Strict({
  issuer: Type.String({ maxLength: 6 }),
  name: Type.String({ maxLength: 60 }),
  kid: Type.String({ maxLength: 32, description: 'base64url of the key identifier; a hint, not an authority' }),
  use: OneOf(['pass', 'venue', 'status-list']),
  publicKey: Strict({ kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: Type.String({ maxLength: 43 }), y: Type.String({ maxLength: 43 }) }),
  notBefore: Type.Integer({ description: 'epoch seconds' }),
  notAfter: Type.Integer({ description: 'epoch seconds' }),
});

/** What a reader of the ledger must know beforehand (C2SP signed-note, Verifier keys). */
export const LedgerKeys = Strict({
  /** Identity of the log: the first line of its checkpoints. */
  origin: Type.String({ maxLength: 300 }),
  key: Type.String({ maxLength: 400, description: 'verifier key of the log, name+id+base64' }),
  witnesses: Type.Array(Type.String({ maxLength: 400 }), { description: 'keys of the witnesses that cosign' }),
});

export const getTrust = operation({
  id: 'getTrust', capability: 'system', method: 'GET', path: '/v1/trust', authority: { kind: 'anyone' }, status: 200,
  summary: 'The city, its keys, and the key to which identities are sealed',
  response: Strict({
    city: Strict({ zh: Type.String(), en: Type.String() }),
    issuer: Type.String({ maxLength: 6 }),
    timeZone: Type.String(),
    /** ECDH-ES on P-256 (RFC 7518); only the vault holds the private half. */
    sealingKey: Strict({ kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: Type.String(), y: Type.String(), kid: Type.String() }),
    keys: Type.Array(TrustedKey),
    ledger: LedgerKeys,
    /** Where development set-ups show messages; null in earnest. */
    outbox: Type.Union([Type.String(), Type.Null()]),
    hotline: Type.String({ description: 'Telephone number of the health authority' }),
  }),
});

export const getStatusList = operation({
  id: 'getStatusList', capability: 'system', method: 'GET', path: '/v1/status-lists/:list', authority: { kind: 'anyone' }, status: 200,
  summary: 'Signed Token Status List of the passes', produces: 'application/statuslist+cwt',
  params: Strict({ list: Type.Integer({ minimum: 0, maximum: 4294967295 }) }),
});

export const getPolicy = operation({
  id: 'getPolicy', capability: 'system', method: 'GET', path: '/v1/policy', authority: { kind: 'anyone' }, status: 200,
  summary: 'The disease profile and the status rules in force',
  response: Strict({
    profile: Strict({ id: Type.String(), version: Type.String(), name: Strict({ zh: Type.String(), en: Type.String() }) }),
    rules: Type.Array(Strict({ id: Type.String(), version: Type.String(), words: Strict({ zh: Type.String(), en: Type.String() }) })),
  }),
});

export const getReady = operation({
  id: 'getReady', capability: 'system', method: 'GET', path: '/health/ready', authority: { kind: 'anyone' }, status: 200,
  summary: 'Whether this process can serve: database and vault answer',
  response: Strict({ ready: Type.Boolean(), database: Type.Boolean(), vault: Type.Boolean() }),
});
export const getLive = operation({
  id: 'getLive', capability: 'system', method: 'GET', path: '/health/live', authority: { kind: 'anyone' }, status: 200,
  summary: 'Whether this process runs', response: Strict({ live: Type.Boolean() }),
});
