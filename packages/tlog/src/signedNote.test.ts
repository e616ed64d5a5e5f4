import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  ed25519Signer,
  encodeVerifierKey,
  parseSignedNote,
  parseVerifierKey,
  signNote,
  verifierKey,
  verifySignedNote,
} from './signedNote.ts';
import type { NoteSigner } from './signedNote.ts';

// A published note and key in the C2SP form.
const PUBLISHED_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const PUBLISHED_NOTE =
  'This is an example message.\n\n' +
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
// The example of the signed-note specification: its text has an empty line and letters beyond ASCII.
const POEM =
  'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n' +
  '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';

/** A signer whose key is the same in every run. */
async function fixedSigner(name: string, seed: number): Promise<NoteSigner> {
  // PKCS #8 of an Ed25519 private key is a fixed head and the 32-byte seed (RFC 8410).
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const pkcs8 = Uint8Array.from([...head, ...new Uint8Array(32).fill(seed)]);
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', privateKey);
  return ed25519Signer(name, { privateKey, publicKey: Uint8Array.from(Buffer.from(x ?? '', 'base64url')) });
}

const log = await fixedSigner('health.example.org/ledger', 1);
const witness = await fixedSigner('witness.example.net', 2);
const stranger = await fixedSigner('stranger.example.com', 3);
const note = await signNote('一行\nsecond line\n', [log, witness]);

describe('a signed note', () => {
  it('verifies as published', async () => {
    const key = parseVerifierKey(PUBLISHED_KEY) ?? assert.fail();
    const verdict = await verifySignedNote(PUBLISHED_NOTE, [key]);
    assert.deepEqual(verdict, { ok: true, text: 'This is an example message.\n', verifiedBy: [key] });
  });

  it('is taken apart at its last empty line', () => {
    const parsed = parseSignedNote(POEM);
    assert.ok(parsed.ok);
    assert.ok(parsed.text.endsWith('sole:\n\ned è subito sera.\n'));
    assert.equal(parsed.signatures[0]?.name, 'quasimodo.example/salvatore');
    assert.equal(parsed.signatures[0].keyId, 0x367ba04b);
    assert.equal(parsed.signatures[0].signature.length, 64);
  });

  it('names the known keys that signed and ignores the others', async () => {
    const verdict = await verifySignedNote(note, [witness.key, stranger.key]);
    assert.deepEqual(verdict, { ok: true, text: '一行\nsecond line\n', verifiedBy: [witness.key] });
    const refused = { ok: false, refusal: 'no-known-signature' };
    assert.deepEqual(await verifySignedNote(note, [stranger.key]), refused);
    assert.deepEqual(await verifySignedNote(note, []), refused);
  });

  it('reads the same from text and from bytes', async () => {
    assert.deepEqual(parseSignedNote(new TextEncoder().encode(note)), parseSignedNote(note));
  });

  it('is refused whole when one known signature is bad, the other good', async () => {
    const [text = '', lines = ''] = note.split('\n\n');
    const verdict = await verifySignedNote(`${text} \n\n${lines}`, [log.key]);
    assert.deepEqual(verdict, { ok: false, refusal: 'bad-signature' });
    const mixed = (await signNote('other text\n', [log])).split('\n\n')[1] ?? assert.fail();
    assert.deepEqual(await verifySignedNote(`${note}${mixed}`, [log.key, witness.key]), { ok: false, refusal: 'bad-signature' });
  });

  it('does not pass with any byte changed', async () => {
    const bytes = new TextEncoder().encode(note);
    const secondLine = new TextEncoder().encode(note.slice(0, note.indexOf('— witness'))).length;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), async (position, bit) => {
        const changed = bytes.map((byte, at) => (at === position ? byte ^ (1 << bit) : byte));
        const verdict = await verifySignedNote(changed, [log.key, witness.key]);
        // A changed name or key id turns one line into a stranger's; the other still vouches for the very same text.
        if (verdict.ok) {
          assert.equal(verdict.text, '一行\nsecond line\n');
          assert.equal(verdict.verifiedBy.length, 1);
        }
        // With the log's line alone there is no other to vouch.
        const alone = await verifySignedNote(changed.slice(0, secondLine), [log.key]);
        assert.equal(alone.ok, position >= secondLine);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused before its text is read, with the reason', () => {
    const line = note.split('\n\n')[1] ?? assert.fail();
    const first = line.split('\n')[0] ?? assert.fail();
    const refusal = (text: string | Uint8Array) => {
      const parsed = parseSignedNote(text);
      return parsed.ok ? 'accepted' : parsed.refusal;
    };
    assert.equal(refusal(`text\n\n${line}`), 'accepted');
    const longest = 'x'.repeat(1_000_000 - 2 - line.length);
    assert.equal(refusal(`${longest}\n\n${line}`), 'accepted');
    assert.equal(refusal(`${longest}x\n\n${line}`), 'too-long');
    assert.equal(refusal(Uint8Array.of(0xff, 0x0a, 0x0a)), 'not-utf-8');
    assert.equal(refusal(`\ud800\n\n${line}`), 'not-utf-8');
    assert.equal(refusal(`te\txt\n\n${line}`), 'control-character');
    assert.equal(refusal(`text\r\n\n${line}`), 'control-character');
    assert.equal(refusal(`text\n${line}`), 'no-signature-block');
    assert.equal(refusal('text\n\n'), 'no-signature-block');
    assert.equal(refusal(`text\n\n${first}`), 'no-signature-block');
    assert.equal(refusal(`text\n\n${`${first}\n`.repeat(100)}`), 'accepted');
    assert.equal(refusal(`text\n\n${`${first}\n`.repeat(101)}`), 'too-many-signatures');
    for (const wrong of [
      first.replace('—', '-'),
      first.replace(/ /g, '  '),
      first.replace('ledger', 'led+ger'),
      first.replace('ledger', 'led\u00a0ger'),
      first.slice(0, -1),
      '— name AAAAAA==',
      '— name',
      'plain words',
    ]) {
      assert.equal(refusal(`text\n\n${wrong}\n`), 'malformed-signature-line', wrong);
    }
  });

  it('is not made of a text that could not be read back, nor unsigned', async () => {
    for (const text of ['no newline', 'tab\t\n', '', '\ud800\n']) {
      await assert.rejects(signNote(text, [log]), RangeError);
    }
    await assert.rejects(signNote('text\n', []), RangeError);
  });
});

