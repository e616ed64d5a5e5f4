/** Enrolment, sign-in and invitations of staff; the vault holds the passkeys and decides. */
import {
  addPasskey, beginInvitationConfirmation, beginPasskeyAddition, beginStaffEnrolment, beginStaffSignIn, confirmInvitation, dismissStaff, finishStaffEnrolment,
  finishStaffSignIn, inviteStaff, listKeys, listMyPasskeys, listStaff, listStaffInvitations,
} from '@health-kit/api';
import {
  beginConfirmation, beginOfficerEnrolment, beginOfficerSignIn, beginPasskey, confirmOfficerInvitation, dismissOfficer, finishOfficerEnrolment, finishOfficerSignIn,
  inviteOfficer, listInvitations, listOfficers, listPasskeys, listVaultKeys, storePasskey,
} from '@health-kit/api/vault';
import type { Capability } from '../capability.ts';
import { askVault } from '../vault/index.ts';

export const staff: Capability = ({ routes, vault, sweeps }) => {
  routes.anyone(beginStaffEnrolment, ({ body }) => askVault(vault, beginOfficerEnrolment, { invitation: body.invitation }));
  routes.anyone(finishStaffEnrolment, ({ body }) => askVault(vault, finishOfficerEnrolment, { invitation: body.invitation, credential: body.credential, proof: body.proof }));
  routes.device(beginStaffSignIn, ({ caller }) => askVault(vault, beginOfficerSignIn, { caller: caller.request }));
  routes.device(finishStaffSignIn, ({ caller }) => askVault(vault, finishOfficerSignIn, { caller: caller.request }));
  routes.staff(inviteStaff, ({ caller }) => askVault(vault, inviteOfficer, { caller: caller.request }));
  routes.staff(listKeys, ({ caller }) => askVault(vault, listVaultKeys, { caller: caller.request }));
  routes.staff(listStaffInvitations, ({ caller }) => askVault(vault, listInvitations, { caller: caller.request }));
  routes.staff(beginInvitationConfirmation, ({ caller }) => askVault(vault, beginConfirmation, { caller: caller.request }));
  routes.staff(confirmInvitation, ({ caller }) => askVault(vault, confirmOfficerInvitation, { caller: caller.request }));
  routes.staff(dismissStaff, async ({ caller }) => {
    await askVault(vault, dismissOfficer, { caller: caller.request });
    // The sessions end with this answer.
    await sweeps.runNow('revoked-keys');
  });
  routes.staff(listMyPasskeys, ({ caller }) => askVault(vault, listPasskeys, { caller: caller.request }));
  routes.staff(beginPasskeyAddition, ({ caller }) => askVault(vault, beginPasskey, { caller: caller.request }));
  routes.staff(addPasskey, ({ caller }) => askVault(vault, storePasskey, { caller: caller.request }));
  routes.staff(listStaff, ({ caller }) => askVault(vault, listOfficers, { caller: caller.request }));
};
