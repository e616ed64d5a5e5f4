/** The few calls of PKCS#11 (OASIS, version 2.40) that the key provider needs, on a module that is loaded into this process. */
import koffi, { type LibraryHandle } from 'koffi';

/** Why the module cannot be used, as one sentence for the operator; never a PIN. */
export class Pkcs11Error extends Error {
  override readonly name = 'Pkcs11Error';
}

// Numbers of pkcs11t.h.
const object = { data: 0n, secretKey: 4n } as const;
const attribute = {
  class: 0x0, token: 0x1, private: 0x2, label: 0x3, application: 0x10, value: 0x11, keyType: 0x100, sensitive: 0x103, encrypt: 0x104, decrypt: 0x105,
  wrap: 0x106, unwrap: 0x107, valueLength: 0x161, extractable: 0x162,
} as const;
const aes = 0x1fn;
const mechanismAesKeyGen = 0x1080;
const mechanismAesGcm = 0x1087;
const serialReadWriteSession = 6;
const normalUser = 1;
const alreadyInitialized = 0x191;
const alreadyLoggedIn = 0x100;
const nonceLength = 12;
const tagLength = 16;
/** Bytes of CK_TOKEN_INFO; its label is the first 32, padded with blanks. */
const tokenInfoLength = 208;
const labelLength = 32;

const Attribute = koffi.struct('CK_ATTRIBUTE', { type: 'unsigned long', value: 'const void *', length: 'unsigned long' });
const AttributeOut = koffi.struct('CK_ATTRIBUTE_OUT', { type: 'unsigned long', value: 'void *', length: 'unsigned long' });
const GcmParameters = koffi.struct('CK_GCM_PARAMS', {
  iv: 'const uint8_t *', ivLength: 'unsigned long', ivBits: 'unsigned long', aad: 'const uint8_t *', aadLength: 'unsigned long', tagBits: 'unsigned long',
});
const Mechanism = koffi.struct('CK_MECHANISM', { mechanism: 'unsigned long', parameter: koffi.pointer(GcmParameters), length: 'unsigned long' });

/** An object of the token. */
export type ObjectHandle = number;

/** A session with one token. Calls are synchronous; the provider makes few. */
export interface Pkcs11Session {
  /** Makes an AES-256 key that stays in the token and is never told to anybody. */
  generateKey(label: string): ObjectHandle;
  findKeys(label: string): readonly ObjectHandle[];
  /** Labels of all keys that this program has made, by their beginning. */
  keyLabels(prefix: string): readonly { readonly handle: ObjectHandle; readonly label: string }[];
  /** AES-256-GCM within the token; layout nonce 12 | ciphertext | tag 16. */
  encrypt(key: ObjectHandle, place: string, nonce: Uint8Array, clear: Uint8Array): Buffer;
  /** Null where it does not open. */
  decrypt(key: ObjectHandle, place: string, sealed: Uint8Array): Buffer | null;
  storeData(label: string, value: Uint8Array): void;
  readData(label: string): Buffer | null;
  destroy(handle: ObjectHandle): void;
  /** Destroys data of exactly this label. */
  destroyData(label: string): void;
  /** Destroys keys and data whose label begins so. */
  destroyAll(prefix: string): void;
  /** Whether the token gives a key's value away. */
  isReadable(key: ObjectHandle): boolean;
  close(): void;
}

/**
 * Loads a module, finds the token by its label and signs in as its user.
 *
 * @throws {Pkcs11Error}
 */