describe('a verifier key', () => {
  it('is written and read as one line', () => {
    assert.deepEqual(parseVerifierKey(encodeVerifierKey(log.key)), log.key);
    assert.equal(encodeVerifierKey(parseVerifierKey(PUBLISHED_KEY) ?? assert.fail()), PUBLISHED_KEY);
    // Among so many key ids are some with leading zeros.
    const keys = Array.from({ length: 200 }, (_, number) => verifierKey(`log${number}`, log.key.publicKey));
    assert.ok(keys.some(({ keyId }) => keyId < 2 ** 28));
    for (const key of keys) assert.deepEqual(parseVerifierKey(encodeVerifierKey(key)), key);
  });

  it('is refused with another key id, type, length or name', () => {
    const [name = '', keyId = '', encoded = ''] = PUBLISHED_KEY.split('+');
    for (const wrong of [
      `${name}+530d903b+${encoded}`,
      `${name}.org+${keyId}+${encoded}`,
      `${name}+${keyId}+${encoded.replace('Aek', 'Bek')}`,
      `${name}+${keyId}+${encoded.slice(0, -4)}`,
      `+${keyId}+${encoded}`,
      `${name} x+${keyId}+${encoded}`,
      name,
      '',
    ]) {
      assert.equal(parseVerifierKey(wrong), null, wrong);
    }
    assert.throws(() => verifierKey('a b', log.key.publicKey), RangeError);
    assert.throws(() => verifierKey('name', new Uint8Array(31)), RangeError);
  });
});
