import {
  approveDisclosure, beginDisclosureApproval, closeDisclosure, getDisclosure, getDisclosureCounts, listDisclosures, refuseDisclosure, releaseDisclosure, requestDisclosure, reviewDisclosure,
  signDisclosure,
} from '@health-kit/api';
import {
  approveRecordedDisclosure, beginRecordedDisclosureApproval, closeRecordedDisclosure, countDisclosures, listRecordedDisclosures, readDisclosure, recordDisclosure, refuseRecordedDisclosure,
  releaseRecordedDisclosure, reviewRecordedDisclosure, signRecordedDisclosure,
} from '@health-kit/api/vault';
import type { Core } from '../capability.ts';
import { ProblemError } from '../problems.ts';
import { readCaseState } from '../tracing/index.ts';
import { askVault } from '../vault/index.ts';

/**
 * Relays what officers do with disclosures: the vault keeps them, checks every passkey and every cap, and seals what is
 * released to the browser that asked. The one thing this side knows better is whether a tracer has taken up the case.
 */
export function disclosure({ routes, database, vault }: Core): void {
  routes.staff(requestDisclosure, async ({ params, caller }) => {
    const state = await readCaseState(database, params.caseId);
    // A case that does not exist is the vault's to refuse, which writes the attempt down.
    if (state !== null && state !== 'open') throw new ProblemError('conflict');
    return askVault(vault, recordDisclosure, { caller: caller.request });
  });
  routes.staff(signDisclosure, async ({ caller }) => {
    await askVault(vault, signRecordedDisclosure, { caller: caller.request });
  });
  routes.staff(listDisclosures, ({ caller }) => askVault(vault, listRecordedDisclosures, { caller: caller.request }));
  routes.staff(getDisclosure, ({ caller }) => askVault(vault, readDisclosure, { caller: caller.request }));
  routes.staff(beginDisclosureApproval, ({ caller }) => askVault(vault, beginRecordedDisclosureApproval, { caller: caller.request }));
  routes.staff(approveDisclosure, async ({ caller }) => {
    await askVault(vault, approveRecordedDisclosure, { caller: caller.request });
  });
  routes.staff(refuseDisclosure, async ({ caller }) => {
    await askVault(vault, refuseRecordedDisclosure, { caller: caller.request });
  });
  routes.staff(releaseDisclosure, ({ caller }) => askVault(vault, releaseRecordedDisclosure, { caller: caller.request }));
  routes.staff(closeDisclosure, async ({ caller }) => {
    await askVault(vault, closeRecordedDisclosure, { caller: caller.request });
  });
  routes.staff(reviewDisclosure, async ({ caller }) => {
    await askVault(vault, reviewRecordedDisclosure, { caller: caller.request });
  });
  routes.anyone(getDisclosureCounts, () => askVault(vault, countDisclosures, {}));
}
