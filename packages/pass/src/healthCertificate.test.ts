import assert from 'node:assert/strict'
import { X509Certificate, createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeBase45 } from './base45.ts'
import { encodeBase64url } from './base64url.ts'
import { concatBytes } from './bytes.ts'
import { encodeCbor, type CborValue } from './cbor.ts'
import { coseSign1ToBeSigned, encodeCoseSign1, encodeProtectedHeader, signCoseSign1 } from './coseSign1.ts'
import { deflate } from './deflate.ts'
import { certificateKinds, verifyHealthCertificate, type CertificateKind, type CertificateSigner, type CertificateVerification } from './healthCertificate.ts'
import { importVerificationKey } from './p256.ts'
import { issuerKey, strangerKey } from './testCity.ts'

const issuedAt = 1_620_000_000
const expiresAt = issuedAt + 180 * 86_400
const nowMs = (issuedAt + 86_400) * 1000
const entries: Readonly<Record<CertificateKind, Record<string, CborValue>>> = {
  vaccination: { tg: '840539006', vp: '1119349007', mp: 'EU/1/20/1528', ma: 'ORG-100030215', dn: 1, sd: 2, dt: '2021-02-18', co: 'AT', is: 'Ministry', ci: 'URN:UVCI:01:AT:1#B' },
  test: { tg: '840539006', tt: 'LP6464-4', nm: 'PCR', sc: '2021-02-20T12:34:56Z', tr: '260415000', tc: 'Centre 1', co: 'AT', is: 'Ministry', ci: 'URN:UVCI:01:AT:2#I' },
  recovery: { tg: '840539006', fr: '2021-02-20', co: 'AT', is: 'Ministry', df: '2021-04-04', du: '2021-10-04', ci: 'URN:UVCI:01:AT:3#S' },
}
const letters = { vaccination: 'v', test: 't', recovery: 'r' } as const

function payloadOf(kind: CertificateKind, changes: Record<string, CborValue> = {}): ReadonlyMap<string, CborValue> {
  const name = new Map([['fn', 'Musterfrau-Gößinger'], ['fnt', 'MUSTERFRAU<GOESSINGER'], ['gn', 'Gabriele'], ['gnt', 'GABRIELE']])
  return new Map<string, CborValue>(Object.entries({ ver: '1.3.0', nam: name, dob: '1998-02-26', [letters[kind]]: [new Map(Object.entries(entries[kind]))], ...changes }))
}

function claimsOf(payload: CborValue, changes: readonly (readonly [number, CborValue])[] = []): Uint8Array {
  return encodeCbor(new Map<number, CborValue>([[1, 'AT'], [4, expiresAt], [6, issuedAt], [-260, new Map([[1, payload]])], ...changes]))
}

async function textOf(message: Uint8Array): Promise<string> {
  return `HC1:${encodeBase45(await deflate(message))}`
}

async function certify(payload: CborValue, changes: readonly (readonly [number, CborValue])[] = []): Promise<string> {
  return textOf(await signCoseSign1(claimsOf(payload, changes), issuerKey.signer, issuerKey.kid))
}

async function signers(changes: Partial<CertificateSigner> = {}): Promise<CertificateSigner[]> {
  return [{ kid: issuerKey.kid, country: 'AT', certifies: certificateKinds, cryptoKey: await importVerificationKey(issuerKey.publicKey), ...changes }]
}

function outcome(verification: CertificateVerification): string {
  return verification.accepted ? verification.certificate.kind : verification.reason
}

test('a certificate of each kind is accepted, and says what it says', async () => {
  for (const kind of certificateKinds) {
    const verification = await verifyHealthCertificate(await certify(payloadOf(kind)), await signers(), nowMs)
    assert.deepEqual(verification, {
      accepted: true,
      certificate: {
        issuer: 'AT', issuedAt, expiresAt, kind, birthDate: '1998-02-26', entry: entries[kind],
        name: { family: 'Musterfrau-Gößinger', given: 'Gabriele', familyTransliterated: 'MUSTERFRAU<GOESSINGER', givenTransliterated: 'GABRIELE' },
      },
    })
  }
})

