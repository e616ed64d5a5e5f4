import { ready } from '@health-kit/api/vault';
import { eraseAccountHandler, previewErasureHandler } from './accounts/eraseAccount.ts';
import { exportAccountHandler } from './accounts/exportAccount.ts';
import { answerAppealHandler, countAppealsHandler, listAppealsHandler, openAppealHandler } from './appeals/answerAppeal.ts';
import { fileAppealHandler, readOwnAppealsHandler, withdrawAppealHandler } from './appeals/ownAppeals.ts';
import { openHandler, type Handler } from './authority/handlers.ts';
import { listRevokedKeysHandler } from './authority/revokedKeys.ts';
import { findCardVisitsHandler } from './cards/findCardVisits.ts';
import { endCardHandler, issueCardHandler } from './cards/issueCard.ts';
import { readLetterOwnerHandler, recordHandingOverHandler } from './cards/letters.ts';
import { registerAtDeskHandler } from './cards/registerAtDesk.ts';
import { signCardsHandler } from './cards/signCardList.ts';
import { approveDisclosureHandler, beginDisclosureApprovalHandler, refuseDisclosureHandler } from './disclosure/decideDisclosure.ts';
import { closeDisclosureHandler, reviewDisclosureHandler } from './disclosure/endDisclosure.ts';
import { countDisclosuresHandler, listDisclosuresHandler, readDisclosureHandler } from './disclosure/readDisclosures.ts';
import { releaseDisclosureHandler } from './disclosure/releaseDisclosure.ts';
import { recordDisclosureHandler, signDisclosureHandler } from './disclosure/requestDisclosure.ts';
import { beginKeyConfirmationHandler, confirmInstitutionKeyHandler, readInstitutionKeysHandler, recordInstitutionKeyHandler, revokeInstitutionKeyHandler } from './institutions/institutionKeys.ts';
import { listKeysHandler } from './keys/listKeys.ts';
import { dayKeysHandler, publicKeysHandler } from './keys/publicKeys.ts';
import { readAccessLogHandler, readEarlierAccessLogHandler } from './ledger/readAccessLog.ts';
import { readCheckpointHandler, readEntriesHandler, readTileHandler, storeCosignatureHandler } from './ledger/serveLog.ts';
import { approveProposalHandler, beginProposalApprovalHandler, refuseProposalHandler } from './orders/decideProposal.ts';
import { recordProposalHandler } from './orders/recordProposal.ts';
import { factsChangedHandler } from './passes/factsChanged.ts';
import { issueDayPassHandler } from './passes/issueDayPass.ts';
import { signStatusListHandler } from './passes/signStatusList.ts';
import { signVenueHandler } from './passes/signVenue.ts';
import { beginRegistrationHandler } from './people/beginRegistration.ts';
import { confirmRegistrationHandler } from './people/confirmRegistration.ts';
import { issueDayTicketHandler } from './people/issueDayTicket.ts';
import { becomeGuardianHandler, newGuardianCodeHandler } from './guardians/becomeGuardian.ts';
import { confirmGuardianLinkHandler, endGuardianLinkHandler, readGuardianshipsHandler } from './guardians/guardianships.ts';
import { linkAtDeskHandler } from './guardians/linkAtDesk.ts';
import { beginGuardianRequestHandler, confirmGuardianRequestHandler } from './guardians/linkByPhone.ts';
import { issueDependantPassHandler } from './guardians/issueDependantPass.ts';
import { listDevicesHandler, revokeDeviceHandler } from './people/ownDevices.ts';
import { presentPassAtDeskHandler } from './people/presentPassAtDesk.ts';
import { presentPassForSpecimenHandler } from './people/presentPassForSpecimen.ts';
import { beginMoveConfirmationHandler, confirmMoveHandler } from './people/confirmMove.ts';
import { proveIdentityHandler } from './people/proveIdentity.ts';
import { beginProviderProofHandler, proveByProviderHandler } from './people/providerProof.ts';
import { beginRecoveryHandler, listRecoveriesHandler, stopRecoveriesHandler } from './people/recovery.ts';
import { storePortraitDigestHandler } from './people/storePortraitDigest.ts';
import { beginConfirmationHandler, confirmInvitationHandler, listInvitationsHandler } from './staff/confirmInvitation.ts';
import { dismissOfficerHandler } from './staff/dismissOfficer.ts';
import { beginOfficerEnrolmentHandler, finishOfficerEnrolmentHandler } from './staff/enrolment.ts';
import { inviteOfficerHandler, listOfficersHandler } from './staff/invitations.ts';
import { beginPasskeyHandler, listPasskeysHandler, storePasskeyHandler } from './staff/ownPasskeys.ts';
import { beginOfficerSignInHandler, finishOfficerSignInHandler } from './staff/signIn.ts';
import { acknowledgeAlarmHandler, reportRefusedSourcesHandler } from './stops/handleAlarms.ts';
import { declareCanaryHandler, retireCanaryHandler } from './stops/declareCanary.ts';
import { makeCanariesHandler } from './stops/makeCanaries.ts';
import { readOversightHandler } from './stops/readOversight.ts';
import { beginReleaseHandler, freezeStaffHandler, releaseStaffHandler } from './stops/releaseOfficer.ts';
import { beginTraceHandler } from './tracing/beginTrace.ts';
import { approveSunsetHandler, beginSunsetApprovalHandler, readSunsetHandler, withdrawSunsetApprovalHandler } from './sunset/approval.ts';
import { closeCaseHandler } from './tracing/closeCase.ts';
import { registerCaseHandler } from './tracing/registerCase.ts';
import { resolveContactsHandler } from './tracing/resolveContacts.ts';

