/** Registration, tickets, passes and the desk. All of it is the vault's business: requests are handed on as they came. */
import {
  beginDeskMoveConfirmation, confirmDeskMove, confirmRegistration, issuePass, issueTicket, listMyAccessLog, listMyDevices, listMyEarlierAccessLog, listMyRecoveries, presentAtDesk, proveIdentity, revokeMyDevice, setPortraitDigest,
  startRecovery, startRegistration, stopMyRecoveries, askDependantByPhone, confirmGuardianship, linkDependantAtDesk, linkDependantByPhone, endGuardianship, issueDependantPass, linkDependant, listGuardianships, makeGuardianCode,
} from '@health-kit/api';
import {
  beginMoveConfirmation, beginRecovery, beginRegistration, confirmMoveAtDesk, confirmRegistrationCode, issueDayPass, issueDayTicket, listDevices, listRecoveries, presentPassAtDesk, proveIdentityAtDesk,
  readAccessLog, readEarlierAccessLog, revokeDevice, stopRecoveries, storePortraitDigest, becomeGuardian, beginGuardianRequest, confirmGuardianLink, confirmGuardianRequest, linkAtDesk, endGuardianLink, issuePassOfDependant, newGuardianCode, readGuardianships,
} from '@health-kit/api/vault';
import { beginIdentityProof, endCard, finishIdentityProof, issueCard, registerAtDesk } from '@health-kit/api';
import { beginProviderProof, endCardAtDesk, issueCardAtDesk, proveByProvider, registerPersonAtDesk } from '@health-kit/api/vault';
import type { Capability } from '../capability.ts';
import { ProblemError } from '../problems.ts';
import { askVault } from '../vault/index.ts';
import { identityProviderClient } from './identityProvider.ts';

export const residents: Capability = ({ routes, vault, sweeps, settings }) => {
  const provider = settings.identityProvider === undefined ? null : identityProviderClient(settings.identityProvider, settings.origin);
  routes.device(startRegistration, ({ caller, network }) => askVault(vault, beginRegistration, { caller: { ...caller.request, network: network() } }));
  routes.device(confirmRegistration, ({ caller }) => askVault(vault, confirmRegistrationCode, { caller: caller.request }));
  routes.device(issueTicket, ({ caller }) => askVault(vault, issueDayTicket, { caller: caller.request }));
  routes.device(issuePass, ({ caller }) => askVault(vault, issueDayPass, { caller: caller.request }));
  routes.device(setPortraitDigest, ({ caller }) => askVault(vault, storePortraitDigest, { caller: caller.request }));
  routes.device(listMyAccessLog, ({ caller }) => askVault(vault, readAccessLog, { caller: caller.request }));
  routes.device(listMyEarlierAccessLog, ({ caller }) => askVault(vault, readEarlierAccessLog, { caller: caller.request }));
  routes.device(listMyDevices, ({ caller }) => askVault(vault, listDevices, { caller: caller.request }));
  routes.device(revokeMyDevice, async ({ caller }) => {
    await askVault(vault, revokeDevice, { caller: caller.request });
    await sweeps.runNow('revoked-keys');
  });
  routes.device(startRecovery, ({ caller }) => askVault(vault, beginRecovery, { caller: caller.request }));
  routes.device(listMyRecoveries, ({ caller }) => askVault(vault, listRecoveries, { caller: caller.request }));
  routes.device(stopMyRecoveries, ({ caller }) => askVault(vault, stopRecoveries, { caller: caller.request }));
  routes.device(makeGuardianCode, ({ caller }) => askVault(vault, newGuardianCode, { caller: caller.request }));
  routes.device(linkDependant, ({ caller }) => askVault(vault, becomeGuardian, { caller: caller.request }));
  routes.device(listGuardianships, ({ caller }) => askVault(vault, readGuardianships, { caller: caller.request }));
  routes.device(confirmGuardianship, ({ caller }) => askVault(vault, confirmGuardianLink, { caller: caller.request }));
  routes.device(endGuardianship, ({ caller }) => askVault(vault, endGuardianLink, { caller: caller.request }));
  routes.device(issueDependantPass, ({ caller }) => askVault(vault, issuePassOfDependant, { caller: caller.request }));
  routes.device(askDependantByPhone, ({ caller, network }) => askVault(vault, beginGuardianRequest, { caller: { ...caller.request, network: network() } }));
  routes.device(linkDependantByPhone, ({ caller }) => askVault(vault, confirmGuardianRequest, { caller: caller.request }));
  routes.staff(linkDependantAtDesk, ({ caller }) => askVault(vault, linkAtDesk, { caller: caller.request }));
  routes.device(beginIdentityProof, async ({ caller, body }) => {
    if (provider === null) throw new ProblemError('not-found');
    const { nonce } = await askVault(vault, beginProviderProof, { caller: caller.request });
    return { authorizationUrl: await provider.authorizationUrl({ ...body, nonce }) };
  });
  routes.device(finishIdentityProof, async ({ caller, body }) => {
    if (provider === null) throw new ProblemError('not-found');
    const idToken = await provider.fetchIdToken(body);
    await askVault(vault, proveByProvider, { caller: { ...caller.request, relayed: idToken } });
  });
  routes.staff(presentAtDesk, ({ caller }) => askVault(vault, presentPassAtDesk, { caller: caller.request }));
  routes.staff(proveIdentity, async ({ caller }) => {
    const answer = await askVault(vault, proveIdentityAtDesk, { caller: caller.request });
    // Where the account had another device, that one's tickets end with this answer.
    await sweeps.runNow('revoked-keys');
    return answer;
  });
  routes.staff(registerAtDesk, ({ caller }) => askVault(vault, registerPersonAtDesk, { caller: caller.request }));
  routes.staff(issueCard, ({ caller }) => askVault(vault, issueCardAtDesk, { caller: caller.request }));
  routes.staff(endCard, ({ caller }) => askVault(vault, endCardAtDesk, { caller: caller.request }));
  routes.staff(beginDeskMoveConfirmation, ({ caller }) => askVault(vault, beginMoveConfirmation, { caller: caller.request }));
  routes.staff(confirmDeskMove, async ({ caller }) => {
    const answer = await askVault(vault, confirmMoveAtDesk, { caller: caller.request });
    await sweeps.runNow('revoked-keys');
    return answer;
  });
};
