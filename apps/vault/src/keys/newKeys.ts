/** What each of the vault's long-lived keys is made of. */
import { generateKeyPairSync } from 'node:crypto';
import type { Randomness } from '../randomness.ts';

/** Years for which a signing key is in force. */
export const issuerKeyYears = 2;
export const yearMs = 365 * 86_400_000;

export interface KeyForm {
  /** What the names of all its versions begin with. */
  readonly base: string;
  /** The name of its first version. */
  readonly firstName: string;
  /** Whether it is in the trust list, with a time in force. */
  readonly signs: boolean;
  readonly make: (random: Randomness) => Buffer;
}

const secretForm = (base: string): KeyForm => ({ base, firstName: base, signs: false, make: randomKey });
const issuerForm = (use: string): KeyForm => ({ base: `issuer/${use}`, firstName: `issuer/${use}/1`, signs: true, make: newP256Key });

/** Every long-lived key, in the order in which they are made. The checkpoint key (Ed25519, as C2SP asks) exists from the first leaf on. */
export const keyForms: readonly KeyForm[] = [
  ...['ledger-event', 'sector/health', 'sector/trace', 'sector/notify', 'sector/venue', 'sector/visit', 'sector/shredded', 'blind-index', 'one-time-code', 'stops', 'ticket-root', 'pass-id-root'].map(secretForm),
  { base: 'trust-root', firstName: 'trust-root/1', signs: false, make: newP256Key },
  { base: 'ledger', firstName: 'ledger/1', signs: false, make: newEd25519Key },
  { base: 'sealing', firstName: 'sealing/1', signs: false, make: newP256Key },
  ...['pass', 'venue', 'status-list'].map(issuerForm),
];

function randomKey(random: Randomness): Buffer {
  return Buffer.from(random(32));
}
// Key pairs are made by OpenSSL's own generator, which takes no source of randomness.
function newP256Key(): Buffer {
  return generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'der' }, publicKeyEncoding: { type: 'spki', format: 'der' } }).privateKey;
}
function newEd25519Key(): Buffer {
  return generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'der' }, publicKeyEncoding: { type: 'spki', format: 'der' } }).privateKey;
}
