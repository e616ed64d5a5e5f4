import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from '@playwright/test';

const executablePath = '/usr/bin/chromium';

/** What runs in the page, as text: the store is a browser's, so it is tested in one. Returns what it saw. */
const inPage = `async () => {
  const { openKeyStore } = await import('/keyStore.js');
  const { makeKey } = await import('/deviceKey.js');
  const parsers = { count: (value) => typeof value === 'number' ? value : null, ticket: (value) => typeof value === 'object' && value !== null && typeof value.day === 'string' ? value : null };
  const [first, second] = [await openKeyStore('test', parsers), await openKeyStore('test', parsers)];
  const absent = [await first.getKey('device'), await first.get('ticket')];
  // Two tabs that start together, each with a key of its own.
  const [one, two] = await Promise.all([makeKey(), makeKey()]);
  const kept = await Promise.all([first.keepKey('device', one), second.keepKey('device', two)]);
  const stored = await first.getKey('device');
  const bytes = new Uint8Array([1, 2, 3]);
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(algorithm, stored.privateKey, bytes);
  const verified = await Promise.all(kept.map(({ publicKey }) => crypto.subtle.verify(algorithm, publicKey, signature, bytes)));
  await first.put('ticket', { day: '2026-11-23' });
  const loaded = await second.load('device');
  const both = [(await crypto.subtle.verify(algorithm, loaded.key.publicKey, signature, bytes)), loaded.get('ticket'), loaded.get('count')];
  const read = await second.get('ticket');
  const otherShape = await (await openKeyStore('test', { ticket: () => null })).get('ticket');
  await second.delete('ticket');
  const deleted = await first.get('ticket');
  await first.put('ticket', { day: '2026-11-24' });
  // Each sees what the other made of the record.
  const counts = await Promise.all([first, second, first, second].map((store) => store.change('count', (stored) => (stored ?? 0) + 1)));
  await first.clear();
  return { absent, verified, both, extractable: stored.privateKey.extractable, read, otherShape, deleted, counts, cleared: [await second.getKey('device'), await second.get('ticket')] };
}`;

test('a browser keeps keys that sign and cannot leave, one for all tabs, and records of the declared shape', { skip: existsSync(executablePath) ? false : 'needs Chromium' }, async () => {
  const files = new Map(['keyStore', 'deviceKey'].map((name) => [`/${name}.js`, stripTypeScriptTypes(readFileSync(join(import.meta.dirname, `${name}.ts`), 'utf8'))]));
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(200, { 'content-type': file === undefined ? 'text/html' : 'text/javascript' });
    response.end(file ?? '<!doctype html><title>Key store</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${address.port}/`);
    assert.deepEqual(await page.evaluate(`(${inPage})()`), {
      absent: [null, null], verified: [true, true], both: [true, { day: '2026-11-23' }, null], extractable: false, read: { day: '2026-11-23' }, otherShape: null, deleted: null, counts: [1, 2, 3, 4], cleared: [null, null],
    });
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});
