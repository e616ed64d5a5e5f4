import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { seededRandomness } from '../../test/city.ts';
import { assembled, startMessageCentre, type MessageCentre } from '../../test/messageCentre.ts';
import { messageGateway, type MessageProvider } from './messageGateway.ts';
import { smppProvider, type SmppTimes } from './smppProvider.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close();
});

const chinese = '【海川健康码】有人申请在另一台设备上使用您的健康码，将于11月24日 10:00生效。如非本人操作，请在原手机的健康码中点按“不是我，立即停止”，或前往登记服务点。';
const message = { to: '+8613800138000', text: '验证码 12345678', kind: 'otp' as const };
const quick: Partial<SmppTimes> = { answerMs: 300, enquireMs: 60_000, firstWaitMs: 20, longestWaitMs: 160, refusedWaitMs: 400 };

async function centreOf(options: Parameters<typeof startMessageCentre>[0] = {}): Promise<MessageCentre> {
  const centre = await startMessageCentre(options);
  closing.push(() => centre.close());
  return centre;
}
function providerOf(port: number, changes: Partial<SmppTimes> = {}, settings: Partial<Parameters<typeof smppProvider>[0]> = {}) {
  const reports: string[] = [];
  const provider = smppProvider({ host: '127.0.0.1', port, tls: false, systemId: 'city', password: 'secret', ...settings }, seededRandomness('smpp'), (line) => reports.push(line), { ...quick, ...changes });
  closing.push(() => provider.close());
  return { provider, reports };
}
/** Submits until the centre has said yes or no. */
async function submitted(provider: MessageProvider, what = message, tries = 40): Promise<string> {
  for (let tried = 0; tried < tries; tried += 1) {
    const submission = await provider.submit(what);
    if (submission.outcome !== 'later') return submission.outcome;
    await new Promise((resolve) => setTimeout(resolve, submission.afterMs));
  }
  return 'later';
}

test('binds as a transmitter once, and hands over number, alphabet and text as they are', async () => {
  const centre = await centreOf();
  const { provider } = providerOf(centre.port, {}, { from: 'Haichuan' });
  assert.equal(await submitted(provider), 'taken');
  assert.equal(await submitted(provider, { ...message, text: 'Your code is 12345678.' }), 'taken');
  assert.deepEqual(centre.binds, [{ systemId: 'city', password: 'secret' }]);
  const members = centre.taken.map(({ destination_addr, dest_addr_ton, dest_addr_npi, data_coding, source_addr, source_addr_ton, esm_class }) => [destination_addr, dest_addr_ton, dest_addr_npi, data_coding, source_addr, source_addr_ton, esm_class]);
  assert.deepEqual(members, [['8613800138000', 1, 1, 8, 'Haichuan', 5, 0], ['8613800138000', 1, 1, 0, 'Haichuan', 5, 0]]);
  assert.deepEqual(centre.taken.map((pdu) => assembled([pdu]).text), [message.text, 'Your code is 12345678.']);
});

test('a Chinese text of more than 70 characters arrives in parts that make the text again', async () => {
  const centre = await centreOf();
  const { provider } = providerOf(centre.port);
  assert.ok(chinese.length > 70);
  assert.equal(await submitted(provider, { ...message, text: chinese }), 'taken');
  assert.equal(centre.taken.length, 2);
  assert.ok(centre.taken.every(({ esm_class }) => esm_class === 0x40));
  assert.deepEqual(assembled(centre.taken), { to: '8613800138000', text: chinese });
});

test('a centre that throttles is left alone for a while that grows, and then has each part once', async () => {
  const centre = await centreOf();
  centre.submitSays = ['ESME_RTHROTTLED', 'ESME_RMSGQFUL', 'ESME_RTHROTTLED', 'ESME_ROK', 'ESME_RTHROTTLED', 'ESME_ROK'];
  const { provider } = providerOf(centre.port);
  const waits: number[] = [];
  for (;;) {
    const submission = await provider.submit({ ...message, text: chinese });
    if (submission.outcome !== 'later') break;
    waits.push(submission.afterMs);
    // Meanwhile nobody else's message goes to it either.
    const before = centre.submissions;
    assert.equal((await provider.submit(message)).outcome, 'later');
    assert.equal(centre.submissions, before);
    await new Promise((resolve) => setTimeout(resolve, submission.afterMs));
  }
  assert.equal(waits.length, 3);
  assert.ok((waits[0] ?? 0) < (waits[1] ?? 0) && (waits[1] ?? 0) < (waits[2] ?? 0), String(waits));
  assert.equal(assembled(centre.taken).text, chinese, 'the second part, throttled on its own, did not bring the first again');
});

test('a number that the centre does not take is refused for good; what it is in trouble with is tried again', async () => {
  const centre = await centreOf();
  const { provider, reports } = providerOf(centre.port);
  centre.submitSays = ['ESME_RINVDSTADR'];
  assert.equal((await provider.submit(message)).outcome, 'refused');
  centre.submitSays = ['ESME_RSYSERR', 'ESME_ROK'];
  assert.equal(await submitted(provider), 'taken');
  assert.deepEqual(reports, ['the message centre answered ESME_RSYSERR']);
});

