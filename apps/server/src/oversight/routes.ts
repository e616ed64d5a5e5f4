/** Watching over officers; the vault counts, stops and decides. */
import { acknowledgeAlarm, beginRelease, declareCanary, freezeStaff, makeCanaries, readOversight, releaseStaff, retireCanary } from '@health-kit/api';
import {
  acknowledgeRaisedAlarm, beginOfficerRelease, declareOneCanary, freezeOfficerByHand, makeCanaryPeople, readOversightOfVault, releaseFrozenOfficer, retireOneCanary,
} from '@health-kit/api/vault';
import type { Capability } from '../capability.ts';
import { askVault } from '../vault/index.ts';

export const oversight: Capability = ({ routes, vault }) => {
  routes.staff(readOversight, ({ caller }) => askVault(vault, readOversightOfVault, { caller: caller.request }));
  routes.staff(acknowledgeAlarm, ({ caller }) => askVault(vault, acknowledgeRaisedAlarm, { caller: caller.request }));
  routes.staff(freezeStaff, ({ caller }) => askVault(vault, freezeOfficerByHand, { caller: caller.request }));
  routes.staff(beginRelease, ({ caller }) => askVault(vault, beginOfficerRelease, { caller: caller.request }));
  routes.staff(releaseStaff, ({ caller }) => askVault(vault, releaseFrozenOfficer, { caller: caller.request }));
  routes.staff(makeCanaries, ({ caller }) => askVault(vault, makeCanaryPeople, { caller: caller.request }));
  routes.staff(declareCanary, ({ caller }) => askVault(vault, declareOneCanary, { caller: caller.request }));
  routes.staff(retireCanary, ({ caller }) => askVault(vault, retireOneCanary, { caller: caller.request }));
};
