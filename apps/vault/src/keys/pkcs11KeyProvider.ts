import { createSecretKey, type KeyObject } from 'node:crypto';
import { localDay } from '../identifiers.ts';
import type { Randomness } from '../randomness.ts';
import type { KeyProvider } from './keyProvider.ts';
import { loadedKeks } from './loadedKeks.ts';
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

/** How the label of everything begins that this program makes in a token. */
const labelPrefix = 'health-kit ';
const kekPrefix = 'health-kit kek/';
const intermediatePrefix = 'health-kit intermediate/';
const dayPrefix = 'health-kit day/';

/** Destroys every key of this program in a token, making none. @throws {Pkcs11Error} */
export function destroyTokenKeys({ module, token, pin }: Pkcs11Token): void {
  const session = openPkcs11Session(module, token, pin);
  session.destroyAll(labelPrefix);
  session.close();
}

/**
 * Keys in a hardware module (or another PKCS#11 token). The key-encryption key is made in the token and never leaves
 * it; each version wraps one intermediate key, kept wrapped in the token, which the vault unwraps once and holds in
 * memory: wrapping thousands of data keys costs no call to the token. A day's secret is a key of the token, and
 * destroyed there.
 *
 * Call it, and `makeKek`, under a lock that all vault processes share: a token lets two of them make a key at once.
 *
 * @throws {Pkcs11Error}
 */
export async function pkcs11KeyProvider({ module, token, pin }: Pkcs11Token, random: Randomness): Promise<KeyProvider & { close(): void }> {
  const session = openPkcs11Session(module, token, pin);
  const nonce = () => random(12);

  function kekVersions(): readonly number[] {
    return session.keyLabels(kekPrefix).map(({ label }) => Number(label.slice(kekPrefix.length))).sort((a, b) => a - b);
  }
  function makeKek(version: number): void {
    const kek = session.findKeys(`${kekPrefix}${version}`)[0] ?? session.generateKey(`${kekPrefix}${version}`);
    const label = `${intermediatePrefix}${version}`;
    if (session.readData(label) === null) session.storeData(label, session.encrypt(kek, label, nonce(), random(32)));
  }
  /** The intermediate key of a version. */
  function load(version: number): KeyObject | null {
    const kekLabel = `${kekPrefix}${version}`;
    const kek = session.findKeys(kekLabel)[0];
    if (kek === undefined) return null;
    if (session.isReadable(kek)) throw new Pkcs11Error(`The token "${token}" gives the value of its key "${kekLabel}" away.`);
    const label = `${intermediatePrefix}${version}`;
    const wrapped = session.readData(label);
    const clear = wrapped === null ? null : session.decrypt(kek, label, wrapped);
    if (clear === null) throw new Pkcs11Error(`The token "${token}" holds a key that its key-encryption key does not open.`);
    const intermediate = createSecretKey(clear);
    clear.fill(0);
    return intermediate;
  }

  const present = kekVersions();
  // What a crash cut off is made whole.
  for (const version of present.length === 0 ? [1] : present) makeKek(version);
  const keks = loadedKeks((version) => Promise.resolve(load(version)));
  // All that there are: wrapping costs no call to the token from the first on.
  for (const version of kekVersions()) await keks.find(version);

  return {
    kind: 'pkcs11', useKeks: keks.use,
    makeKek: async (version) => makeKek(version),
    kekVersions: async () => kekVersions(),
    async destroyKeksBefore(version) {
      for (const each of kekVersions()) {
        if (each >= version) continue;
        // The wrapped key first: a kek that is there shows that this is not done.
        session.destroyData(`${intermediatePrefix}${each}`);
        for (const handle of session.findKeys(`${kekPrefix}${each}`)) session.destroy(handle);
      }
    },
    async wrap(name, key) {
      const { version, kek } = await keks.used();
      return { wrapped: seal(kek, name, key, random), kekVersion: version };
    },
    unwrap: async (name, stored) => open(await keks.find(stored.kekVersion), name, stored.wrapped),
    async wrapForDay(day, key) {
      const place = `day/${day}`;
      const label = `${dayPrefix}${day}`;
      const { version, kek } = await keks.used();
      const secret = session.findKeys(label)[0] ?? session.generateKey(label);
      return { wrapped: session.encrypt(secret, place, nonce(), seal(kek, place, key, random)), kekVersion: version };
    },
    async unwrapForDay(day, stored) {
      const place = `day/${day}`;
      const secrets = session.findKeys(`${dayPrefix}${day}`);
      if (secrets.length === 0) return null;
      // Two vault processes that began a day at once have made a secret each; the one whose row was stored opens it.
      for (const secret of secrets) {
        const inner = session.decrypt(secret, place, stored.wrapped);
        if (inner !== null) return open(await keks.find(stored.kekVersion), place, inner);
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
