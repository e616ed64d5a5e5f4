import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { serveWebApps, withTextsFor } from './serveWebApps.ts';

let folder: string;
let app: FastifyInstance;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hk-web-'));
  for (const name of ['resident', 'console']) {
    await mkdir(join(folder, name, 'assets'), { recursive: true });
    await writeFile(join(folder, name, 'index.html'), `<title>${name}</title>`);
    await writeFile(join(folder, name, 'assets', 'index-Ab12Cd34.js'), 'export {};');
    await writeFile(join(folder, name, 'assets', 'index-Ab12Cd34.js.br'), brotliCompressSync('export {};'));
    await writeFile(join(folder, name, 'assets', 'index-Ab12Cd34.js.gz'), gzipSync('export {};'));
    await writeFile(join(folder, name, 'sw.js'), '');
    await writeFile(join(folder, name, '.secret'), 'hidden');
  }
  app = fastify();
  await serveWebApps(app, { origin: 'https://kit.example', webRoots: { resident: join(folder, 'resident'), gate: join(folder, 'gate'), console: join(folder, 'console') } });
});
after(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const get = (url: string) => app.inject({ method: 'GET', url });

test('each app has its page at its address, and its paths of no file open the page', async () => {
  for (const url of ['/', '/v', '/records/today', '/v?from=poster']) assert.match((await get(url)).body, /resident/, url);
  for (const url of ['/console/', '/console/cases/1']) assert.match((await get(url)).body, /console/, url);
  assert.equal((await get('/console')).headers.location, '/console/');
});

test('an address of the API, and a file that is not there, are not found instead of a page', async () => {
  for (const url of ['/v1/nothing', '/fhir/nothing', '/health/nothing', '/ledger/nothing', '/missing.js', '/assets/old-Zz99Yy88.js', '/.secret', '/console/.secret']) {
    const answer = await get(url);
    assert.equal(answer.statusCode, 404, url);
    assert.equal(answer.headers['content-type'], 'application/problem+json', url);
  }
  // A path that climbs out of the folder is a path of no file.
  assert.match((await get('/..%2f..%2fetc%2fpasswd')).body, /<title>resident/);
});

test('what a build named after its content is kept, and everything else is asked for again', async () => {
  assert.equal((await get('/assets/index-Ab12Cd34.js')).headers['cache-control'], 'public, max-age=31536000, immutable');
  for (const url of ['/', '/index.html', '/sw.js', '/console/', '/console/sw.js']) assert.equal((await get(url)).headers['cache-control'], 'no-cache', url);
});

test('a browser that reads brotli or gzip is given that, of the same type and kept as long, and another the file itself', async () => {
  const asked = (encodings: string) => app.inject({ method: 'GET', url: '/assets/index-Ab12Cd34.js', headers: { 'accept-encoding': encodings } });
  const [brotli, gzipped, plain] = [await asked('gzip, deflate, br, zstd'), await asked('gzip'), await asked('identity')];
  assert.deepEqual([brotli, gzipped, plain].map(({ headers }) => headers['content-encoding']), ['br', 'gzip', undefined]);
  assert.deepEqual([brotliDecompressSync(brotli.rawPayload), gunzipSync(gzipped.rawPayload), plain.rawPayload].map(String), ['export {};', 'export {};', 'export {};']);
  for (const { headers } of [brotli, gzipped, plain]) {
    assert.match(String(headers['content-type']), /javascript/);
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.match(String(headers['vary']), /accept-encoding/i);
  }
});

test('no page runs foreign scripts or inline styles, is framed, or lends the camera', async () => {
  const policies = await Promise.all(['/', '/v', '/console/', '/sw.js'].map(async (url) => {
    const { headers } = await get(url);
    assert.equal(headers['permissions-policy'], 'camera=(self), microphone=(), geolocation=(self), payment=(), usb=()');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(String(headers['strict-transport-security']), /max-age=31536000/);
    return String(headers['content-security-policy']);
  }));
  for (const policy of policies) {
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /style-src 'self'(;|$)/);
    assert.doesNotMatch(policy, /https?:|'unsafe-inline'|'unsafe-eval'|\*/);
  }
});

test('a page brings the texts of the reader’s language with it, and no other’s', () => {
  const link = (id: string) => `\n  <link rel="modulepreload" crossorigin href="/assets/texts-${id}-Ab12Cd34.js" hreflang="${id}">`;
  const page = (links: string) => `<head><link rel="modulepreload" crossorigin href="/assets/app.js">${links}</head>`;
  const whole = page(['en', 'zh', 'zh-TW'].map(link).join(''));
  for (const [asked, id] of [['zh-CN,zh;q=0.9,en;q=0.8', 'zh'], ['en-GB', 'en'], ['de, zh-Hant-HK;q=0.8', 'zh'], ['ZH', 'zh'], ['', 'en'], ['xx,*', 'en']] as const) assert.equal(withTextsFor(asked, whole), page(link(id)), asked);
  assert.equal(withTextsFor('zh', page('')), page(''));
});
