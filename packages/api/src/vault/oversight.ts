import { Type } from 'typebox';
import { Strict } from '../identifiers.ts';
import { CanaryReference, Oversight } from '../operations/oversight.ts';
import { caller, Nothing, vaultOperation } from './protocol.ts';
import { StatementToSign } from '../webAuthn.ts';

/** Watching over officers: counts and officers' names; nothing of a resident, not even a pseudonym. */
export const readOversightOfVault = vaultOperation({ name: 'read-oversight', callerOperation: 'readOversight', request: Strict(caller), response: Oversight });
export const acknowledgeRaisedAlarm = vaultOperation({ name: 'acknowledge-alarm', callerOperation: 'acknowledgeAlarm', request: Strict(caller), response: Nothing });
export const freezeOfficerByHand = vaultOperation({ name: 'freeze-officer', callerOperation: 'freezeStaff', request: Strict(caller), response: Nothing });
export const beginOfficerRelease = vaultOperation({ name: 'begin-officer-release', callerOperation: 'beginRelease', request: Strict(caller), response: StatementToSign });
export const releaseFrozenOfficer = vaultOperation({ name: 'release-officer', callerOperation: 'releaseStaff', request: Strict(caller), response: Nothing });
export const makeCanaryPeople = vaultOperation({ name: 'make-canaries', callerOperation: 'makeCanaries', request: Strict(caller), response: Nothing });
export const declareOneCanary = vaultOperation({ name: 'declare-canary', callerOperation: 'declareCanary', request: Strict(caller), response: Strict({ reference: CanaryReference }) });
export const retireOneCanary = vaultOperation({ name: 'retire-canary', callerOperation: 'retireCanary', request: Strict(caller), response: Nothing });
/** A server saw very many addresses within a minute of which each was refused whatever it asked. It can raise this alarm and nothing else. */
export const reportRefusedSources = vaultOperation({
  name: 'report-refused-sources', callerOperation: null, request: Strict({ sources: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }), response: Nothing,
});
