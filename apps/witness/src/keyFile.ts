import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { cosignerKey, type Cosigner } from '@health-kit/tlog';
import { replaceFile } from './durable.ts';
import { WitnessError } from './witnessError.ts';

/** PKCS #8 of an Ed25519 private key is this head and the 32-byte seed (RFC 8410). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');
const cosignatureType = 0x04;
/** `PRIVATE+KEY+name+id+base64(type, seed)`: the form that other tools for signed notes use. */
const form = /^PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\n$/;

/**
 * The witness's key, made at the first start. The file is its owner's alone.
 *
 * @param name of the key; only the first start may choose it, a key is known by it for ever
 * @throws {WitnessError} when others can read the file, it is damaged, or it bears another name
 */
export async function openKeyFile(path: string, name: string | undefined): Promise<Cosigner> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    if (name === undefined) throw new WitnessError('A new witness needs a name for its key, such as --name witness.example.org/w1.');
    const seed = randomBytes(32);
    const cosigner = cosignerOf(name, seed);
    const keyId = cosigner.key.keyId.toString(16).padStart(8, '0');
    await replaceFile(path, `PRIVATE+KEY+${name}+${keyId}+${Buffer.concat([Buffer.of(cosignatureType), seed]).toString('base64')}\n`);
    return cosigner;
  }
  if ((found.mode & 0o077) !== 0) throw new WitnessError(`The key ${path} can be read by others than its owner: set its mode to 0600.`);
  const [, storedName = '', keyId = '', encoded = ''] = form.exec(await readFile(path, 'utf8')) ?? [];
  const typed = Buffer.from(encoded, 'base64');
  if (typed.length !== 33 || typed[0] !== cosignatureType) throw new WitnessError(`The key ${path} is damaged.`);
  const cosigner = cosignerOf(storedName, typed.subarray(1));
  if (cosigner.key.keyId !== Number.parseInt(keyId, 16)) throw new WitnessError(`The key ${path} is damaged.`);
  if (name !== undefined && name !== storedName) throw new WitnessError(`The key ${path} bears the name ${storedName}; a witness keeps its name.`);
  return cosigner;
}

function cosignerOf(name: string, seed: Uint8Array): Cosigner {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  try {
    return { key: cosignerKey(name, Uint8Array.from(Buffer.from(x ?? '', 'base64url'))), sign: (message) => Promise.resolve(sign(null, message, privateKey)) };
  } catch {
    throw new WitnessError('The name of a witness is a URL without scheme, such as witness.example.org/w1: no space, no plus.');
  }
}
