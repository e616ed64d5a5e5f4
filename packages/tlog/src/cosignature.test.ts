import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import {
  cosign, cosignedMessage, cosignerKey, encodeCosignerKey, knownCosignatureLines, parseCosignerKey, parseTimestampedSignature, verifyCosignatures,
} from './cosignature.ts';
import type { Cosigner } from './cosignature.ts';
import { emptyRoot } from './hashes.ts';
import { ed25519KeyId, ed25519Signer, parseSignedNote } from './signedNote.ts';
import type { NoteSigner } from './signedNote.ts';

// The example of the tlog-cosignature specification; it publishes no key.
const PUBLISHED_TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const PUBLISHED_LINE =
  '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n';
const PUBLISHED_NOTE =
  `${PUBLISHED_TEXT}\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n${PUBLISHED_LINE}`;
const PUBLISHED_MESSAGE =
  'cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

async function newKeys() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  return { privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)) };
}
async function newCosigner(name: string): Promise<Cosigner> {
  const keys = await newKeys();
  return { key: cosignerKey(name, keys.publicKey), sign: ed25519Signer(name, keys).sign };
}
async function newLog(name: string): Promise<NoteSigner> {
  return ed25519Signer(name, await newKeys());
}

const origin = 'health.example.org/ledger';
const log = await newLog(origin);
const witness = await newCosigner('witness.example.net/w1');
const other = await newCosigner('other.example.net');
const checkpoint = { origin, size: 0, root: emptyRoot(), extensions: [] };
const signed = await signCheckpoint(checkpoint, [log]);
const text = signed.slice(0, signed.indexOf('\n\n') + 1);
const time = 1_764_000_000;

describe('a cosignature', () => {
  it('stands over the published bytes, at the published time', () => {
    const parsed = parseSignedNote(PUBLISHED_NOTE);
    assert.ok(parsed.ok);
    const line = parsed.signatures[1] ?? assert.fail();
    assert.equal(line.name, 'witness.example.com/w1');
    const timestamped = parseTimestampedSignature(line.signature) ?? assert.fail();
    assert.equal(timestamped.timestamp, 1_679_315_147);
    assert.equal(new TextDecoder().decode(cosignedMessage(parsed.text, timestamped.timestamp)), PUBLISHED_MESSAGE);
  });

  it('is written as published: key id, big-endian time, signature', async () => {
    const parsed = parseSignedNote(PUBLISHED_NOTE);
    const published = parsed.ok ? parsed.signatures[1] : undefined;
    assert.ok(published !== undefined);
    const messages: Uint8Array[] = [];
    // Signs with the published signature, so that every byte around it is ours.
    const line = await cosign(PUBLISHED_TEXT, 1_679_315_147, {
      key: { name: published.name, keyId: published.keyId, publicKey: new Uint8Array(32), statement: 'cosignature/v1' },
      sign: async (message) => {
        messages.push(message);
        return published.signature.slice(8);
      },
    });
    assert.equal(line, PUBLISHED_LINE);
    assert.deepEqual(messages.map((message) => new TextDecoder().decode(message)), [PUBLISHED_MESSAGE]);
  });

  it('verifies beside the signature of the log, and names cosigner and time', async () => {
    const note = signed + await cosign(text, time, witness) + await cosign(text, time + 5, other);
    assert.deepEqual(await verifyCosignatures(note, [witness.key]), { ok: true, cosignatures: [{ key: witness.key, timestamp: time }] });
    const both = await verifyCosignatures(note, [witness.key, other.key]);
    assert.deepEqual(both.ok && both.cosignatures.map(({ timestamp }) => timestamp), [time, time + 5]);
    assert.equal((await verifyCheckpoint(note, { origin, logKey: log.key })).ok, true);
    assert.deepEqual(await verifyCosignatures(signed, [witness.key]), { ok: true, cosignatures: [] });
  });

  it('does not pass with any bit of it, of its time or of the text changed', async () => {
    const parsed = parseSignedNote(signed + await cosign(text, time, witness));
    const bytes = (parsed.ok ? parsed.signatures[1]?.signature : undefined) ?? assert.fail();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length * 8 - 1 }), async (bit) => {
        const flipped = Buffer.from(bytes.map((byte, at) => (at === Math.floor(bit / 8) ? byte ^ (1 << (bit % 8)) : byte)));
        const keyId = Buffer.alloc(4);
        keyId.writeUInt32BE(witness.key.keyId);
        const note = `${signed}— ${witness.key.name} ${Buffer.concat([keyId, flipped]).toString('base64')}\n`;
        assert.deepEqual(await verifyCosignatures(note, [witness.key]), { ok: false, refusal: 'bad-signature' });
      }),
      { numRuns: 80 },
    );
    const moved = (signed + await cosign(text, time, witness)).replace('\n0\n', '\n1\n');
    assert.deepEqual(await verifyCosignatures(moved, [witness.key]), { ok: false, refusal: 'bad-signature' });
  });

  it('is no signature of a log, and a signature of a log is no cosignature, under the same key and name', async () => {
    const keys = await newKeys();
    const asLog = ed25519Signer('one.example', keys);
    const asWitness: Cosigner = { key: cosignerKey('one.example', keys.publicKey), sign: asLog.sign };
    assert.notEqual(asWitness.key.keyId, ed25519KeyId('one.example', keys.publicKey));
    const note = signed + await cosign(text, time, asWitness);
    assert.deepEqual(await verifyCheckpoint(note, { origin, logKey: log.key, otherKeys: [asLog.key] }).then((verdict) => verdict.ok && verdict.verifiedBy), [log.key]);
    // A plain signature presented under the cosigner's key id has no time.
    const plain = await signCheckpoint(checkpoint, [{ key: { ...asLog.key, keyId: asWitness.key.keyId }, sign: asLog.sign }]);
    assert.deepEqual(await verifyCosignatures(plain, [asWitness.key]), { ok: false, refusal: 'bad-signature' });
  });

  it('is taken from an answer among lines of strangers and lines that are none', async () => {
    const mine = await cosign(text, time, witness);
    const answer = `${await cosign(text, time, other)}${mine}nonsense\n— ${witness.key.name} AAAA\n`;
    const found = await knownCosignatureLines(text, answer, [witness.key]);
    assert.deepEqual(found, [{ key: witness.key, timestamp: time, line: mine }]);
    assert.deepEqual(await knownCosignatureLines(text.replace('\n0\n', '\n1\n'), answer, [witness.key]), []);
  });
});

describe('a cosigner\'s key', () => {
  it('is written and read as one line', () => {
    assert.deepEqual(parseCosignerKey(encodeCosignerKey(witness.key)), witness.key);
  });

  it('is refused with another key id, type, length or name', () => {
    const [name = '', keyId = '', encoded = ''] = encodeCosignerKey(witness.key).split('+');
    const typed = (type: number, key = witness.key.publicKey) => Buffer.from([type, ...key]).toString('base64');
    for (const wrong of [
      `${name}+00000000+${encoded}`, `${name}+${keyId}+${typed(1)}`, `${name}+${keyId}+${typed(4, witness.key.publicKey.slice(1))}`,
      `a b+${keyId}+${encoded}`, `${name}+${keyId}`, '',
    ]) {
      assert.equal(parseCosignerKey(wrong), null, wrong);
    }
    assert.throws(() => cosignedMessage(text, 0), RangeError);
    assert.throws(() => cosignedMessage(text, 1.5), RangeError);
  });
});