test('PS256 is accepted of a key of that kind, and of no other', async () => {
  const { privateKey, publicKey } = await globalThis.crypto.subtle.generateKey(
    { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }, false, ['sign', 'verify'],
  )
  const header = encodeCbor(new Map<number, CborValue>([[1, -37], [4, Uint8Array.of(1)]]))
  const payload = claimsOf(payloadOf('test'))
  const signature = new Uint8Array(await globalThis.crypto.subtle.sign({ name: 'RSA-PSS', saltLength: 32 }, privateKey, coseSign1ToBeSigned(header, payload)))
  const text = await textOf(encodeCoseSign1(header, payload, signature))
  const kid = encodeBase64url(Uint8Array.of(1))
  assert.equal(outcome(await verifyHealthCertificate(text, await signers({ kid, cryptoKey: publicKey }), nowMs)), 'test')
  assert.equal(outcome(await verifyHealthCertificate(text, await signers({ kid }), nowMs)), 'bad-signature', 'an elliptic key')
})

test('each refusal has its reason', async () => {
  const good = await certify(payloadOf('vaccination'))
  const reason = async (text: string, listed?: readonly CertificateSigner[], at = nowMs) => outcome(await verifyHealthCertificate(text, listed ?? (await signers()), at))
  assert.equal(await reason(good.replace('HC1:', 'HC2:')), 'not-a-certificate')
  assert.equal(await reason(good.slice(4)), 'not-a-certificate')
  assert.equal(await reason(`${good.slice(0, 40)}a${good.slice(41)}`), 'bad-base45')
  assert.equal(await reason(`HC1:${encodeBase45(await signCoseSign1(claimsOf(payloadOf('test')), issuerKey.signer, issuerKey.kid))}`), 'bad-compression', 'not compressed')
  assert.equal(await reason(await textOf(new Uint8Array(65 * 1024))), 'bad-compression', 'larger than any certificate')
  assert.equal(await reason(await textOf(Uint8Array.of(0x80))), 'malformed')
  assert.equal(await reason(await textOf(await signCoseSign1(encodeCbor('no claims'), issuerKey.signer, issuerKey.kid))), 'malformed')
  assert.equal(await reason(await textOf(encodeCoseSign1(encodeCbor(new Map([[1, -8]])), claimsOf(payloadOf('test')), new Uint8Array(64)))), 'unknown-algorithm')
  assert.equal(await reason(good, []), 'unknown-key')
  assert.equal(await reason(good, await signers({ country: 'DE' })), 'unknown-key', 'a key of another country')
  assert.equal(await reason(good, await signers({ cryptoKey: await importVerificationKey(strangerKey.publicKey) })), 'bad-signature')
  assert.equal(await reason(good, await signers({ certifies: ['test', 'recovery'] })), 'key-not-for-this')
  assert.equal(await reason(good, undefined, issuedAt * 1000 - 1), 'not-yet-valid')
  assert.equal(await reason(good, undefined, expiresAt * 1000), 'expired')
  assert.equal(await reason(good, undefined, Number.NaN), 'not-yet-valid')
  for (const change of [{ ver: '2.0.0' }, { dob: 'yesterday' }, { nam: 'Gabriele' }, { nam: new Map() }, { t: [new Map(Object.entries(entries.test))] }, { v: [] }, { v: [new Map()] }, { v: ['a', 'b'] }] as const) {
    assert.equal(await reason(await certify(payloadOf('vaccination', change))), 'bad-payload', JSON.stringify(change))
  }
  for (const name of Object.keys(entries.vaccination)) {
    const { [name]: _, ...rest } = entries.vaccination
    assert.equal(await reason(await certify(payloadOf('vaccination', { v: [new Map(Object.entries(rest))] }))), 'bad-payload', `without ${name}`)
  }
})

test('the tags that others put around it are accepted', async () => {
  const message = await signCoseSign1(claimsOf(payloadOf('recovery')), issuerKey.signer, issuerKey.kid)
  for (const tags of [[0xd2], [0xd8, 61, 0xd2]]) {
    assert.equal(outcome(await verifyHealthCertificate(await textOf(concatBytes(Uint8Array.from(tags), message)), await signers(), nowMs)), 'recovery')
  }
})

test('an altered certificate is accepted by no chance, and no text makes verification throw', async () => {
  const message = await signCoseSign1(claimsOf(payloadOf('test')), issuerKey.signer, issuerKey.kid)
  const header = 2 + encodeProtectedHeader(issuerKey.kid).length
  await fc.assert(
    fc.asyncProperty(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), fc.string({ maxLength: 60 }), async (at, flip, noise) => {
      fc.pre(at !== header)
      const text = await textOf(message.map((byte, index) => (index === at ? byte ^ flip : byte)))
      assert.notEqual(outcome(await verifyHealthCertificate(text, await signers(), nowMs)), 'test')
      assert.notEqual(outcome(await verifyHealthCertificate(`HC1:${noise}`, await signers(), nowMs)), 'test')
    }),
    { numRuns: 200 },
  )
})

