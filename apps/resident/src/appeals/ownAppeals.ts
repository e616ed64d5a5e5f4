import { OwnAppeals, fileAppeal, matches, readMyAppeals, type AppealEvidence, type AppealGround, type ResponseOf, type SealedAppeal } from '@health-kit/api';
import { keyThumbprint, makeOpeningKey, sealTo, type Outcome } from '@health-kit/client';
import type { Failure } from '@health-kit/ui';
import { deviceKey } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';
import { refreshTrust } from '../device/trust.ts';

/** The own appeals, opened on this device: the server relays them sealed. */
export async function askOwnAppeals(): Promise<Outcome<OwnAppeals>> {
  const key = await makeOpeningKey();
  const answer = await callAsResident(readMyAppeals, { body: { key: key.publicKey } });
  if (!answer.ok) return answer;
  const opened = await key.open(answer.value.sealed);
  if (!matches(OwnAppeals, opened)) throw new TypeError('the sealed appeals are not of their form');
  return { ok: true, value: opened };
}

/** Seals grounds and words to the vault, for this device alone, and files them. Null where the city's keys are not believed: that is told above every page. */
export async function sendAppeal(grounds: AppealGround, words: string, evidence: readonly AppealEvidence[]): Promise<{ readonly ok: true; readonly value: ResponseOf<typeof fileAppeal> } | Failure & { readonly ok: false } | null> {
  const trust = await refreshTrust();
  if (!trust.ok) return trust.reason === 'untrusted' ? null : trust;
  const content: SealedAppeal = { grounds, words, evidence: [...evidence], device: await keyThumbprint(deviceKey().publicKey) };
  return callAsResident(fileAppeal, { body: { sealed: await sealTo(trust.value.sealingKey, content) } });
}

/** What was typed, as it is sent: line ends as \n, without marks that hide or turn text. */
export function tidyWords(words: string): string {
  return words.replaceAll(/\r\n?/g, '\n').replaceAll('\t', ' ').replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '').trim();
}
