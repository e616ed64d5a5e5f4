import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

/**
 * Tickets: what a process may conclude about a caller without asking anybody.
 * Sealed with AES-256-GCM under the ticket key of a day, which the vault
 * derives and hands to the server; a ticket is opaque to whoever carries it.
 *
 * Layout: `HKT1.` base64url( day 10 bytes ASCII | nonce 12 | ciphertext | tag 16 ).
 * The day is associated data, so that a ticket cannot be moved to another.
 */
export interface ResidentTicket {
  readonly kind: 'resident';
  /** The calendar day it is for, and that day's first and last instant, epoch ms; visits carry this day's pseudonym. */
  readonly day: string;
  readonly dayStartMs: number;
  readonly dayEndMs: number;
  /** RFC 7638 thumbprint of the device key it is bound to. */
  readonly thumbprint: string;
  readonly identityProven: boolean;
  readonly visit: string;
  readonly health: string;
  readonly notify: string;
  readonly venue: string;
}
export interface StaffTicket {
  readonly kind: 'staff';
  readonly day: string;
  readonly expiresAtMs: number;
  readonly thumbprint: string;
  readonly officerId: string;
  /** The officer's own name, which colleagues see beside what the officer did. */
  readonly name: string;
  readonly roles: readonly string[];
  readonly office: string;
  readonly unit: string;
  readonly institutionId: string | null;
}
export interface GateTicket {
  readonly kind: 'gate';
  readonly day: string;
  readonly expiresAtMs: number;
  readonly thumbprint: string;
  readonly gateId: string;
  readonly venueId: string;
}
export interface InstitutionTicket {
  readonly kind: 'institution';
  readonly day: string;
  readonly expiresAtMs: number;
  readonly institutionId: string;
  /** The key that it was given for: revoked, its tickets are worth nothing. */
  readonly kid: string;
  readonly scope: string;
}
export type Ticket = ResidentTicket | StaffTicket | GateTicket | InstitutionTicket;
export type TicketRefusal = { readonly ok: false; readonly reason: 'malformed' | 'unknown-day' | 'not-authentic' };

const prefix = 'HKT1.';
const dayLength = 10;
const nonceLength = 12;
const tagLength = 16;

/** Seals a ticket. `key` has 32 bytes; `nonce` has 12 random ones and is never used twice with a key. */
export function sealTicket(ticket: Ticket, key: Uint8Array | KeyObject, nonce: Uint8Array): string {
  const day = Buffer.from(ticket.day, 'ascii');
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(day);
  const sealed = Buffer.concat([day, nonce, cipher.update(JSON.stringify(ticket), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return prefix + sealed.toString('base64url');
}

/**
 * Opens a ticket. `keyOfDay` returns the ticket key of a day, or undefined for
 * a day it does not know; as a KeyObject it spares importing it each time. Whether the ticket is still in time is for the
 * caller to decide: check-ins of an earlier day may arrive late.
 */
export function openTicket(text: string, keyOfDay: (day: string) => Uint8Array | KeyObject | undefined): { readonly ok: true; readonly ticket: Ticket } | TicketRefusal {
  if (!text.startsWith(prefix) || text.length > 2048) return { ok: false, reason: 'malformed' };
  const bytes = Buffer.from(text.slice(prefix.length), 'base64url');
  if (bytes.length < dayLength + nonceLength + tagLength) return { ok: false, reason: 'malformed' };
  // Node skips what is not base64url: only the one spelling of these bytes is a ticket.
  if (bytes.toString('base64url') !== text.slice(prefix.length)) return { ok: false, reason: 'malformed' };
  const day = bytes.subarray(0, dayLength);
  const key = keyOfDay(day.toString('ascii'));
  if (key === undefined) return { ok: false, reason: 'unknown-day' };
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(dayLength, dayLength + nonceLength));
  decipher.setAAD(day);
  decipher.setAuthTag(bytes.subarray(bytes.length - tagLength));
  try {
    const clear = decipher.update(bytes.subarray(dayLength + nonceLength, bytes.length - tagLength), undefined, 'utf8') + decipher.final('utf8');
    const content: unknown = JSON.parse(clear);
    return isTicket(content) ? { ok: true, ticket: content } : { ok: false, reason: 'malformed' };
  } catch {
    return { ok: false, reason: 'not-authentic' };
  }
}

type MemberForm = 'text' | 'number' | 'truth' | 'texts' | 'text-or-null';
type Forms<T extends Ticket> = { readonly [K in Exclude<keyof T, 'kind'>]: MemberForm };
const resident: Forms<ResidentTicket> = {
  day: 'text', dayStartMs: 'number', dayEndMs: 'number', thumbprint: 'text', identityProven: 'truth', visit: 'text', health: 'text', notify: 'text', venue: 'text',
};
const staff: Forms<StaffTicket> = {
  day: 'text', expiresAtMs: 'number', thumbprint: 'text', officerId: 'text', name: 'text', roles: 'texts', office: 'text', unit: 'text', institutionId: 'text-or-null',
};
const gate: Forms<GateTicket> = { day: 'text', expiresAtMs: 'number', thumbprint: 'text', gateId: 'text', venueId: 'text' };
const institution: Forms<InstitutionTicket> = { day: 'text', expiresAtMs: 'number', institutionId: 'text', kid: 'text', scope: 'text' };
const forms = new Map<unknown, readonly (readonly [name: string, form: MemberForm])[]>(
  Object.entries({ resident, staff, gate, institution }).map(([kind, members]) => [kind, Object.entries(members)]),
);

/** Whether this is a ticket as this version writes them: an authentic one may come from another version. */
function isTicket(content: unknown): content is Ticket {
  if (typeof content !== 'object' || content === null || !('kind' in content)) return false;
  const members = forms.get(content.kind);
  return members !== undefined && members.every(([name, form]) => hasForm(Reflect.get(content, name), form));
}

function hasForm(value: unknown, form: MemberForm): boolean {
  switch (form) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'truth':
      return typeof value === 'boolean';
    case 'texts':
      return Array.isArray(value) && value.every((each) => typeof each === 'string');
    case 'text-or-null':
      return value === null || typeof value === 'string';
  }
}
