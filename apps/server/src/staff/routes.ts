/** Enrolment, sign-in and invitations of staff; the vault holds the passkeys and decides. */
import {
  beginStaffEnrolment, beginStaffSignIn, finishStaffEnrolment, finishStaffSignIn, inviteStaff, listKeys, listStaff,
} from '@health-kit/api';
import {
  beginOfficerEnrolment, beginOfficerSignIn, finishOfficerEnrolment, finishOfficerSignIn, inviteOfficer, listOfficers, listVaultKeys,
} from '@health-kit/api/vault';
import type { Capability } from '../capability.ts';
import { askVault } from '../vault/index.ts';

export const staff: Capability = ({ routes, vault }) => {
  routes.anyone(beginStaffEnrolment, ({ body }) => askVault(vault, beginOfficerEnrolment, { code: body.code }));
  routes.anyone(finishStaffEnrolment, ({ body }) => askVault(vault, finishOfficerEnrolment, { code: body.code, credential: body.credential }));
  routes.device(beginStaffSignIn, ({ caller }) => askVault(vault, beginOfficerSignIn, { caller: caller.request }));
  routes.device(finishStaffSignIn, ({ caller }) => askVault(vault, finishOfficerSignIn, { caller: caller.request }));
  routes.staff(inviteStaff, ({ caller }) => askVault(vault, inviteOfficer, { caller: caller.request }));
  routes.staff(listKeys, ({ caller }) => askVault(vault, listVaultKeys, { caller: caller.request }));
  routes.staff(listStaff, ({ caller }) => askVault(vault, listOfficers, { caller: caller.request }));
};
