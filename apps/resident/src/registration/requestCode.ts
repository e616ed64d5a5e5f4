import { startRegistration } from '@health-kit/api';
import type { Outcome } from '@health-kit/client';
import { keep } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';

/** Hands the sealed identity to the vault, which sends a one-time code to its phone; a repetition sends a new code. */
export async function requestCode(sealed: string, phoneShown: string): Promise<Outcome<null>> {
  const answer = await callAsResident(startRegistration, { body: { sealed } });
  if (!answer.ok) return answer;
  const { registrationId, expiresAt, resendAfterSeconds } = answer.value;
  await keep({ registration: { registrationId, sealed, phoneShown, expiresAtMs: Date.parse(expiresAt), resendAtMs: Date.now() + resendAfterSeconds * 1000 } });
  return { ok: true, value: null };
}
