import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RegistrationId } from '@health-kit/api';
import { randomDigits, type Randomness } from '../randomness.ts';
import type { Vault } from '../vault.ts';

/** Digits of a one-time code. */
export const codeDigits = 8;
/** Guesses that one challenge allows. */
export const guessesPerCode = 5;
/** How long a code is good. */
export const codeLifeMs = 5 * 60_000;
/** When the app offers to ask for another code. */
export const resendAfterSeconds = 60;

export function newCode(random: Randomness): string {
  return randomDigits(random, codeDigits);
}

/** What is stored of a code: a keyed hash, bound to its registration. */
export function codeHash(vault: Vault, registration: RegistrationId, code: string, key = vault.keys.oneTimeCode): Buffer {
  return createHmac('sha256', key).update(`code|${registration}|${code}`, 'utf8').digest();
}
/** Whether it is the code that a hash was stored of, under the key in use or one that was just replaced. */
export function isCode(vault: Vault, registration: RegistrationId, code: string, stored: Uint8Array): boolean {
  return vault.keys.oneTimeCodes.some((key) => {
    const hash = codeHash(vault, registration, code, key);
    return stored.length === hash.length && timingSafeEqual(hash, stored);
  });
}

/** The message that carries a code, in the resident's language. */
export function codeMessage(vault: Vault, language: 'zh' | 'en', code: string): string {
  const minutes = codeLifeMs / 60_000;
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】验证码 ${code}，${minutes} 分钟内有效。请勿告诉任何人，工作人员不会索要。`
    : `${vault.cityName.en} health pass: your code is ${code}, good for ${minutes} minutes. Tell nobody; staff never ask for it.`;
}
