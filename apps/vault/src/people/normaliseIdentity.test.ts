import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identity } from '../../test/city.ts';
import { normaliseIdentity, sameDocument } from './normaliseIdentity.ts';

test('names are composed and trimmed, numbers in capitals and without separators', () => {
  const normal = normaliseIdentity({ familyName: '  Mu\u0308ller ', givenName: 'Anna   Maria', documentType: 'passport', documentNumber: ' c01x 00t47', phone: '+4915112345678', language: 'en' });
  assert.deepEqual(normal && [normal.familyName, normal.givenName, normal.documentNumber], ['Müller', 'Anna Maria', 'C01X00T47']);
});

test('somebody whose document has one name has no given name, and points in a name are of one kind', () => {
  const single = normaliseIdentity(identity(1, { familyName: '阿卜杜拉•买买提', givenName: '' }));
  assert.deepEqual(single && [single.familyName, single.givenName], ['阿卜杜拉·买买提', '']);
  assert.equal(normaliseIdentity(identity(1, { givenName: ' ' })), null);
  assert.equal(normaliseIdentity(identity(1, { familyName: '' })), null);
});

test('a number that its kind of document does not have is refused', () => {
  const accepts = (documentType: Parameters<typeof normaliseIdentity>[0]['documentType'], documentNumber: string) => normaliseIdentity(identity(1, { documentType, documentNumber })) !== null;
  assert.ok(accepts('resident-id', '11010519491231002X') && accepts('passport', 'E12345678'));
  assert.ok(!accepts('resident-id', '110105194912310020') && !accepts('passport', '<<<<<<<<<'));
});

test('characters that cannot be seen are refused in names', () => {
  for (const name of ['a\u200bb', '\u202eabc', 'a\u0000', '   ', '123', 'a<b']) assert.equal(normaliseIdentity(identity(1, { familyName: name })), null, JSON.stringify(name));
});

test('documents agree when all four fields do', () => {
  const a = normaliseIdentity(identity(1, { familyName: 'Müller', givenName: 'Anna' }));
  assert.ok(a !== null);
  assert.ok(sameDocument(a, { ...a, familyName: 'MÜLLER' }));
  for (const change of [{ familyName: 'Maier' }, { givenName: 'Anne' }, { documentNumber: 'X' }, { documentType: 'passport' as const }]) assert.ok(!sameDocument(a, { ...a, ...change }));
});
