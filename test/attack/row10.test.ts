import assert from 'node:assert/strict';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { dayKeys } from '@health-kit/api/vault';
import type { SealedIdentity } from '@health-kit/api';
import { Resident } from '@health-kit/simulate';
import pg from 'pg';
import { Value } from 'typebox/value';
import { startCity, type City } from '../server/city.ts';
import { everydayOf, openOffices, outbreakOf, provenResident } from './busyCity.ts';
import { formsOf, searchFor } from './canaryForms.ts';
import { searchBytes, searchDump, searchFiles, searchMemory, type Found } from './haystacks.ts';
import { inspectServer, type InspectedServer } from './inspectedServer.ts';
import { databaseProcesses } from './processesOf.ts';
import { askSocket, vaultSocketOf } from './vaultSocket.ts';
import { confirmSuspect, linkPseudonyms, openSealed, overreach, takeEverything } from './withoutVault.ts';

/** People whose every particular is a canary: words and numbers that stand nowhere else. */
const zh: SealedIdentity = { familyName: '龘', givenName: '靐齉爩', documentType: 'resident-id', documentNumber: '119999198806150018', phone: '+8613964208173', language: 'zh' };
const en: SealedIdentity = { familyName: 'Quackenbosch', givenName: 'Zephyrinella', documentType: 'passport', documentNumber: 'XQ7304915', phone: '+8613985317264', language: 'en' };
const unproven: SealedIdentity = { familyName: '麤', givenName: '灪鱻籱', documentType: 'resident-id', documentNumber: '119999197809030025', phone: '+8613947605832', language: 'zh' };
const canaries = [zh, en, unproven].flatMap(({ givenName, documentNumber, phone }) => [...new Set([givenName, givenName.toUpperCase(), documentNumber, phone.slice(3)])]);
/** The least view, which passes through the server on its way to a guard or an officer, names the family: it may be in memory for a moment, and is stored nowhere. */
const familyNames = [en.familyName, en.familyName.toUpperCase()];
const inMemory = searchFor(canaries);
const search = searchFor([...canaries, ...familyNames]);
/** A canary that is planted, and must be found. */
const planted = '丏丒丗丠-Planted-Canary-31415';
const plantedSearch = searchFor([planted]);

let started: City;
let city: City;
let server: InspectedServer;
before(async () => {
  started = await startCity();
  server = await inspectServer(started.system);
  city = {
    ...started,
    async advance(ms) {
      await started.advance(ms);
      await server.setTime(started.now());
    },
  };
  const offices = await openOffices(city);
  const [index, contact] = [await provenResident(city, zh), await provenResident(city, en)];
  await outbreakOf(city, offices, index, contact);
  await everydayOf(await Resident.register(city.world, unproven));
  // Somebody who never confirms, and a desk that types a wrong document.
  await new Resident(city.world, { ...unproven, phone: zh.phone }, contact.key).requestCode();
});
after(async () => {
  await server.stop();
  await started.close();
});

/** What was found, a line each. */
const said = (found: readonly Found[]) => [...new Set(found.map(({ canary, form, packing, where }) => `${canary} as ${form}${packing === '' ? '' : ` in ${packing}`} in ${where}`))];

async function checkpoint(): Promise<void> {
  const client = new pg.Client({ connectionString: city.system.databaseUrl });
  await client.connect();
  await client.query('CHECKPOINT');
  await client.end();
}

test('row 10: no table of a full dump, as text or in binary, holds a canary', async (context) => {
  const { found, bytes, tables } = await searchDump(search, city.system.databaseUrl);
  context.diagnostic(`${tables} tables, ${Math.round(bytes / 1024)} kB`);
  assert.ok(tables > 40, `${tables} tables`);
  assert.deepEqual(said(found), []);
});

test('row 10: no file of the data folder holds a canary: cluster, write-ahead log, logs, keys, sockets', async (context) => {
  await checkpoint();
  const { found, bytes } = await searchFiles(search, city.system.folder.path);
  context.diagnostic(`${Math.round(bytes / 1024 / 1024)} MB`);
  assert.ok(bytes > 16 * 1024 * 1024, 'the write-ahead log alone is as large');
  assert.deepEqual(said(found), []);
  assert.deepEqual(said(searchBytes(search, 'what the server printed', Buffer.from(server.output())).found), []);
});

test("row 10: neither the server's heap snapshot nor the memory of the server and of all database processes holds a canary", { skip: process.platform !== 'linux' }, async (context) => {
  const snapshot = await server.heapSnapshot();
  assert.ok(snapshot.length > 1024 * 1024, 'a heap');
  assert.deepEqual(said(searchBytes(inMemory, 'the heap snapshot', snapshot).found), []);
  const shared = new Set<string>();
  const searched = await searchMemory(inMemory, server.pid, undefined, shared);
  const ofServer = searched.bytes;
  for (const pid of await databaseProcesses(city.system.folder.postgres)) await searchMemory(inMemory, pid, searched, shared).catch(() => undefined);
  context.diagnostic(`snapshot ${Math.round(snapshot.length / 1024 / 1024)} MB, server ${Math.round(ofServer / 1024 / 1024)} MB, with the database ${Math.round(searched.bytes / 1024 / 1024)} MB`);
  assert.ok(ofServer > 16 * 1024 * 1024 && searched.bytes > ofServer + 100 * 1024 * 1024, 'server, and shared buffers');
  assert.deepEqual(said(searched.found), []);
});