export function openPkcs11Session(modulePath: string, tokenLabel: string, pin: string): Pkcs11Session {
  const library = load(modulePath);
  const declare = (definition: string) => {
    const call = library.func(definition);
    return (...args: readonly unknown[]): number => {
      const result: unknown = call(...args);
      return Number(result);
    };
  };
  const initialize = declare('unsigned long C_Initialize(void *)');
  const getSlotList = declare('unsigned long C_GetSlotList(uint8_t, void *, _Inout_ unsigned long *)');
  const getTokenInfo = declare('unsigned long C_GetTokenInfo(unsigned long, void *)');
  const openSession = declare('unsigned long C_OpenSession(unsigned long, unsigned long, void *, void *, _Out_ unsigned long *)');
  const closeSession = declare('unsigned long C_CloseSession(unsigned long)');
  const login = declare('unsigned long C_Login(unsigned long, unsigned long, const uint8_t *, unsigned long)');
  const findInit = declare('unsigned long C_FindObjectsInit(unsigned long, const CK_ATTRIBUTE *, unsigned long)');
  const find = declare('unsigned long C_FindObjects(unsigned long, void *, unsigned long, _Out_ unsigned long *)');
  const findFinal = declare('unsigned long C_FindObjectsFinal(unsigned long)');
  const generate = declare('unsigned long C_GenerateKey(unsigned long, const CK_MECHANISM *, const CK_ATTRIBUTE *, unsigned long, _Out_ unsigned long *)');
  const create = declare('unsigned long C_CreateObject(unsigned long, const CK_ATTRIBUTE *, unsigned long, _Out_ unsigned long *)');
  const destroyObject = declare('unsigned long C_DestroyObject(unsigned long, unsigned long)');
  const getAttribute = declare('unsigned long C_GetAttributeValue(unsigned long, unsigned long, _Inout_ CK_ATTRIBUTE_OUT *, unsigned long)');
  const encryptInit = declare('unsigned long C_EncryptInit(unsigned long, const CK_MECHANISM *, unsigned long)');
  const encryptOnce = declare('unsigned long C_Encrypt(unsigned long, const uint8_t *, unsigned long, void *, _Inout_ unsigned long *)');
  const decryptInit = declare('unsigned long C_DecryptInit(unsigned long, const CK_MECHANISM *, unsigned long)');
  const decryptOnce = declare('unsigned long C_Decrypt(unsigned long, const uint8_t *, unsigned long, void *, _Inout_ unsigned long *)');

  function done(call: string, result: number): void {
    if (result !== 0) throw new Pkcs11Error(`The PKCS#11 module ${modulePath} refused ${call} (0x${result.toString(16)}).`);
  }

  const started = initialize(null);
  if (started !== alreadyInitialized) done('C_Initialize', started);
  const slot = findSlot();
  const opened = [0];
  done('C_OpenSession', openSession(slot, serialReadWriteSession, null, null, opened));
  const session = opened[0] ?? 0;
  const pinBytes = Buffer.from(pin, 'utf8');
  const signedIn = login(session, normalUser, pinBytes, pinBytes.length);
  pinBytes.fill(0);
  if (signedIn !== alreadyLoggedIn) done('C_Login', signedIn);

  function findSlot(): number {
    const count = [64];
    const slots = Buffer.alloc(64 * 8);
    done('C_GetSlotList', getSlotList(1, slots, count));
    for (let index = 0; index < (count[0] ?? 0); index += 1) {
      const candidate = Number(slots.readBigUInt64LE(index * 8));
      const info = Buffer.alloc(tokenInfoLength);
      if (getTokenInfo(candidate, info) === 0 && info.subarray(0, labelLength).toString('utf8').trimEnd() === tokenLabel) return candidate;
    }
    throw new Pkcs11Error(`The PKCS#11 module ${modulePath} has no token with the label "${tokenLabel}".`);
  }

  const number = (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return bytes;
  };
  const yes = Buffer.from([1]);
  const no = Buffer.from([0]);
  const entry = (type: number, value: Uint8Array) => ({ type, value, length: value.length });
  const mechanism = (place: string, nonce: Uint8Array) => {
    const aad = Buffer.from(place, 'utf8');
    return { mechanism: mechanismAesGcm, parameter: { iv: nonce, ivLength: nonceLength, ivBits: nonceLength * 8, aad, aadLength: aad.length, tagBits: tagLength * 8 }, length: koffi.sizeof(GcmParameters) };
  };

  function search(template: readonly ReturnType<typeof entry>[]): readonly ObjectHandle[] {
    done('C_FindObjectsInit', findInit(session, template, template.length));
    try {
      const handles: number[] = [];
      for (;;) {
        const found = [0];
        const batch = Buffer.alloc(64 * 8);
        done('C_FindObjects', find(session, batch, 64, found));
        const count = found[0] ?? 0;
        for (let index = 0; index < count; index += 1) handles.push(Number(batch.readBigUInt64LE(index * 8)));
        if (count === 0) return handles;
      }
    } finally {
      findFinal(session);
    }
  }
  /** An attribute's value; null where there is none, or where the token keeps it to itself. */
  function read(handle: ObjectHandle, type: number): Buffer | null {
    const value = Buffer.alloc(4096);
    const asked = [{ type, value, length: value.length }];
    if (getAttribute(session, handle, asked, 1) !== 0) return null;
    const length = asked[0]?.length ?? 0;
    return length > value.length ? null : value.subarray(0, length);
  }
  const ofThisProgram = (kind: bigint) => [entry(attribute.class, number(kind)), entry(attribute.token, yes)];
  const labelled = (kind: bigint, label: string) => search([...ofThisProgram(kind), entry(attribute.label, Buffer.from(label, 'utf8'))]);

  return {
    generateKey(label) {
      const template = [
        ...ofThisProgram(object.secretKey), entry(attribute.keyType, number(aes)), entry(attribute.valueLength, number(32n)), entry(attribute.label, Buffer.from(label, 'utf8')),
        entry(attribute.private, yes), entry(attribute.sensitive, yes), entry(attribute.extractable, no),
        entry(attribute.encrypt, yes), entry(attribute.decrypt, yes), entry(attribute.wrap, no), entry(attribute.unwrap, no),
      ];
      const handle = [0];
      done('C_GenerateKey', generate(session, { mechanism: mechanismAesKeyGen, parameter: null, length: 0 }, template, template.length, handle));
      return handle[0] ?? 0;
    },
    findKeys: (label) => labelled(object.secretKey, label),
    keyLabels: (prefix) => search(ofThisProgram(object.secretKey)).flatMap((handle) => {
      const label = read(handle, attribute.label)?.toString('utf8') ?? '';
      return label.startsWith(prefix) ? [{ handle, label }] : [];
    }),
    encrypt(key, place, nonce, clear) {
      done('C_EncryptInit', encryptInit(session, mechanism(place, nonce), key));
      const sealed = Buffer.alloc(clear.length + tagLength);
      const length = [sealed.length];
      done('C_Encrypt', encryptOnce(session, clear, clear.length, sealed, length));
      return Buffer.concat([nonce, sealed.subarray(0, length[0])]);
    },
    decrypt(key, place, sealed) {
      if (sealed.length < nonceLength + tagLength) return null;
      done('C_DecryptInit', decryptInit(session, mechanism(place, sealed.subarray(0, nonceLength)), key));
      const body = sealed.subarray(nonceLength);
      const clear = Buffer.alloc(body.length);
      const length = [clear.length];
      return decryptOnce(session, body, body.length, clear, length) === 0 ? clear.subarray(0, length[0]) : null;
    },
    storeData(label, value) {
      const template = [...ofThisProgram(object.data), entry(attribute.private, yes), entry(attribute.label, Buffer.from(label, 'utf8')), entry(attribute.application, Buffer.from('health-kit')), entry(attribute.value, value)];
      done('C_CreateObject', create(session, template, template.length, [0]));
    },
    readData(label) {
      const [handle] = labelled(object.data, label);
      return handle === undefined ? null : read(handle, attribute.value);
    },
    destroy: (handle) => done('C_DestroyObject', destroyObject(session, handle)),
    destroyData(label) {
      for (const handle of labelled(object.data, label)) done('C_DestroyObject', destroyObject(session, handle));
    },
    destroyAll(prefix) {
      for (const handle of [...search(ofThisProgram(object.secretKey)), ...search(ofThisProgram(object.data))]) {
        if (read(handle, attribute.label)?.toString('utf8').startsWith(prefix) === true) done('C_DestroyObject', destroyObject(session, handle));
      }
    },
    isReadable: (key) => read(key, attribute.value) !== null,
    close: () => void closeSession(session),
  };
}

function load(path: string): LibraryHandle {
  try {
    return koffi.load(path);
  } catch {
    throw new Pkcs11Error(`The PKCS#11 module ${path} cannot be loaded.`);
  }
}

/** Kept so that the struct's name is known to the declarations above. */
export const pkcs11Structures = [Attribute, AttributeOut, Mechanism] as const;
