import { approveSunset, beginSunsetApproval, getSunset, withdrawSunsetApproval } from '@health-kit/api';
import { approveSunsetByPasskey, beginSunsetApprovalByPasskey, readSunset, withdrawOwnSunsetApproval } from '@health-kit/api/vault';
import type { Capability } from '../capability.ts';
import { askVault } from '../vault/index.ts';

/** Officers' say in the end of the system; the vault holds the request and decides. */
export const sunset: Capability = ({ routes, vault }) => {
  routes.staff(getSunset, ({ caller }) => askVault(vault, readSunset, { caller: caller.request }));
  routes.staff(beginSunsetApproval, ({ caller }) => askVault(vault, beginSunsetApprovalByPasskey, { caller: caller.request }));
  routes.staff(approveSunset, async ({ caller }) => {
    await askVault(vault, approveSunsetByPasskey, { caller: caller.request });
  });
  routes.staff(withdrawSunsetApproval, async ({ caller }) => {
    await askVault(vault, withdrawOwnSunsetApproval, { caller: caller.request });
  });
};
