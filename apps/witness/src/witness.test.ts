import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  ed25519Signer, emptyRoot, encodeAddCheckpoint, encodeVerifierKey, hashLeaf, knownCosignatureLines, MerkleTree, parseCosignerKey, signCheckpoint, signNote,
  verifyCheckpoint, verifyCosignatures, type CosignerKey, type NoteSigner,
} from '@health-kit/tlog';

const program = join(import.meta.dirname, 'main.ts');
const origin = 'health.example.org/ledger';

async function newSigner(name: string): Promise<NoteSigner> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  return ed25519Signer(name, { privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)) });
}
const log = await newSigner(origin);
const secondKey = await newSigner(origin);
const stranger = await newSigner(origin);

const leaf = (text: string) => hashLeaf(new TextEncoder().encode(text));
const tree = new MerkleTree(Array.from({ length: 40 }, (_, index) => leaf(`entry ${index}`)));
/** The same up to ten leaves, and another history from there. */
const fork = new MerkleTree(Array.from({ length: 40 }, (_, index) => leaf(index < 10 ? `entry ${index}` : `forged ${index}`)));

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly key: CosignerKey;
}
let folder: string;
let witness: Running;
const running = new Set<ChildProcess>();

async function start(data = folder, more: readonly string[] = []): Promise<Running> {
  const child = spawn(process.execPath, [
    program, '--port', '0', '--data', data, '--name', 'witness.example.net/w1',
    '--log', `${origin}=${encodeVerifierKey(log.key)}`, '--log', `${origin}=${encodeVerifierKey(secondKey.key)}`, ...more,
  ], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  running.add(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const ended = once(child, 'exit');
  for (;;) {
    const url = /Listening on (\S+)\n/.exec(output)?.[1];
    const key = parseCosignerKey(/^Key: (\S+)$/m.exec(output)?.[1] ?? '');
    if (url !== undefined && key !== null) return { child, url, key };
    const over = await Promise.race([ended.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 20, false))]);
    if (over) throw new Error(output);
  }
}
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

const note = (of: MerkleTree, size: number, signers: readonly NoteSigner[] = [log]) => signCheckpoint({ origin, size, root: of.root(size), extensions: [] }, signers);
async function post(body: string | Uint8Array<ArrayBuffer>, to = witness): Promise<{ status: number; type: string | null; text: string }> {
  const response = await fetch(`${to.url}/add-checkpoint`, { method: 'POST', body });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}
async function submit(oldSize: number, size: number, of = tree, to = witness) {
  return post(encodeAddCheckpoint({ oldSize, proof: of.consistencyProof(oldSize, size), checkpoint: await note(of, size) }), to);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hk-witness-'));
});
after(async () => {
  for (const child of [...running]) await end(child, 'SIGKILL');
  await rm(folder, { recursive: true });
});

