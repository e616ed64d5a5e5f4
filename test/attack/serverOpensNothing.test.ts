/**
 * What the server holds opens nothing. Row 10 shows that its login reads no table of the vault and that no canary comes
 * out; here every sealed value there is, keys wrapped by keys included, is tried with everything the server has.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SealedIdentity } from '@health-kit/api';
import { dayKeys, publicKeys } from '@health-kit/api/vault';
import { Resident } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { processesOf } from './processesOf.ts';
import { askSocket, vaultSocketOf } from './vaultSocket.ts';

interface SealedValue {
  readonly column: string;
  /** What is authenticated with it. */
  readonly place: string;
  readonly sealed: Buffer;
}
/** Every sealed value with its place (apps/vault/README.md, Formats). */
const sealedValues = `
  SELECT 'vault.sealed_key.wrapped' AS column, name AS place, wrapped AS sealed FROM vault.sealed_key
  UNION ALL SELECT 'vault.day_key.wrapped', 'day/' || day, wrapped FROM vault.day_key
  UNION ALL SELECT 'vault.person_key.wrapped', format('vault.person_key/wrapped/%s/%s/%s', person_id, class, generation), wrapped FROM vault.person_key
  UNION ALL SELECT 'vault.person.identity', 'vault.person/identity/' || person_id, identity FROM vault.person
  UNION ALL SELECT 'vault.registration.wrapped_key', 'vault.registration/wrapped_key/' || registration_id, wrapped_key FROM vault.registration WHERE wrapped_key IS NOT NULL
  UNION ALL SELECT 'vault.registration.identity', 'vault.registration/identity/' || registration_id, identity FROM vault.registration WHERE identity IS NOT NULL
  UNION ALL SELECT 'vault.access_entry.sealed', 'vault.access_entry/sealed/' || seq, sealed FROM vault.access_entry
  UNION ALL SELECT 'vault.canary.sealed', 'vault.canary/sealed/' || translate(encode(canary_hash, 'base64'), '+/=', '-_'), sealed FROM vault.canary
  UNION ALL SELECT 'vault.invitation.sealed_proof_key', 'vault.invitation/sealed_proof_key/' || translate(encode(code_hash, 'base64'), '+/=', '-_'), sealed_proof_key FROM vault.invitation WHERE sealed_proof_key IS NOT NULL
  UNION ALL SELECT 'vault.unlinked_entry.sealed', 'vault.unlinked_entry/sealed/' || block, sealed FROM vault.unlinked_entry
  UNION ALL SELECT 'vault.disclosure.sealed_grant', 'vault.disclosure/sealed_grant/' || disclosure_id, sealed_grant FROM vault.disclosure WHERE sealed_grant IS NOT NULL
  UNION ALL SELECT 'vault.appeal.sealed', 'vault.appeal/sealed/' || appeal_id, sealed FROM vault.appeal
  UNION ALL SELECT 'ledger.event.sealed', 'ledger.event/sealed/' || seq, sealed FROM ledger.event`;
/** Columns of which this small city has no row. */
const mayBeEmpty = ['vault.appeal.sealed', 'vault.canary.sealed', 'vault.disclosure.sealed_grant', 'vault.unlinked_entry.sealed'];

const verified: SealedIdentity = { familyName: 'Quackenbosch', givenName: 'Zephyrinella', documentType: 'passport', documentNumber: 'XQ7304915', phone: '+8613985317264', language: 'en' };
let city: City;
let values: readonly SealedValue[];
before(async () => {
  city = await startCity();
  const resident = await Resident.register(city.world, verified);
  await city.registrar.proveIdentity(resident);
  await resident.renewTicket();
  // Somebody who never confirms.
  await new Resident(city.world, { ...verified, documentNumber: 'XQ7304916', phone: '+8613985317265' }, (await city.resident()).key).requestCode();
  values = await city.rows<SealedValue & Record<string, unknown>>(sealedValues);
});
after(() => city.close());

function openWith(key: Uint8Array, { place, sealed }: SealedValue): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(-16));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  } catch {
    return null;
  }
}
/** Opens what can be opened, and goes on with the keys that came out of it. */
function openEverything(keys: readonly Uint8Array[]): readonly (SealedValue & { readonly clear: Buffer })[] {
  const opened: (SealedValue & { readonly clear: Buffer })[] = [];
  let rest = values;
  for (let fresh = keys; fresh.length > 0;) {
    const found = rest.flatMap((value) => {
      const clear = fresh.map((key) => openWith(key, value)).find((each) => each !== null);
      return clear === undefined || clear === null ? [] : [{ ...value, clear }];
    });
    opened.push(...found);
    rest = rest.filter((value) => !found.some(({ place }) => place === value.place));
    fresh = found.map(({ clear }) => clear).filter(({ length }) => length === 32);
  }
  return opened;
}

