/**
 * Arrays of thousands of values as parameters of a statement, in PostgreSQL's binary form (array_send). The driver
 * writes an array as text, each value escaped and read again: for the contacts of a case that costs both sides more
 * than what is done with them. A parameter of these is cast where it stands, `$1::uuid[]`.
 */
import { uuidsBytes } from './randomness.ts';

/** PostgreSQL's numbers of the element types (pg_type.dat). */
const types = { bytea: 17, bigint: 20, timestamptz: 1184, uuid: 2950 } as const;
/** Dimensions, whether there are nulls, type; and of the one dimension length and first index. */
const headLength = 20;
/** 2000-01-01, from which PostgreSQL counts, epoch ms. */
const timestampEpochMs = 946_684_800_000;

/** As `uuid[]`. */
export function uuidArray(uuids: readonly string[]): Buffer {
  const bytes = uuidsBytes(uuids);
  return arrayOf('uuid', uuids.map((_, index) => bytes.subarray(index * 16, index * 16 + 16)));
}

/** As `uuid[]` with nulls; for few distinct values. */
export function nullableUuidArray(uuids: readonly (string | null)[]): Buffer {
  return arrayOf('uuid', eachOnce(uuids, (uuid) => (uuid === null ? null : uuidsBytes([uuid]))));
}

/** As `bytea[]`. */
export function byteaArray(values: readonly Uint8Array[]): Buffer {
  return arrayOf('bytea', values);
}

/** As `bigint[]`. */
export function bigintArray(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 8);
  return arrayOf('bigint', numbers.map((number, index) => {
    bytes.writeBigInt64BE(BigInt(number), index * 8);
    return bytes.subarray(index * 8, index * 8 + 8);
  }));
}
/** As `bigint[]`: `count` numbers from `first` on. */
export function bigintRange(first: number, count: number): Buffer {
  return bigintArray(Array.from({ length: count }, (_, index) => first + index));
}

/** As `timestamptz[]`, from epoch ms; for few distinct values. */
export function timestamptzArray(moments: readonly (number | null)[]): Buffer {
  return arrayOf('timestamptz', eachOnce(moments, (epochMs) => {
    if (epochMs === null) return null;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(epochMs - timestampEpochMs) * 1000n);
    return bytes;
  }));
}

function arrayOf(type: keyof typeof types, values: readonly (Uint8Array | null)[]): Buffer {
  const length = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), headLength);
  const array = Buffer.allocUnsafe(length);
  let at = 0;
  const writeNumber = (number: number) => {
    at = array.writeInt32BE(number, at);
  };
  for (const number of [1, values.includes(null) ? 1 : 0, types[type], values.length, 1]) writeNumber(number);
  for (const value of values) {
    writeNumber(value?.length ?? -1);
    if (value === null) continue;
    array.set(value, at);
    at += value.length;
  }
  return array;
}

/** Makes the bytes of each distinct value once. */
function eachOnce<Value>(values: readonly Value[], make: (value: Value) => Uint8Array | null): (Uint8Array | null)[] {
  const made = new Map<Value, Uint8Array | null>();
  return values.map((value) => {
    const known = made.get(value);
    if (known !== undefined) return known;
    const bytes = make(value);
    made.set(value, bytes);
    return bytes;
  });
}