test('a connection that is cut is made again, and what it had not answered is not taken as sent', async () => {
  const centre = await centreOf();
  const { provider, reports } = providerOf(centre.port, { answerMs: 5_000 });
  assert.equal(await submitted(provider), 'taken');
  centre.submitSays = [null, 'ESME_ROK'];
  const unanswered = provider.submit(message);
  while (centre.submissions < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  centre.drop();
  assert.equal((await unanswered).outcome, 'later', 'told at once, not after the deadline');
  assert.equal(await submitted(provider), 'taken');
  assert.equal(centre.binds.length, 2);
  assert.deepEqual(reports, ['the connection to the message centre ended']);
});

test('a centre that restarts on the same port, or was never there, is found when it is', async () => {
  const first = await centreOf();
  const { provider, reports } = providerOf(first.port);
  assert.equal(await submitted(provider), 'taken');
  await first.close();
  closing.splice(0, 1);
  assert.equal((await provider.submit(message)).outcome, 'later');
  const again = await centreOf({ port: first.port });
  assert.equal(await submitted(provider), 'taken');
  assert.equal(again.taken.length, 1);
  assert.ok(reports.includes('the connection to the message centre ended'));
});

test('a bind that is refused is said by its name and not tried again at once: accounts are closed for less', async () => {
  const centre = await centreOf();
  centre.bindSays = 'ESME_RINVPASWD';
  const { provider, reports } = providerOf(centre.port);
  const refused = await provider.submit(message);
  assert.ok(refused.outcome === 'later' && refused.afterMs > 300, JSON.stringify(refused));
  for (let tried = 0; tried < 20; tried += 1) assert.equal((await provider.submit(message)).outcome, 'later');
  assert.equal(centre.binds.length, 1);
  assert.deepEqual(reports, ['the message centre refused the bind: ESME_RINVPASWD']);
  assert.ok(!reports.join().includes('secret'));
  centre.bindSays = 'ESME_ROK';
  assert.equal(await submitted(provider), 'taken');
});

test('a centre that is silently gone is noticed by the enquiry that it does not answer; one that asks is answered', async () => {
  const centre = await centreOf();
  const { provider } = providerOf(centre.port, { enquireMs: 30, answerMs: 60 });
  assert.equal(await submitted(provider), 'taken');
  await centre.enquire();
  while (centre.enquiries < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(centre.binds.length, 1, 'as long as it answers, the connection stays');
  centre.alive = false;
  await new Promise((resolve) => setTimeout(resolve, 200));
  centre.alive = true;
  assert.equal(await submitted(provider), 'taken');
  assert.equal(centre.binds.length, 2);
});

test('what is no SMPP at all, and a peer that takes the connection and says nothing, end in a later try and in no crash', async () => {
  const hanging: Server[] = [];
  for (const bytes of [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), Buffer.alloc(64, 0xff), null]) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (bytes !== null) socket.write(bytes);
      closing.push(async () => void socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    hanging.push(server);
    const address = server.address();
    assert.ok(address !== null && typeof address !== 'string');
    const { provider, reports } = providerOf(address.port, { answerMs: 100 });
    assert.equal((await provider.submit(message)).outcome, 'later');
    assert.deepEqual(reports, ['the message centre cannot be reached']);
  }
  closing.push(async () => hanging.forEach((server) => server.close()));
});

test('over TLS the centre must be of the named authority and bear the name of the host', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'smpp-'));
  closing.push(async () => rmSync(folder, { recursive: true }));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=centre', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' });
  const centre = await centreOf({ tls: { key, certificate } });
  const authority = readFileSync(certificate, 'utf8');
  assert.equal(await submitted(providerOf(centre.port, { answerMs: 2_000 }, { tls: true, authority }).provider), 'taken');
  assert.equal((await providerOf(centre.port, {}, { tls: true }).provider.submit(message)).outcome, 'later', 'of no authority that the machine knows');
  assert.equal((await providerOf(centre.port, {}, { tls: true, authority, host: 'localhost' }).provider.submit(message)).outcome, 'later', 'of another host');
  assert.equal(centre.binds.length, 1, 'no password left the vault for those');
});

test('many messages at once go ten at a time over one connection, and a code that nobody waits for is tried until it is of no use', async () => {
  const centre = await centreOf();
  centre.submitSays = ['ESME_RTHROTTLED', 'ESME_RTHROTTLED', 'ESME_ROK'];
  const gateway = messageGateway(providerOf(centre.port).provider);
  for (let number = 0; number < 50; number += 1) gateway.send({ ...message, to: `+86138001380${String(number).padStart(2, '0')}` });
  await gateway.settle(10_000);
  assert.equal(new Set(centre.taken.map(({ destination_addr }) => destination_addr)).size, 50);
  assert.equal(centre.taken.length, 50);
  assert.equal(centre.binds.length, 1);
});
