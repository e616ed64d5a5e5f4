import type { Operation } from './operation.ts';
import * as system from './operations/system.ts';
import * as residents from './operations/residents.ts';
import * as devices from './operations/devices.ts';
import * as desk from './operations/desk.ts';
import * as cards from './operations/cards.ts';
import * as identityProof from './operations/identityProof.ts';
import * as guardians from './operations/guardians.ts';
import * as visits from './operations/visits.ts';
import * as venues from './operations/venues.ts';
import * as staff from './operations/staff.ts';
import * as keys from './operations/keys.ts';
import * as staffControl from './operations/staffControl.ts';
import * as institutionKeys from './operations/institutionKeys.ts';
import * as labs from './operations/labs.ts';
import * as oversight from './operations/oversight.ts';
import * as accounts from './operations/accounts.ts';
import * as tracing from './operations/tracing.ts';
import * as appeals from './operations/appeals.ts';
import * as disclosure from './operations/disclosure.ts';
import * as ledger from './operations/ledger.ts';
import * as sunset from './operations/sunset.ts';

/** Every operation there is. The server refuses to start when one has no handler, and serves none that is not here. */
export const allOperations: readonly Operation[] = [system, residents, devices, desk, cards, identityProof, guardians, visits, venues, staff, staffControl, keys, labs, institutionKeys, oversight, tracing, appeals, disclosure, ledger, sunset, accounts]
  .flatMap((module) => Object.values<unknown>(module))
  .filter(isOperation);

function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && 'authority' in value && 'path' in value && 'method' in value;
}
