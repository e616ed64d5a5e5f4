import { isPrintedCode, readCode as readPassCode, readFaceFrame, verifyCode, type FaceFrame } from '@health-kit/pass';
import { gateState, usualSettings } from '../gate/gateStore.ts';
import { checkAgainstLists, checkCard, decide, type CardCheck, type Decision, type ListCheck } from './decide.ts';
import { cardListFor, statusListsFor, trustList } from './trust.ts';

/** What a scanned text is to a gate. */
export type ScannedText = { readonly kind: 'face'; readonly frame: FaceFrame } | { readonly kind: 'pass' } | { readonly kind: 'other' };

/** Sorts a scanned text, without verifying anything. A face frame that is damaged is no frame: the next turn brings it again. */
export function sortScannedText(text: string): ScannedText {
  const face = readFaceFrame(text);
  if (face.ok) return { kind: 'face', frame: face.frame };
  const pass = readPassCode(text);
  return !pass.ok && pass.reason === 'not-a-pass-code' ? { kind: 'other' } : { kind: 'pass' };
}

/**
 * Verifies a pass's code and decides, without a network unless today's status list is not at hand yet. Null while
 * this device has never had the trust list. `nowMs`: Unix ms, also the arrival that is recorded, since the service
 * judges the code's slot by it.
 */
export async function judge(text: string, nowMs: number): Promise<Decision | null> {
  const trust = trustList();
  if (trust === null) return null;
  const verification = await verifyCode(text, trust, nowMs);
  const settings = gateState().settings ?? usualSettings;
  let [listCheck, cardCheck]: [ListCheck, CardCheck] = [{ state: 'unchecked' }, { state: 'unchecked' }];
  if (verification.accepted && verification.kind === 'printed') cardCheck = await checkCard(verification.pass, await cardListFor(verification.pass, trust), nowMs);
  else if (verification.accepted) listCheck = checkAgainstLists(verification.pass, await statusListsFor(verification.pass, trust), nowMs);
  const decision = decide(verification, listCheck, settings, cardCheck);
  // A card whose half year is over, too, is replaced at a desk, and by no app.
  return decision.kind === 'refuse' && decision.reason === 'expired' && isPrintedCode(text) ? { ...decision, reason: 'card-ended' } : decision;
}
