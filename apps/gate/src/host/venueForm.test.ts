import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyVenueForm, readVenueForm } from './venueForm.ts';

const filled = { name: ' 湖滨  面馆 ', kind: 'restaurant', address: '湖滨路 1 号', position: null } as const;

test('a filled form is sent with its spaces put in order', () => {
  assert.deepEqual(readVenueForm(filled), { ok: true, body: { name: '湖滨 面馆', kind: 'restaurant', address: '湖滨路 1 号', latitude: null, longitude: null } });
});

test('everything that is missing is named at once', () => {
  assert.deepEqual(readVenueForm(emptyVenueForm), { ok: false, errors: { name: 'name', kind: 'kind', address: 'address' } });
});

test('a name may have 20 characters, rare ones too, and not 21', () => {
  assert.equal(readVenueForm({ ...filled, name: '𠮷'.repeat(20) }).ok, true);
  assert.deepEqual(readVenueForm({ ...filled, name: '面'.repeat(21) }), { ok: false, errors: { name: 'nameLong' } });
});

test('an address may have 120 characters and not 121', () => {
  assert.equal(readVenueForm({ ...filled, address: '路'.repeat(120) }).ok, true);
  assert.deepEqual(readVenueForm({ ...filled, address: '路'.repeat(121) }), { ok: false, errors: { address: 'addressLong' } });
});

test('a position is sent to about a metre', () => {
  const read = readVenueForm({ ...filled, position: { latitude: 30.259244123, longitude: 120.168996789 } });
  assert(read.ok);
  assert.deepEqual([read.body.latitude, read.body.longitude], [30.25924, 120.169]);
});
