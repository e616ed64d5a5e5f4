import type { OperatorHandler } from './authority/operatorHandler.ts';
import { operatorListKeysHandler } from './keys/listKeys.ts';
import { operatorRotateKeyHandler } from './keys/rotation.ts';
import { operatorVerifyEventsHandler } from './ledger/verifyEvents.ts';
import { operatorCompleteSunsetHandler } from './sunset/complete.ts';
import { operatorBeginSunsetHandler, operatorReadSunsetHandler, operatorWithdrawSunsetHandler } from './sunset/request.ts';

/** Everything that the operator of the machine can ask the running vault, over a socket of its own. */
export const operatorHandlers: readonly OperatorHandler[] = [
  operatorListKeysHandler, operatorRotateKeyHandler, operatorVerifyEventsHandler,
  operatorBeginSunsetHandler, operatorReadSunsetHandler, operatorWithdrawSunsetHandler, operatorCompleteSunsetHandler,
];