describe('a witness', () => {
  beforeEach(async () => {
    for (const child of [...running]) await end(child, 'SIGTERM');
    await rm(join(folder, 'logs'), { recursive: true, force: true });
    witness = await start();
  });

  test('answers 200 with its cosignature over a checkpoint that continues the last one, and serves both signatures', async () => {
    for (const [oldSize, size] of [[0, 7], [7, 7], [7, 8], [8, 40]] as const) {
      const { status, text } = await submit(oldSize, size);
      assert.equal(status, 200, `${oldSize} to ${size}: ${text}`);
      assert.ok(text.startsWith('— witness.example.net/w1 ') && text.endsWith('\n'));
      const signed = await note(tree, size);
      const [cosignature] = await knownCosignatureLines(signed.slice(0, signed.indexOf('\n\n') + 1), text, [witness.key]);
      assert.ok(cosignature !== undefined && Math.abs(cosignature.timestamp - Date.now() / 1000) < 60);
    }
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(origin))).toString('hex');
    const served = await (await fetch(`${witness.url}/${hash}/checkpoint`)).text();
    const verdict = await verifyCheckpoint(served, { origin, logKey: log.key });
    assert.equal(verdict.ok && verdict.checkpoint.size, 40);
    const cosigned = await verifyCosignatures(served, [witness.key]);
    assert.equal(cosigned.ok && cosigned.cosignatures.length, 1);
  });

  test('cosigns the empty tree, and only with its root', async () => {
    const empty = (root: Uint8Array) => signCheckpoint({ origin, size: 0, root, extensions: [] }, [log]);
    assert.equal((await post(encodeAddCheckpoint({ oldSize: 0, proof: [], checkpoint: await empty(tree.root(1)) }))).status, 422);
    assert.equal((await post(encodeAddCheckpoint({ oldSize: 0, proof: [], checkpoint: await empty(emptyRoot()) }))).status, 200);
    assert.equal((await submit(0, 3)).status, 200);
  });

  test('answers 400 to what is malformed, and to an old size beyond the checkpoint', async () => {
    const good = encodeAddCheckpoint({ oldSize: 0, proof: [], checkpoint: await note(tree, 3) });
    for (const wrong of ['', 'old 0\n', good.replace('old 0', 'old 00'), good.replace('old 0\n', 'old 0\nAAAA\n'), good.slice(0, -1), 'x'.repeat(70_000), good.replace(/— .*\n/, '— nobody\n')]) {
      assert.equal((await post(wrong)).status, 400, wrong.slice(0, 40));
    }
    assert.equal((await post(Uint8Array.of(...new TextEncoder().encode(good), 0xff, 0x0a))).status, 400);
    assert.equal((await post(encodeAddCheckpoint({ oldSize: 4, proof: [], checkpoint: await note(tree, 3) }))).status, 400);
    const words = await signNote(`${origin}\nno size\nno root\n`, [log]);
    assert.equal((await post(`old 0\n\n${words}`)).status, 400);
  });

  test('answers 403 where no trusted key signed, or a trusted signature is bad', async () => {
    const of = (checkpoint: string) => post(encodeAddCheckpoint({ oldSize: 0, proof: [], checkpoint }));
    assert.equal((await of(await note(tree, 3, [stranger]))).status, 403);
    const altered = (await note(tree, 3, [log])).replace('\n3\n', '\n4\n');
    assert.equal((await of(altered)).status, 403);
    // One good signature does not heal a bad one of another trusted key.
    const badSecond = (await note(tree, 4, [secondKey])).split('\n\n')[1] ?? '';
    assert.equal((await of((await note(tree, 3, [log])) + badSecond)).status, 403);
    // Signatures of unknown keys beside a good one are ignored.
    assert.equal((await of(await note(tree, 3, [stranger, log, secondKey]))).status, 200);
  });

  test('answers 404 for a log it does not know, and for other paths', async () => {
    const other = await newSigner('other.example/log');
    const checkpoint = await signCheckpoint({ origin: 'other.example/log', size: 3, root: tree.root(3), extensions: [] }, [other]);
    assert.equal((await post(encodeAddCheckpoint({ oldSize: 0, proof: [], checkpoint }))).status, 404);
    for (const path of ['/', '/checkpoint', `/${'0'.repeat(64)}/checkpoint`, '/add-checkpoint/']) assert.equal((await fetch(witness.url + path)).status, 404, path);
    assert.equal((await fetch(`${witness.url}/add-checkpoint`)).status, 405);
  });

  test('answers 409 with the size it cosigned last where the old size is another', async () => {
    const conflict = { status: 409, type: 'text/x.tlog.size' };
    assert.deepEqual(await submit(3, 7), { ...conflict, text: '0\n' });
    assert.equal((await submit(0, 20)).status, 200);
    assert.deepEqual(await submit(0, 30), { ...conflict, text: '20\n' });
    assert.deepEqual(await submit(7, 30), { ...conflict, text: '20\n' });
    // A log that was rolled back cannot be cosigned again below what was seen.
    assert.deepEqual(await submit(0, 7), { ...conflict, text: '20\n' });
    assert.deepEqual(await submit(7, 7), { ...conflict, text: '20\n' });
  });

  test('answers 422 to a fork, to another root at the same size, and to a proof that does not verify', async () => {
    assert.equal((await submit(0, 20)).status, 200);
    assert.equal((await submit(20, 30, fork)).status, 422, 'a fork');
    assert.equal((await submit(20, 20, fork)).status, 422, 'another root at the same size');
    const checkpoint = await note(tree, 30);
    const proof = tree.consistencyProof(20, 30);
    assert.equal((await post(encodeAddCheckpoint({ oldSize: 20, proof: proof.slice(1), checkpoint }))).status, 422, 'cut');
    assert.equal((await post(encodeAddCheckpoint({ oldSize: 20, proof: proof.toReversed(), checkpoint }))).status, 422, 'reordered');
    assert.equal((await post(encodeAddCheckpoint({ oldSize: 20, proof, checkpoint: await note(tree, 20) }))).status, 422, 'a proof between equal sizes');
    assert.equal((await submit(20, 30)).status, 200, 'the true history still goes on');
  });

  test('answers 422 to a proof from the empty tree', async () => {
    assert.equal((await post(encodeAddCheckpoint({ oldSize: 0, proof: [tree.root(1)], checkpoint: await note(tree, 3) }))).status, 422);
  });

  test('of many requests at once lets one through, and never a smaller one after it', async () => {
    assert.equal((await submit(0, 5)).status, 200);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => submit(5, 10 + index, index % 2 === 0 ? tree : fork)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal(answers.filter(({ status }) => status === 409).length, 19);
  });

  test('killed at any moment, remembers all that it cosigned', async () => {
    let size = 0;
    for (let round = 0; round < 4; round += 1) {
      const pending = (async () => {
        for (;;) {
          const answer = await submit(size, size + 1).catch(() => null);
          if (answer?.status !== 200) return;
          size += 1;
          if (size === 40) return;
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 30 + round * 17));
      await end(witness.child, 'SIGKILL');
      await pending;
      witness = await start();
      const { text, status } = await submit(size === 0 ? 1 : 0, 40);
      assert.equal(status, 409);
      const remembered = Number(text);
      // What was answered is there; the one that was under way may be there too.
      assert.ok(remembered === size || remembered === size + 1, `${remembered} of ${size}`);
      if (remembered > 0) assert.equal((await submit(remembered, remembered, fork)).status, remembered <= 10 ? 200 : 422);
      size = remembered;
    }
  });
});

