import { createSecretKey } from 'node:crypto';
import { localDay } from '../identifiers.ts';
import type { Randomness } from '../randomness.ts';
import type { KeyProvider } from './keyProvider.ts';
import { openPkcs11Session, Pkcs11Error } from './pkcs11Module.ts';
import { open, seal, SealError } from './sealing.ts';

/** Which token holds the keys, and how its user signs in. */
export interface Pkcs11Token {
  /** Path of the module, a shared library. */
  readonly module: string;
  /** The token's label. */
  readonly token: string;
  readonly pin: string;
}

const kekVersion = 1;
/** How the label of everything begins that this program makes in a token. */
const labelPrefix = 'health-kit ';
const kekLabel = `health-kit kek/${kekVersion}`;
const intermediateLabel = `health-kit intermediate/${kekVersion}`;
const dayPrefix = 'health-kit day/';

/** Destroys every key of this program in a token, making none. @throws {Pkcs11Error} */
export function destroyTokenKeys({ module, token, pin }: Pkcs11Token): void {
  const session = openPkcs11Session(module, token, pin);
  session.destroyAll(labelPrefix);
  session.close();
}

/**
 * Keys in a hardware module (or another PKCS#11 token). The key-encryption key is made in the token and never leaves
 * it; it wraps one intermediate key, kept wrapped in the token, which the vault unwraps at its start and holds in
 * memory: wrapping thousands of data keys costs no call to the token. A day's secret is a key of the token, and
 * destroyed there.
 *
 * Call it under a lock that all vault processes share: a token lets two of them make the first key at once.
 *
 * @throws {Pkcs11Error}
 */
export function pkcs11KeyProvider({ module, token, pin }: Pkcs11Token, random: Randomness): KeyProvider & { close(): void } {
  const session = openPkcs11Session(module, token, pin);
  const nonce = () => random(12);
  const kek = session.findKeys(kekLabel)[0] ?? session.generateKey(kekLabel);
  if (session.isReadable(kek)) throw new Pkcs11Error(`The token "${token}" gives the value of its key "${kekLabel}" away.`);
  if (session.readData(intermediateLabel) === null) session.storeData(intermediateLabel, session.encrypt(kek, intermediateLabel, nonce(), random(32)));
  const wrapped = session.readData(intermediateLabel);
  const clear = wrapped === null ? null : session.decrypt(kek, intermediateLabel, wrapped);
  if (clear === null) throw new Pkcs11Error(`The token "${token}" holds a key that its key-encryption key does not open.`);
  const intermediate = createSecretKey(clear);
  clear.fill(0);

  return {
    kind: 'pkcs11',
    wrap: (name, key) => Promise.resolve({ wrapped: seal(intermediate, name, key, random), kekVersion }),
    unwrap: (name, stored) => Promise.resolve(open(intermediate, name, stored.wrapped)),
    async wrapForDay(day, key) {
      const place = `day/${day}`;
      const label = `${dayPrefix}${day}`;
      const secret = session.findKeys(label)[0] ?? session.generateKey(label);
      return { wrapped: session.encrypt(secret, place, nonce(), seal(intermediate, place, key, random)), kekVersion };
    },
    async unwrapForDay(day, stored) {
      const place = `day/${day}`;
      const secrets = session.findKeys(`${dayPrefix}${day}`);
      if (secrets.length === 0) return null;
      // Two vault processes that began a day at once have made a secret each; the one whose row was stored opens it.
      for (const secret of secrets) {
        const inner = session.decrypt(secret, place, stored.wrapped);
        if (inner !== null) return open(intermediate, place, inner);
      }
      throw new SealError('sealed value does not open');
    },
    async destroyDaysBefore(day) {
      for (const { handle, label } of session.keyLabels(dayPrefix)) if (localDay(label.slice(dayPrefix.length)) < day) session.destroy(handle);
    },
    destroyOutsideFolder: () => Promise.resolve(session.destroyAll(labelPrefix)),
    close: () => session.close(),
  };
}
