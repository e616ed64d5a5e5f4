import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { openTicket, sealTicket, type Ticket } from './ticket.ts';

const day = '2026-11-23';
const key = Buffer.alloc(32, 1);
const nonce = Buffer.alloc(12, 2);
const keyOfDay = (asked: string) => (asked === day ? key : undefined);
const gate: Ticket = { kind: 'gate', day, expiresAtMs: 1, thumbprint: 't', gateId: 'g', venueId: 'v' };
const tickets: readonly Ticket[] = [
  gate,
  { kind: 'resident', day, dayStartMs: 1, dayEndMs: 2, thumbprint: 't', identityProven: true, visit: 'v', health: 'h', notify: 'n', venue: 'p' },
  { kind: 'staff', day, expiresAtMs: 1, thumbprint: 't', officerId: 'o', name: 'n', roles: ['tracer'], office: 'o', unit: 'u', institutionId: null },
  { kind: 'institution', day, expiresAtMs: 1, institutionId: 'i', kid: 'k', scope: 's' },
];

/** Seals whatever content, as another version of the vault might. */
function sealContent(content: unknown): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(day));
  const sealed = Buffer.concat([Buffer.from(day), nonce, cipher.update(JSON.stringify(content), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `HKT1.${sealed.toString('base64url')}`;
}

test('a ticket of each kind opens as it was sealed', () => {
  for (const ticket of tickets) assert.deepEqual(openTicket(sealTicket(ticket, key, nonce), keyOfDay), { ok: true, ticket });
});

test('no changed character opens', () => {
  const text = sealTicket(gate, key, nonce);
  for (let at = 5; at < text.length; at += 1) {
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    assert.equal(openTicket(changed, (asked) => keyOfDay(asked) ?? key).ok, false, `character ${at}`);
  }
});

test('a ticket of another day or under another key does not open', () => {
  const text = sealTicket(gate, key, nonce);
  assert.deepEqual(openTicket(text, () => undefined), { ok: false, reason: 'unknown-day' });
  assert.deepEqual(openTicket(text, () => Buffer.alloc(32, 3)), { ok: false, reason: 'not-authentic' });
});

test('an authentic ticket that lacks a member, or has it in another form, is no ticket', () => {
  for (const ticket of tickets) {
    for (const name of Object.keys(ticket)) {
      assert.equal(openTicket(sealContent({ ...ticket, [name]: undefined }), keyOfDay).ok, false, `${ticket.kind} without ${name}`);
      assert.equal(openTicket(sealContent({ ...ticket, [name]: { not: 'this' } }), keyOfDay).ok, false, `${ticket.kind} with another ${name}`);
    }
  }
  for (const content of [null, 'text', [], {}, { kind: '__proto__' }]) assert.equal(openTicket(sealContent(content), keyOfDay).ok, false);
});
