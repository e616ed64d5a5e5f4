/** A resident whom a journey prepared over the API, with a phone that a browser shows. */
import { residentDatabase, residentKeyName } from '@health-kit/client';
import type { Actor } from './actor.ts';

/** A device key that can be carried into a browser, as no app's own can. */
export function carriedKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
}

/** Makes the phone the device of this key, whose account is confirmed, and opens its pass. */
export async function takeUpKey({ page }: Actor, origin: string, key: CryptoKeyPair): Promise<void> {
  await page.goto(`${origin}/about`);
  await page.evaluate(async ({ jwks, database, name }) => {
    const [publicKey, privateKey] = await Promise.all(jwks.map((jwk, index) => crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, index === 0, index === 0 ? ['verify'] : ['sign'])));
    const opening = indexedDB.open(database, 1);
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const transaction = opening.result.transaction(['keys', 'records'], 'readwrite');
    transaction.objectStore('keys').put({ publicKey, privateKey }, name);
    transaction.objectStore('records').put({ confirmedAtMs: Date.now() }, 'account');
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    opening.result.close();
  }, { jwks: [await crypto.subtle.exportKey('jwk', key.publicKey), await crypto.subtle.exportKey('jwk', key.privateKey)], database: residentDatabase, name: residentKeyName });
  await page.goto(`${origin}/pass`);
}
