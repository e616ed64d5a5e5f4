import { documentTypes } from '@health-kit/api';
import { forget, keep, deviceState } from '../device/deviceState.ts';
import type { RegistrationForm } from './registrationForm.ts';

/** How long what was typed and not sent is kept. */
export const draftLifeMs = 60 * 60_000;
/** Where the tab keeps the draft's key, as base64. It ends with the tab, and what is on disk opens no more. */
const keyName = 'health-kit.draft-key';

/**
 * Keeps what was typed so far, on this device only: sealed (AES-256-GCM) in its database under a key that the tab
 * alone has. Somebody who opens the page in another tab, or finds a shared phone later, finds nothing.
 */
export async function keepDraft(form: RegistrationForm, nowMs: number): Promise<void> {
  const key = await tabKey(true);
  if (key === null) return;
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(form));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, plain));
  await keep({ draft: { sealed, nonce, untilMs: nowMs + draftLifeMs } });
}

/** The draft of this tab; null where there is none, or no longer. */
export async function readDraft(nowMs: number): Promise<RegistrationForm | null> {
  const { draft } = deviceState();
  const key = await tabKey(false);
  if (draft === null || key === null || draft.untilMs <= nowMs) return null;
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: draft.nonce }, key, draft.sealed);
    return parseForm(JSON.parse(new TextDecoder().decode(plain)));
  } catch {
    // Another tab's.
    return null;
  }
}

/** Forgets the draft and its key. */
export async function forgetDraft(): Promise<void> {
  try {
    sessionStorage.removeItem(keyName);
  } catch {
    // A browser that keeps nothing has nothing to remove.
  }
  await forget('draft');
}

async function tabKey(make: boolean): Promise<CryptoKey | null> {
  try {
    let kept = sessionStorage.getItem(keyName);
    if (kept === null && make) {
      kept = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
      sessionStorage.setItem(keyName, kept);
    }
    if (kept === null) return null;
    return await crypto.subtle.importKey('raw', Uint8Array.from(atob(kept), (character) => character.charCodeAt(0)), 'AES-GCM', false, ['encrypt', 'decrypt']);
  } catch {
    // Storage that is refused keeps no draft; the form works without one.
    return null;
  }
}

function parseForm(value: unknown): RegistrationForm | null {
  if (typeof value !== 'object' || value === null) return null;
  const text = (name: string): string => {
    const member: unknown = Reflect.get(value, name);
    return typeof member === 'string' ? member : '';
  };
  const documentType = documentTypes.find((known) => known === text('documentType'));
  if (documentType === undefined) return null;
  return {
    documentType, singleName: Reflect.get(value, 'singleName') === true,
    familyName: text('familyName'), givenName: text('givenName'), documentNumber: text('documentNumber'), phone: text('phone'),
  };
}