const readyHandler = openHandler(ready, async (vault) => ({ ready: (await vault.database.query('SELECT 1')).rowCount === 1 }));

/** Everything the vault can be asked. */
export const handlers: readonly Handler[] = [
  publicKeysHandler, dayKeysHandler, listRevokedKeysHandler,
  beginRegistrationHandler, confirmRegistrationHandler, issueDayTicketHandler, issueDayPassHandler, storePortraitDigestHandler, readAccessLogHandler, readEarlierAccessLogHandler,
  listDevicesHandler, revokeDeviceHandler, beginRecoveryHandler, listRecoveriesHandler, stopRecoveriesHandler,
  newGuardianCodeHandler, becomeGuardianHandler, readGuardianshipsHandler, confirmGuardianLinkHandler, endGuardianLinkHandler, issueDependantPassHandler,
  beginGuardianRequestHandler, confirmGuardianRequestHandler, linkAtDeskHandler,
  beginProviderProofHandler, proveByProviderHandler,
  presentPassAtDeskHandler, proveIdentityHandler, beginMoveConfirmationHandler, confirmMoveHandler, presentPassForSpecimenHandler,
  registerAtDeskHandler, issueCardHandler, endCardHandler, signCardsHandler, findCardVisitsHandler, readLetterOwnerHandler, recordHandingOverHandler,
  signVenueHandler, signStatusListHandler, factsChangedHandler,
  beginOfficerEnrolmentHandler, finishOfficerEnrolmentHandler, beginOfficerSignInHandler, finishOfficerSignInHandler, inviteOfficerHandler, listOfficersHandler,
  listInvitationsHandler, beginConfirmationHandler, confirmInvitationHandler, dismissOfficerHandler, listPasskeysHandler, beginPasskeyHandler, storePasskeyHandler, listKeysHandler,
  recordInstitutionKeyHandler, readInstitutionKeysHandler, beginKeyConfirmationHandler, confirmInstitutionKeyHandler, revokeInstitutionKeyHandler,
  registerCaseHandler, closeCaseHandler, beginTraceHandler, resolveContactsHandler,
  readCheckpointHandler, readTileHandler, readEntriesHandler, storeCosignatureHandler,
  recordProposalHandler, beginProposalApprovalHandler, approveProposalHandler, refuseProposalHandler,
  fileAppealHandler, readOwnAppealsHandler, withdrawAppealHandler, listAppealsHandler, openAppealHandler, answerAppealHandler, countAppealsHandler,
  recordDisclosureHandler, signDisclosureHandler, listDisclosuresHandler, readDisclosureHandler, beginDisclosureApprovalHandler, approveDisclosureHandler, refuseDisclosureHandler,
  releaseDisclosureHandler, closeDisclosureHandler, reviewDisclosureHandler, countDisclosuresHandler,
  readSunsetHandler, beginSunsetApprovalHandler, approveSunsetHandler, withdrawSunsetApprovalHandler,
  readOversightHandler, acknowledgeAlarmHandler, freezeStaffHandler, beginReleaseHandler, releaseStaffHandler, makeCanariesHandler, declareCanaryHandler, retireCanaryHandler, reportRefusedSourcesHandler,
  previewErasureHandler, eraseAccountHandler, exportAccountHandler,
  readyHandler,
];