test('row 10: the control: a canary that is planted is found in every form, in a table, a file, a log, a heap', { skip: process.platform !== 'linux' }, async () => {
  const forms = formsOf(planted);
  assert.ok(forms.length >= 14, `${forms.length} forms`);
  const packed = [{ packing: 'gzip', bytes: gzipSync(Buffer.from(planted)) }, { packing: 'deflate', bytes: deflateSync(Buffer.from(`{"name":${JSON.stringify(planted)}}`)) }];
  const wanted = [...forms.map(({ name }) => `${name}/`), ...packed.map(({ packing }) => `UTF-8/${packing}`)].sort();
  const found = (hits: readonly { form: string; packing: string }[]) => [...new Set(hits.map(({ form, packing }) => `${form}/${packing}`))].sort();
  const all = [...forms.map(({ bytes }) => bytes), ...packed.map(({ bytes }) => bytes)];

  const client = new pg.Client({ connectionString: city.system.databaseUrl });
  await client.connect();
  await client.query('CREATE TABLE public.planted (content bytea)');
  for (const bytes of all) await client.query('INSERT INTO public.planted VALUES ($1)', [Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')])]);
  await client.query('CHECKPOINT');
  const log = join(city.system.folder.log, 'planted.log');
  for (const bytes of all) await appendFile(log, Buffer.concat([bytes, Buffer.from('\n')]));
  try {
    assert.deepEqual(found((await searchDump(plantedSearch, city.system.databaseUrl)).found), wanted, 'the dump');
    assert.deepEqual(found((await searchFiles(plantedSearch, join(city.system.folder.postgres, 'base'))).found), wanted, 'the cluster');
    assert.deepEqual(found((await searchFiles(plantedSearch, join(city.system.folder.postgres, 'pg_wal'))).found), wanted, 'the write-ahead log');
    assert.deepEqual(found((await searchFiles(plantedSearch, city.system.folder.log)).found), wanted, 'the logs');
  } finally {
    await client.query('DROP TABLE public.planted');
    await client.end();
    await rm(log);
  }

  await server.evaluate(`globalThis.planted = ${JSON.stringify(all.map((bytes) => bytes.toString('latin1')))}.map((text) => Buffer.from(text, 'latin1')); globalThis.plantedText = ${JSON.stringify(planted)} + ''`);
  assert.deepEqual(found((await searchMemory(plantedSearch, server.pid)).found), wanted, "the server's memory");
  const inSnapshot = searchBytes(plantedSearch, 'the heap snapshot', await server.heapSnapshot()).found;
  assert.ok(inSnapshot.length > 0, 'the heap snapshot');
});

test('row 10: the whole database with the login, the settings and the keys of the server, without the vault, is 0 identities', async () => {
  const loot = await takeEverything(city.system.databaseUrl);
  const keys = await keysOfServer();
  assert.ok(loot.values.length > 500 && keys.length > 4, `${loot.values.length} values, ${keys.length} keys`);
  const tables = [...new Set(loot.values.map(({ table }) => table))].filter((table) => /^(vault|ledger)\./.test(table));
  assert.deepEqual(await overreach(server.settings.databaseUrl, tables), []);
  assert.deepEqual(openSealed(loot, keys, search), []);
  for (const person of [zh, en, unproven]) assert.deepEqual(confirmSuspect(loot, keys, person), [], 'whether somebody known is in it');
  assert.deepEqual(linkPseudonyms(loot, keys), []);
});

test('row 10: these attempts would find a planted plain digest, a value sealed by a key that the server has, and a linked person', async () => {
  const loot = await takeEverything(city.system.databaseUrl);
  const keys = await keysOfServer();
  const [key] = keys;
  const person = loot.values.find(({ table, column }) => table === 'vault.person' && column === 'person_id');
  assert.ok(key !== undefined && person !== undefined);
  const digest = createHash('sha256').update(`${zh.documentType}|${zh.documentNumber}`).digest();
  const nonce = randomBytes(12);
  const gcm = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from('a place'));
  const sealed = Buffer.concat([nonce, gcm.update(JSON.stringify(zh)), gcm.final(), gcm.getAuthTag()]);
  const ecb = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const at = (column: string, bytes: Buffer, isUuid = false) => ({ table: 'health.planted', column, bytes, isUuid });
  const holes = { values: [...loot.values, at('digest', digest), at('sealed', sealed), at('subject', ecb.update(person.bytes), true), at('person', person.bytes, true)] };
  assert.deepEqual(confirmSuspect(holes, keys, zh), ['health.planted.digest is sha256 of something known']);
  assert.deepEqual(openSealed(holes, keys, search), ['health.planted.sealed']);
  assert.deepEqual(linkPseudonyms(holes, keys).sort(), ['health.planted.person holds a person', 'health.planted.subject turns into a person']);
  assert.ok((await overreach(city.system.databaseUrl, ['vault.person'])).length > 5, 'the owner of the database is not refused');
});

/** Every key that the server is ever given: those of the days, and what its settings hold, in each way in which somebody might make a key of it. */
async function keysOfServer(): Promise<Buffer[]> {
  const dayMs = 86_400_000;
  const days = Array.from({ length: 16 }, (_, back) => new Date(city.now() + 8 * 3_600_000 + (1 - back) * dayMs).toISOString().slice(0, 10));
  const keys: Buffer[] = [];
  for (const day of days) {
    const { status, body } = await askSocket(vaultSocketOf(city.system), dayKeys.name, { day });
    const answer: unknown = JSON.parse(body);
    if (status === 200 && Value.Check(dayKeys.response, answer)) keys.push(Buffer.from(answer.ticketKey, 'base64url'), Buffer.from(answer.passIdKey, 'base64url'));
  }
  const password = decodeURIComponent(new URL(server.settings.databaseUrl).password);
  return [...keys, Buffer.from(password, 'base64url').subarray(0, 32), createHash('sha256').update(password).digest(), Buffer.alloc(32)].filter(({ length }) => length === 32);
}
