import { Type } from 'typebox';
import { Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';

export const getTrust = operation({
  id: 'getTrust', capability: 'system', method: 'GET', path: '/v1/trust', authority: { kind: 'anyone' }, status: 200,
  summary: 'The city, its keys, and the key to which identities are sealed, signed by the trust root',
  response: Strict({
    /** `TrustClaims` in compact serialization; nothing of it is believed before its signature was checked. */
    document: Type.String({ maxLength: 131_072 }),
    /** Where development set-ups show messages; null in earnest. */
    outbox: Type.Union([Type.String(), Type.Null()]),
    hotline: Type.String({ description: 'Telephone number of the health authority' }),
    identityProvider: Type.Optional(Type.String({ maxLength: 60, description: 'Name of the identity provider by which residents can prove who they are; absent where there is the desk alone' })),
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
