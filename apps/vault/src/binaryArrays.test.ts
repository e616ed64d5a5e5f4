import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startCity, type City } from '../test/city.ts';
import { bigintRange, byteaArray, nullableUuidArray, timestamptzArray, uuidArray } from './binaryArrays.ts';

const [one, other] = ['00112233-4455-6677-8899-aabbccddeeff', 'ffeeddcc-bbaa-9988-7766-554433221100'];

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

/** What the database reads, as its own text. */
async function read(type: string, parameter: Buffer): Promise<string | undefined> {
  return (await city.vault.database.query<{ text: string }>(`SELECT $1::${type}[]::text AS text`, [parameter])).rows[0]?.text;
}

test('the database reads an array in binary form as what was written', async () => {
  assert.equal(await read('uuid', uuidArray([one, other])), `{${one},${other}}`);
  assert.equal(await read('uuid', nullableUuidArray([one, null, one])), `{${one},NULL,${one}}`);
  assert.equal(await read('bytea', byteaArray([Buffer.of(0, 255), new Uint8Array(), Buffer.of(92)])), '{"\\\\x00ff","\\\\x","\\\\x5c"}');
  assert.equal(await read('bigint', bigintRange(2 ** 53 - 2, 2)), '{9007199254740990,9007199254740991}');
  assert.equal(await read('timestamptz', timestamptzArray([Date.parse('2026-11-23T04:05:06.789Z'), null, 0])), '{"2026-11-23 04:05:06.789+00",NULL,"1970-01-01 00:00:00+00"}');
  for (const [type, empty] of [['uuid', uuidArray([])], ['bytea', byteaArray([])], ['bigint', bigintRange(0, 0)]] as const) assert.equal(await read(type, empty), '{}');
});

test('what is no UUID is in no array of them', () => {
  for (const wrong of ['', one.slice(1), `${one.slice(0, -1)}g`]) assert.throws(() => uuidArray([other, wrong]), RangeError);
});