describe('the folder of a witness', () => {
  test('holds the key for its owner alone, the same at every start', async () => {
    const first = await start(join(folder, 'own'));
    assert.equal((await stat(join(folder, 'own', 'key'))).mode & 0o777, 0o600);
    await assert.rejects(start(join(folder, 'own')), /Another witness works in/);
    await end(first.child, 'SIGKILL');
    const second = await start(join(folder, 'own'));
    assert.deepEqual(second.key, first.key);
    await end(second.child, 'SIGTERM');
    await assert.rejects(start(join(folder, 'own'), ['--name', 'other.example']), /bears the name witness.example.net\/w1/);
    await chmod(join(folder, 'own', 'key'), 0o640);
    await assert.rejects(start(join(folder, 'own')), /can be read by others than its owner/);
  });

  test('with a damaged record is refused, since a second history could be cosigned', async () => {
    const own = join(folder, 'damaged');
    const first = await start(own);
    assert.equal((await submit(0, 20, tree, first)).status, 200);
    await end(first.child, 'SIGKILL');
    const [name = ''] = await readdir(join(own, 'logs'));
    const whole = await readFile(join(own, 'logs', name), 'utf8');
    for (const damage of ['', whole.slice(0, 40), whole.replace(origin, 'other.example')]) {
      await writeFile(join(own, 'logs', name), damage);
      await assert.rejects(start(own), /is damaged/);
    }
    await writeFile(join(own, 'logs', name), whole);
    const again = await start(own);
    assert.equal((await submit(20, 30, fork, again)).status, 422);
  });
});
