import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { approveSunset, beginSunsetApproval, getSunset } from '@health-kit/api';
import { perform, type StaffMember } from '@health-kit/simulate';
import { sunsetCommand } from '../../apps/healthkit/src/sunsetCommand.ts';
import { startSystem } from '../../apps/healthkit/src/startSystem.ts';
import { StartError } from '../../apps/healthkit/src/startError.ts';
import { startCity, type City } from './city.ts';
import { openOffices, type Offices } from './labsOffices.ts';

let city: City;
let offices: Offices;
let folder: string;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  folder = await mkdtemp(join(tmpdir(), 'hk-end-'));
});
after(async () => {
  await city.close();
  await rm(folder, { recursive: true, force: true });
});

/** The operator's command; what it printed, and whether it succeeded. */
async function sunset(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
  const lines: string[] = [];
  try {
    const code = await sunsetCommand.run([...args, ...(args[0] === 'verify' ? [] : ['--data', city.system.dataDir])], {
      environment: {}, signal: new AbortController().signal, print: (line) => lines.push(line),
    });
    return { code, text: lines.join('\n') };
  } catch (error) {
    assert.ok(error instanceof StartError, String(error));
    return { code: 1, text: error.message };
  }
}
async function approve(officer: StaffMember): Promise<void> {
  const { sunset: waiting } = await perform(officer.connection, getSunset, {});
  assert.ok(waiting !== null && waiting.mayNot === null);
  const { options } = await perform(officer.connection, beginSunsetApproval, { body: { digest: waiting.digest } });
  await perform(officer.connection, approveSunset, { body: { assertion: await officer.authenticator.get(options) } });
}

test('a system is ended by its operator and officers of two units; the certificate holds offline, nothing starts on it again, and an older backup of the database opens nothing without a copy of the keys', async () => {
  const resident = await city.resident({ verified: true });
  const { venue } = await city.venue();
  await resident.checkIn(venue.venueCode);
  const { familyName, documentNumber, phone } = resident.person;
  const { dataDir, folder: at } = city.system;

  assert.match((await sunset('complete')).text, /Nobody has asked to end this system: ask first/);
  assert.equal((await sunset('begin', 'The outbreak is over', '--copies', 'One, at the archive: shredded', '--approvals', '1')).code, 1);
  assert.match((await sunset('begin', 'The outbreak is over', '--copies', 'One, at the archive: shredded', '--wait', '2')).text, /Approvals {2}0 of 2/);
  await approve(city.administrator);
  assert.match((await sunset('complete')).text, /more officers? must approve.* \(\d of 2 have\); it may not come before \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.$/m);
  await approve(await offices.enrol(['privacy-officer'], 'Data protection'));
  assert.match((await sunset('status')).text, /Approvals {2}2 of 2/);
  assert.match((await sunset('complete')).text, /cannot be ended yet: it may not come before/, 'before its time');
  await city.advance(3 * 3_600_000);

  // A backup of the database that somebody took in time. With a copy of the key folder it would open: of copies the certificate says what the operator declared.
  await city.system.kill('database', 'SIGINT');
  const backup = join(folder, 'backup');
  await copy(at.postgres, backup);
  await city.system.restart('database');
  await city.advance(0);

  const file = join(folder, 'certificate.json');
  assert.deepEqual([(await sunset('complete', '--out', file)).code], [0]);
  assert.match((await city.system.failed).message, /This system was ended on 2026-11-23/);

  const verified = (await sunset('verify', file)).text;
  assert.match(verified, /The certificate holds/);
  assert.match(verified, /Of copies of the key folder, which open the backups of their time, the operator declared: One, at the archive: shredded/);
  const whole = await readFile(file, 'utf8');
  const changes: readonly [string, (text: string) => string][] = [
    ['the time', (text) => text.replace(/"endedAt": "[^"]*"/, '"endedAt": "2027-01-01T00:00:00.000Z"')],
    ['an approver', (text) => text.replace(/"unit": "Data protection"/, '"unit": "Administration"')],
    ['a number of rows', (text) => text.replace(/"rows": [1-9]\d*/, '"rows": 0')],
    ['what became of copies', (text) => text.replace('at the archive: shredded', 'at the archive')],
    ['the reason', (text) => text.replace('The outbreak is over', 'The outbreak is not over')],
  ];
  for (const [what, change] of changes) {
    const forged = join(folder, 'forged.json');
    await writeFile(forged, change(whole));
    assert.notEqual(change(whole), whole, what);
    assert.equal((await sunset('verify', forged)).code, 1, what);
  }
  assert.equal((await sunset('verify', file, '--key', 'other+00000000+AA==')).code, 1);

  await city.system.stop();
  const start = () => startSystem({ dataDir, port: 0, timeZone: 'Asia/Shanghai', clock: 'controlled', startMs: city.now(), demo: false, log: () => undefined });
  await assert.rejects(start(), /This system was ended on 2026-11-23/);
  assert.deepEqual(await filesWith(dataDir, [documentNumber, phone, familyName + resident.person.givenName]), []);
  assert.deepEqual(await readdir(at.keys), ['sunset']);

  // The backup comes back: the mark beside the keys refuses it, and without the mark no key opens it.
  await rm(at.postgres, { recursive: true });
  await copy(backup, at.postgres);
  await assert.rejects(start(), /This system was ended on 2026-11-23/);
  await rm(at.keys, { recursive: true });
  await assert.rejects(start(), /key|journal/);
});

/** Copies a folder with its owners, as a backup does. */
const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to]);

/** Files of a folder that contain one of the texts. */
async function filesWith(path: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    if (texts.some((text) => content.includes(text))) found.push(entry.name);
  }
  return found;
}
