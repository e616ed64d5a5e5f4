import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { emptyRoot } from './hashes.ts';
import { ed25519Signer, signNote } from './signedNote.ts';

// The example of the tlog-checkpoint specification.
const PUBLISHED = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

async function signer(name: string) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  return ed25519Signer(name, { privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)) });
}

const origin = 'health.example.org/ledger';
const log = await signer(origin);
const witness = await signer('witness.example.net');
const checkpoint: Checkpoint = { origin, size: 0, root: emptyRoot(), extensions: [] };

describe('the text of a checkpoint', () => {
  it('reads and writes as published', () => {
    const parsed = parseCheckpoint(PUBLISHED);
    assert.ok(parsed.ok);
    assert.equal(parsed.checkpoint.origin, 'example.com/behind-the-sofa');
    assert.equal(parsed.checkpoint.size, 20_852_163);
    assert.equal(Buffer.from(parsed.checkpoint.root).toString('hex').slice(0, 8), '0ac5186a');
    assert.equal(encodeCheckpoint(parsed.checkpoint), PUBLISHED);
    const extended = parseCheckpoint(`${PUBLISHED}extension\n`);
    assert.deepEqual(extended.ok && extended.checkpoint.extensions, ['extension']);
  });

  it('is refused where a size or a root is written in another way, or a line is missing or empty', () => {
    const refusal = (text: string) => {
      const parsed = parseCheckpoint(text);
      return parsed.ok ? 'accepted' : parsed.refusal;
    };
    const [name = '', size = '', root = ''] = PUBLISHED.split('\n');
    for (const wrong of ['00', '01', '+1', '-1', '1.0', '1e3', ' 1', '0x1', '9007199254740992', '99999999999999999999']) {
      assert.equal(refusal(`${name}\n${wrong}\n${root}\n`), 'malformed-size', wrong);
    }
    assert.equal(refusal(`${name}\n9007199254740991\n${root}\n`), 'accepted');
    for (const wrong of [root.slice(0, -1), `${root}=`, root.replace('2I=', '2J='), root.replace('/', '_'), 'AAAA', ' ']) {
      assert.equal(refusal(`${name}\n${size}\n${wrong}\n`), 'malformed-root', wrong);
    }
    for (const wrong of ['', '\n', `${name}\n${size}\n`, `\n${size}\n${root}\n`, `${PUBLISHED}\n`, PUBLISHED.slice(0, -1)]) {
      assert.equal(refusal(wrong), 'malformed-checkpoint', JSON.stringify(wrong));
    }
  });

  it('is not written where it would read as another', () => {
    for (const wrong of [
      { origin: 'evil\n999' },
      { origin: '' },
      { size: -1 },
      { size: 0.5 },
      { root: new Uint8Array(31) },
      { extensions: [''] },
      { extensions: ['a\nb'] },
    ]) {
      assert.throws(() => encodeCheckpoint({ ...checkpoint, ...wrong }), RangeError);
    }
  });
});

describe('a signed checkpoint', () => {
  it('verifies against the key and origin that the verifier knows', async () => {
    const note = await signCheckpoint(checkpoint, [log, witness]);
    const verdict = await verifyCheckpoint(note, { origin, logKey: log.key, otherKeys: [witness.key] });
    assert.deepEqual(verdict, { ok: true, checkpoint, verifiedBy: [log.key, witness.key] });
  });

  it('is refused without the signature of the log, whoever else signed', async () => {
    const note = await signCheckpoint(checkpoint, [witness]);
    const verdict = await verifyCheckpoint(note, { origin, logKey: log.key, otherKeys: [witness.key] });
    assert.deepEqual(verdict, { ok: false, refusal: 'not-signed-by-log' });
    assert.deepEqual(await verifyCheckpoint(note, { origin, logKey: log.key }), { ok: false, refusal: 'no-known-signature' });
  });

  it('is refused when it is of another log under the same key, or is no checkpoint at all', async () => {
    const other = await signCheckpoint({ ...checkpoint, origin: 'health.example.org/other' }, [log]);
    assert.deepEqual(await verifyCheckpoint(other, { origin, logKey: log.key }), { ok: false, refusal: 'other-origin' });
    const words = await signNote('only words\n', [log]);
    assert.deepEqual(await verifyCheckpoint(words, { origin, logKey: log.key }), { ok: false, refusal: 'malformed-checkpoint' });
  });

  it('is refused when its size was changed after signing', async () => {
    const note = await signCheckpoint(checkpoint, [log]);
    const verdict = await verifyCheckpoint(note.replace('\n0\n', '\n1\n'), { origin, logKey: log.key });
    assert.deepEqual(verdict, { ok: false, refusal: 'bad-signature' });
  });
});