const shared = process.env.HK_SHARED_DATA
const vectors = shared === undefined ? null : join(shared, 'vectors', 'eu-dcc')

function member(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, name) => (typeof found === 'object' && found !== null ? Object.entries(found).find(([key]) => key === name)?.[1] : undefined), value)
}

/** Object identifiers of the extended key usage by which a signer certifies one kind only; both spellings occur. */
function certifiedKinds(usage: readonly string[]): readonly CertificateKind[] {
  const kinds = new Map<string, CertificateKind>([['1', 'test'], ['2', 'vaccination'], ['3', 'recovery']])
  const named = usage.flatMap((oid) => /^1\.3\.6\.1\.4\.1\.(?:0\.)?1847\.2021\.1\.([123])$/.exec(oid)?.[1] ?? []).flatMap((last) => kinds.get(last) ?? [])
  return named.length === 0 ? certificateKinds : named
}

async function signerOf(vector: unknown): Promise<CertificateSigner[]> {
  const encoded = member(vector, 'TESTCTX', 'CERTIFICATE')
  if (typeof encoded !== 'string') return []
  const der = Buffer.from(encoded, 'base64')
  const certificate = new X509Certificate(der)
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = certificate.publicKey.asymmetricKeyType === 'ec' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'RSA-PSS', hash: 'SHA-256' }
  const cryptoKey = await globalThis.crypto.subtle.importKey('spki', spki, algorithm, true, ['verify'])
  const kid = encodeBase64url(createHash('sha256').update(der).digest().subarray(0, 8))
  return ['AT', 'BG', 'CH', 'CY', 'DE', 'IT', 'LU', 'SE', 'ZZ'].map((country) => ({ kid, country, cryptoKey, certifies: certifiedKinds(certificate.keyUsage ?? []) }))
}

test(
  'the vectors of the EU certificates are accepted, or refused at the step that they name',
  { skip: vectors === null || !existsSync(vectors) ? 'HK_SHARED_DATA names no folder with vectors/eu-dcc' : false },
  async () => {
    assert.ok(vectors !== null)
    const refusalsOf: Readonly<Record<string, readonly string[]>> = {
      EXPECTEDUNPREFIX: ['not-a-certificate'], EXPECTEDB45DECODE: ['bad-base45'], EXPECTEDCOMPRESSION: ['bad-compression'], EXPECTEDDECODE: ['malformed'],
      EXPECTEDVERIFY: ['bad-signature', 'unknown-key', 'unknown-algorithm', 'malformed'], EXPECTEDKEYUSAGE: ['key-not-for-this'],
      EXPECTEDEXPIRATIONCHECK: ['expired', 'not-yet-valid'], EXPECTEDSCHEMAVALIDATION: ['bad-payload'],
    }
    // Its clock stands before its issue, and it does not expect its times to be looked at.
    const beforeItsIssue = 'LU/INCERT_R_DCC_Recovery.json'
    const wrong: string[] = []
    for (const file of globSync(join(vectors, '*', '*.json'))) {
      const vector: unknown = JSON.parse(readFileSync(file, 'utf8'))
      const expected = member(vector, 'EXPECTEDRESULTS')
      const failing = Object.keys(refusalsOf).find((step) => member(expected, step) === false)
      const clock = Date.parse(String(member(vector, 'TESTCTX', 'VALIDATIONCLOCK')))
      const result = outcome(await verifyHealthCertificate(String(member(vector, 'PREFIX')), await signerOf(vector), clock))
      if (relative(vectors, file) === beforeItsIssue) {
        assert.equal(result, 'not-yet-valid')
        continue
      }
      const accepted = certificateKinds.some((kind) => kind === result)
      if (failing === undefined ? !accepted : !refusalsOf[failing]?.includes(result)) wrong.push(`${relative(vectors, file)}: ${failing ?? 'valid'}, ${result}, ${JSON.stringify(member(vector, 'TESTCTX', 'DESCRIPTION'))}`)
    }
    assert.deepEqual(wrong, [])
  },
)
