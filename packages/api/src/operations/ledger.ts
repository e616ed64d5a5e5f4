import { Type } from 'typebox';
import { Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';

/** The ledger as C2SP tlog-tiles serves a log under the prefix /ledger: static resources, for monitors, witnesses and the resident's app. */
export const getLedgerCheckpoint = operation({
  id: 'getLedgerCheckpoint', capability: 'ledger', method: 'GET', path: '/ledger/checkpoint', authority: { kind: 'anyone' }, status: 200,
  summary: 'The latest signed and cosigned tree head of the ledger (C2SP tlog-checkpoint)', produces: 'text/plain; charset=utf-8',
});
/** `<L>/<N>[.p/<W>]` for a tile, `entries/<N>[.p/<W>]` for an entry bundle; 404 for every other path. */
export const getLedgerTile = operation({
  id: 'getLedgerTile', capability: 'ledger', method: 'GET', path: '/ledger/tile/*', authority: { kind: 'anyone' }, status: 200,
  summary: 'A tile or an entry bundle of the ledger (C2SP tlog-tiles)', produces: 'application/octet-stream',
  params: Strict({ rest: Type.String({ maxLength: 16_384 }) }),
});
