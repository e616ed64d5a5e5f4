import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseArgs } from 'node:util';
import * as protocol from '@health-kit/api/vault';
import { seededRandom, syntheticPerson } from '@health-kit/simulate';
import pg from 'pg';
import { startCity, type City } from '../server/city.ts';
import { everydayOf, openOffices, outbreakOf, provenResident, type Offices, type Outbreak } from './busyCity.ts';
import { processesOf, residentBytes } from './processesOf.ts';
import { rawPost, sendRaw } from './rawSocket.ts';
import { changedRows, storedRows } from './storedRows.ts';
import { isObject } from './targets.ts';
import { fuzzVault, serversWord, unproven, type FuzzPlan } from './vaultFuzz.ts';
import { relayVault, type Captured } from './vaultRelay.ts';
import { vaultSocketOf } from './vaultSocket.ts';

/** `npm run attack -- --fuzz-minutes 10` for a long run. */
const { values: { 'fuzz-minutes': minutes, 'fuzz-seed': seed } } = parseArgs({ options: { 'fuzz-minutes': { type: 'string' }, 'fuzz-seed': { type: 'string', default: 'vault' } } });
const durationMs = minutes === undefined ? 12_000 : Number(minutes) * 60_000;
const traceLifeMs = 10 * 60_000;
/** Memory that a run may take for good: compiled code, the list of proofs seen, and buffers not yet given back. */
const mostGrowthBytes = 192 * 1024 * 1024;
/**
 * What a stranger's own proofs may leave: that they were used, sign-ins that wait for a passkey, and, where the spoiling
 * left an overheard identity whole, registrations that wait for a code, and that one was sent.
 */
const strangersTables: ReadonlySet<string> = new Set(['vault.used_proof', 'vault.sign_in_challenge', 'vault.registration', 'vault.message_sent']);

let city: City;
let offices: Offices;
let outbreak: Outbreak;
let captured: readonly Captured[];
let uniformAnswer: string;
before(async () => {
  city = await startCity();
  const relay = await relayVault(city.system);
  offices = await openOffices(city);
  const person = (index: number) => syntheticPerson(index, city.world.random.fork(`person ${index}`));
  outbreak = await outbreakOf(city, offices, await provenResident(city, person(500)), await provenResident(city, person(501)));
  // Traces die, so that nothing of what was overheard may change anything; then another day's work, whose proofs are still young.
  await city.advance(traceLifeMs + 60_000);
  await city.administrator.signIn();
  await city.administrator.staff();
  for (const resident of [outbreak.index, outbreak.contact]) await everydayOf(resident);
  await offices.sampler.registerSpecimen(outbreak.contact, offices.newBarcode());
  captured = relay.captured.filter(({ status, name }) => status === 200 && name !== serversWord);
  await relay.remove();
  await everydayOf(outbreak.index);
  uniformAnswer = (await sendRaw(vaultSocketOf(city.system), [rawPost('', '')])).bytes.toString('latin1');
});
after(() => city.close());

const plan = (changes: Partial<FuzzPlan> = {}): FuzzPlan => ({
  socketPath: vaultSocketOf(city.system), origin: city.world.origin, captured, random: seededRandom(seed), kinds: unproven, durationMs, nowMs: city.now(), uniformAnswer, ...changes,
});

test('the fuzzing has something to start from: valid requests of the operations, overheard', () => {
  const heard = new Set(captured.map(({ name }) => name));
  const known = Object.values(protocol).flatMap((value) => (isObject(value) && typeof value['name'] === 'string' && 'callerOperation' in value ? [value['name']] : []));
  assert.ok(heard.size >= 24, `heard ${[...heard].join(', ')}`);
  assert.ok(known.length >= heard.size);
  assert.match(uniformAnswer, /^HTTP\/1\.1 422 Unprocessable Entity\r\n/);
});

