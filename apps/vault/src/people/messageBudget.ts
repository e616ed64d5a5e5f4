import { createHmac } from 'node:crypto';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId } from '../identifiers.ts';
import { holdHashes } from '../holdHashes.ts';
import { randomUuid } from '../randomness.ts';
import { nowOf, type Vault } from '../vault.ts';
import { findPerson } from './people.ts';

const hourMs = 3_600_000;
/** Digits of a number, without the plus, that with its length make its range: who buys numbers buys them by the block. */
const rangeDigits = 7;

/** A message with a one-time code, and who asks for it. */
interface Asked {
  readonly phone: string;
  readonly thumbprint: string;
  /** Where the request came from, as the server says; null where it does not. */
  readonly network: string | null;
}

/**
 * Counts a message with a one-time code against every budget of the last hour: of the phone, of the phone together with
 * the network that asks (so that a stranger does not use up what its owner needs), of the device that asks, of the
 * range of numbers (so that nobody earns by having us call expensive ones), and of everybody together. A device whose
 * account has the phone has a budget of its own in place of the first two. False when one of them is used up; then
 * nothing is sent, nothing counted, and whoever asked must not learn so.
 */
export async function takeFromBudgets(vault: Vault, queries: Queries, message: Asked): Promise<boolean> {
  const { limits } = vault;
  const now = nowOf(vault);
  const subjects = [
    ['phone', message.phone], ['network', `${message.phone}|${message.network ?? ''}`], ['device', message.thumbprint], ['range', rangeOf(message.phone)],
  ] as const;
  // Under every key of the last hour: to replace it is no way around a budget.
  const [phones = [], networks = [], devices = [], ranges = []] = subjects.map(([what, value]) => vault.keys.messageBudgets.map((key) => budgetHash(key, what, value)));
  const own = await isOwnPhone(vault, queries, message);
  // One at a time per number, or two at once would both find the last one free.
  await holdHashes(queries, phones);
  const used = firstRow(await queries.query<{ phone: number; own: number; network: number; device: number; range: number; everybody: number }>(
    `SELECT
       (SELECT count(*)::int FROM vault.message_sent WHERE phone_hash = ANY($1::bytea[]) AND sent_at > $5 AND NOT own) AS phone,
       (SELECT count(*)::int FROM vault.message_sent WHERE phone_hash = ANY($1::bytea[]) AND sent_at > $5 AND own) AS own,
       (SELECT count(*)::int FROM vault.message_sent WHERE network_hash = ANY($2::bytea[]) AND sent_at > $5 AND NOT own) AS network,
       (SELECT count(*)::int FROM vault.message_sent WHERE device_hash = ANY($3::bytea[]) AND sent_at > $5) AS device,
       (SELECT count(*)::int FROM vault.message_sent WHERE range_hash = ANY($4::bytea[]) AND sent_at > $5) AS range,
       (SELECT count(*)::int FROM vault.message_sent WHERE sent_at > $5) AS everybody`,
    [byteaArray(phones), byteaArray(networks), byteaArray(devices), byteaArray(ranges), new Date(now.getTime() - hourMs)],
  ));
  if (used === null || used.device >= limits.codesPerDevicePerHour || used.range >= limits.codesPerRangePerHour || used.everybody >= limits.codesPerHour) return false;
  if (own ? used.own >= limits.codesPerOwnPhonePerHour : used.phone >= limits.codesPerPhonePerHour || used.network >= limits.codesPerPhoneAndNetworkPerHour) return false;
  await queries.query('INSERT INTO vault.message_sent (message_id, phone_hash, network_hash, device_hash, range_hash, own, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    randomUuid(vault.random), ...subjects.map(([what, value]) => budgetHash(vault.keys.oneTimeCode, what, value)), own, now,
  ]);
  return true;
}

/** Whether the account of the device that asks has this phone already: it has proven it. */
async function isOwnPhone(vault: Vault, queries: Queries, { phone, thumbprint }: Asked): Promise<boolean> {
  const device = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.device WHERE thumbprint = $1 AND revoked_at IS NULL', [thumbprint]));
  return device !== null && (await findPerson(vault, queries, personId(device.person_id)))?.identity.phone === phone;
}

/** The range that a number belongs to: its first digits and how many it has. */
export function rangeOf(phone: string): string {
  const digits = phone.replaceAll(/\D/g, '');
  return `${digits.slice(0, rangeDigits)}|${digits.length}`;
}

/** What is counted, as a keyed hash: the budget keeps no number and no key. */
function budgetHash(key: Uint8Array, what: 'phone' | 'network' | 'device' | 'range', value: string): Buffer {
  return createHmac('sha256', key).update(`${what}|${value}`, 'utf8').digest();
}
