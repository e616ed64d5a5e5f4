/** Registration, tickets, passes and the desk. All of it is the vault's business: requests are handed on as they came. */
import {
  confirmRegistration, issuePass, issueTicket, listMyAccessLog, presentAtDesk, proveIdentity, setPortraitDigest, startRegistration,
} from '@health-kit/api';
import {
  beginRegistration, confirmRegistrationCode, issueDayPass, issueDayTicket, presentPassAtDesk, proveIdentityAtDesk, readAccessLog, storePortraitDigest,
} from '@health-kit/api/vault';
import type { Capability } from '../capability.ts';
import { askVault } from '../vault/index.ts';

export const residents: Capability = ({ routes, vault, sweeps }) => {
  routes.device(startRegistration, ({ caller }) => askVault(vault, beginRegistration, { caller: caller.request }));
  routes.device(confirmRegistration, ({ caller }) => askVault(vault, confirmRegistrationCode, { caller: caller.request }));
  routes.device(issueTicket, ({ caller }) => askVault(vault, issueDayTicket, { caller: caller.request }));
  routes.device(issuePass, ({ caller }) => askVault(vault, issueDayPass, { caller: caller.request }));
  routes.device(setPortraitDigest, ({ caller }) => askVault(vault, storePortraitDigest, { caller: caller.request }));
  routes.device(listMyAccessLog, ({ caller }) => askVault(vault, readAccessLog, { caller: caller.request }));
  routes.staff(presentAtDesk, ({ caller }) => askVault(vault, presentPassAtDesk, { caller: caller.request }));
  routes.staff(proveIdentity, async ({ caller }) => {
    const answer = await askVault(vault, proveIdentityAtDesk, { caller: caller.request });
    // Where the account had another device, that one's tickets end with this answer.
    await sweeps.runNow('revoked-keys');
    return answer;
  });
};