/** Every way in which somebody might make a key of bytes: any 32 in a row of a word or of what it decodes to, and digests. */
function keysOf(bytes: Buffer): Buffer[] {
  const words = bytes.toString('latin1').split(/[^\w.+/=-]+/).filter((word) => word !== '');
  const forms = [...(bytes.length <= 256 ? [bytes] : []), ...words.flatMap((word) => [Buffer.from(word), Buffer.from(word, 'base64url'), Buffer.from(word, 'hex')])];
  return [
    createHash('sha256').update(bytes).digest(), ...words.map((word) => createHash('sha256').update(word).digest()),
    ...forms.flatMap((form) => Array.from({ length: Math.max(0, form.length - 31) }, (_, at) => form.subarray(at, at + 32))),
  ];
}

/** Files of the data folder that a process can read, by the kernel's word on each path: a folder that cannot be listed hides no file whose name is known. */
async function readableBy(pid: number): Promise<readonly string[]> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const number = (field: string) => new RegExp(`^${field}:\\s+\\d+\\s+(\\d+)`, 'm').exec(status)?.[1] ?? '';
  const entries = await readdir(city.system.folder.path, { recursive: true, withFileTypes: true });
  const { stdout } = spawnSync('setpriv', [
    `--reuid=${number('Uid')}`, `--regid=${number('Gid')}`, '--clear-groups', '--no-new-privs', '--securebits=+noroot,+noroot_locked', '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all',
    'sh', '-c', 'while IFS= read -r path; do if [ -r "$path" ]; then printf "%s\\n" "$path"; fi; done',
  ], { encoding: 'utf8', input: entries.filter((entry) => entry.isFile()).map((entry) => `${join(entry.parentPath, entry.name)}\n`).join('') });
  return stdout.split('\n').filter((path) => path !== '');
}

/** The key folder's keys: the key-encryption key, and what it and each day's secret make together. */
async function keysOfVault(): Promise<readonly Uint8Array[]> {
  const folder = city.system.folder.keys;
  const kek = await readFile(join(folder, 'kek'));
  const days = await readdir(join(folder, 'day'));
  return [kek, ...(await Promise.all(days.map(async (day) => new Uint8Array(hkdfSync('sha256', await readFile(join(folder, 'day', day)), kek, `day/${day}`, 32)))))];
}

test('every sealed column of the schemas vault and ledger is among those that are tried', async () => {
  const columns = await city.rows<{ name: string }>(
    `SELECT format('%s.%s.%s', table_schema, table_name, column_name) AS name FROM information_schema.columns
     WHERE table_schema IN ('vault', 'ledger') AND data_type = 'bytea' AND column_name ~ '(seal|wrap|identity|secret|private|encrypted)' ORDER BY 1`,
  );
  assert.deepEqual(columns.map(({ name }) => name).filter((name) => !sealedValues.includes(`'${name}'`)), []);
  const filled = new Set(values.map(({ column }) => column));
  assert.deepEqual(columns.map(({ name }) => name).filter((name) => !filled.has(name) && !mayBeEmpty.includes(name)), []);
});

test('environment and settings, login, day keys, public keys and readable files of the server open none of it', { skip: process.platform !== 'linux' }, async (context) => {
  const { server, vault } = await processesOf(city.system);
  const held: Buffer[] = [await readFile(`/proc/${server}/environ`)];
  const dayMs = 86_400_000;
  for (let back = -1; back <= 14; back += 1) {
    const day = new Date(city.now() + 8 * 3_600_000 - back * dayMs).toISOString().slice(0, 10);
    const { status, body } = await askSocket(vaultSocketOf(city.system), dayKeys.name, { day });
    assert.equal(status, 200);
    held.push(Buffer.from(body));
  }
  const published = await askSocket(vaultSocketOf(city.system), publicKeys.name, {});
  assert.equal(published.status, 200);
  held.push(Buffer.from(published.body));
  if (process.getuid?.() === 0) {
    const files = await readableBy(server);
    context.diagnostic(`${files.length} readable files: ${[...new Set(files.map((path) => path.slice(city.system.folder.path.length + 1).split('/')[0]))].join()}`);
    assert.deepEqual(files.filter((path) => /\/(keys|secrets)\//.test(path)), []);
    assert.ok((await readableBy(vault)).includes(join(city.system.folder.keys, 'kek')), 'the control: the vault reads its key folder');
    for (const path of files) if ((await stat(path)).size < 4_096) held.push(await readFile(path));
  }
  const keys = [...new Map(held.flatMap(keysOf).map((key) => [key.toString('hex'), key])).values()];
  context.diagnostic(`${values.length} sealed values, ${keys.length} keys`);
  assert.ok(keys.length > 100 && values.length > 30);
  assert.deepEqual(openEverything(keys).map(({ column }) => column), []);
});

test('the control: the keys of the vault open all of it, down to the name, and one of them among what the server holds would be found', async () => {
  const opened = openEverything(await keysOfVault());
  assert.deepEqual(values.map(({ place }) => place).filter((place) => !opened.some((each) => each.place === place)), []);
  assert.ok(opened.some(({ column, clear }) => column === 'vault.person.identity' && clear.includes(verified.documentNumber)));

  const [kek] = await keysOfVault();
  assert.ok(kek !== undefined);
  const leaked = JSON.stringify({ databaseUrl: 'postgres://hk_server@db/hk', key: Buffer.from(kek).toString('base64url') });
  assert.ok(openEverything(keysOf(Buffer.from(leaked))).length > 30);
});
