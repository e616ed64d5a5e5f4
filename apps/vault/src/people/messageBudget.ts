import { createHmac } from 'node:crypto';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { lockHashes } from '../lockHashes.ts';
import { randomUuid } from '../randomness.ts';
import { nowOf, type Vault } from '../vault.ts';

const hourMs = 3_600_000;
/** Digits of a number, without the plus, that with its length make its range: who buys numbers buys them by the block. */
const rangeDigits = 7;

/**
 * Counts a message with a one-time code against every budget of the last hour: of the phone, of the device that asks,
 * of the range of numbers (so that nobody earns by having us call expensive ones), and of everybody together. False
 * when one of them is used up; then nothing is sent, nothing counted, and whoever asked must not learn so.
 */
export async function takeFromBudgets(vault: Vault, queries: Queries, message: { readonly phone: string; readonly thumbprint: string }): Promise<boolean> {
  const { limits } = vault;
  const now = nowOf(vault);
  const subjects = [['phone', message.phone], ['device', message.thumbprint], ['range', rangeOf(message.phone)]] as const;
  // Under every key of the last hour: to replace it is no way around a budget.
  const [phones = [], devices = [], ranges = []] = subjects.map(([what, value]) => vault.keys.messageBudgets.map((key) => budgetHash(key, what, value)));
  // One at a time per number, or two at once would both find the last one free.
  await lockHashes(queries, phones);
  const used = firstRow(await queries.query<{ phone: number; device: number; range: number; everybody: number }>(
    `SELECT
       (SELECT count(*)::int FROM vault.message_sent WHERE phone_hash = ANY($1::bytea[]) AND sent_at > $4) AS phone,
       (SELECT count(*)::int FROM vault.message_sent WHERE device_hash = ANY($2::bytea[]) AND sent_at > $4) AS device,
       (SELECT count(*)::int FROM vault.message_sent WHERE range_hash = ANY($3::bytea[]) AND sent_at > $4) AS range,
       (SELECT count(*)::int FROM vault.message_sent WHERE sent_at > $4) AS everybody`,
    [byteaArray(phones), byteaArray(devices), byteaArray(ranges), new Date(now.getTime() - hourMs)],
  ));
  if (used === null || used.phone >= limits.codesPerPhonePerHour || used.device >= limits.codesPerDevicePerHour
    || used.range >= limits.codesPerRangePerHour || used.everybody >= limits.codesPerHour) return false;
  await queries.query('INSERT INTO vault.message_sent (message_id, phone_hash, device_hash, range_hash, sent_at) VALUES ($1, $2, $3, $4, $5)', [
    randomUuid(vault.random), ...subjects.map(([what, value]) => budgetHash(vault.keys.oneTimeCode, what, value)), now,
  ]);
  return true;
}

/** The range that a number belongs to: its first digits and how many it has. */
export function rangeOf(phone: string): string {
  const digits = phone.replaceAll(/\D/g, '');
  return `${digits.slice(0, rangeDigits)}|${digits.length}`;
}

/** What is counted, as a keyed hash: the budget keeps no number and no key. */
function budgetHash(key: Uint8Array, what: 'phone' | 'device' | 'range', value: string): Buffer {
  return createHmac('sha256', key).update(`${what}|${value}`, 'utf8').digest();
}