test('spoilt, mixed, repeated and made-up requests neither stop the vault nor change a row, nor are told apart', async (context) => {
  const { vault } = await processesOf(city.system);
  await fuzzVault(plan({ durationMs: 2_000, random: seededRandom('warm') }));
  const [before, memory] = [await storedRows(city.system.databaseUrl), await residentBytes(vault)];
  const { attempts, byKind, findings } = await fuzzVault(plan());
  const grown = (await residentBytes(vault)) - memory;
  context.diagnostic(`${attempts} requests in ${durationMs / 1000} s, ${[...byKind].map(([kind, count]) => `${kind}: ${count}`).join(', ')}; memory grew by ${Math.round(grown / 1024 / 1024)} MB`);
  assert.deepEqual(findings, []);
  assert.equal((await processesOf(city.system)).vault, vault, 'the same process');
  assert.deepEqual(changedRows(before, await storedRows(city.system.databaseUrl)), []);
  assert.ok(attempts > 300, `${attempts} attempts`);
  assert.ok(grown < mostGrowthBytes, `memory grew by ${grown} bytes`);
  await everydayOf(outbreak.index);
});

test("requests that a stranger's key proves change nothing but the stranger's own proofs, sign-ins and registrations", async (context) => {
  const { vault } = await processesOf(city.system);
  const before = await storedRows(city.system.databaseUrl);
  const { attempts, findings } = await fuzzVault(plan({ kinds: ["a stranger's proof"], durationMs: durationMs / 3 }));
  context.diagnostic(`${attempts} requests`);
  assert.deepEqual(findings, []);
  assert.deepEqual(changedRows(before, await storedRows(city.system.databaseUrl), strangersTables), []);
  assert.equal((await processesOf(city.system)).vault, vault, 'the same process');
  await everydayOf(outbreak.contact);
});

/** A vault with a hole before the real one: what it does with a body that is no JSON. */
async function withHole(onMalformed: (stop: () => void) => Promise<void>, attack: (socketPath: string) => Promise<void>): Promise<void> {
  const socketPath = join(city.system.folder.run, 'hole.sock');
  const hole = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const answer = async () => {
        const body = Buffer.concat(chunks);
        try {
          JSON.parse(body.toString('utf8'));
        } catch {
          await onMalformed(() => {
            hole.close();
            hole.closeAllConnections();
          });
        }
        response.socket?.end(uniformAnswer);
      };
      answer().catch(() => response.destroy());
    });
  });
  hole.on('clientError', (_error, socket) => socket.end(uniformAnswer));
  await new Promise<void>((resolve) => hole.listen(socketPath, resolve));
  try {
    await attack(socketPath);
  } finally {
    hole.closeAllConnections();
    hole.close();
  }
}

test('the fuzzing notices a planted vault that dies of malformed input', async () => {
  await withHole(async (stop) => stop(), async (socketPath) => {
    const { findings } = await fuzzVault(plan({ socketPath, durationMs: 8_000 }));
    assert.ok(findings.some((finding) => finding.startsWith('nothing listens any more')), findings.join('\n'));
  });
});

test('the fuzzing notices a planted vault that writes something down about malformed input', async () => {
  const before = await storedRows(city.system.databaseUrl);
  const database = new pg.Pool({ connectionString: city.system.databaseUrl, max: 2 });
  try {
    const write = async () => {
      await database.query('INSERT INTO vault.failed_code (failure_id, failed_at) VALUES (gen_random_uuid(), now())');
    };
    await withHole(write, (socketPath) => fuzzVault(plan({ socketPath, durationMs: 2_000 })).then(() => undefined));
    assert.match(changedRows(before, await storedRows(city.system.databaseUrl)).join(), /^vault\.failed_code: \d+ rows added, 0 lost$/);
    await database.query('DELETE FROM vault.failed_code');
  } finally {
    await database.end();
  }
});

test('the fuzzing notices a planted vault that tells one refusal from another', async () => {
  const { findings } = await fuzzVault(plan({ uniformAnswer: uniformAnswer.replace('close', 'keep-alive'), durationMs: 1_000 }));
  assert.ok(findings.length > 0);
});
