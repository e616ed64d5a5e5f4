import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRegistration, emptyRegistration, tidyRegistration } from './registrationForm.ts';

const now = new Date('2026-11-23T08:00:00Z');
const filled = { documentType: 'resident-id', singleName: false, familyName: ' 欧阳 ', givenName: 'Anna  Maria', documentNumber: '11010519491231002x', phone: '138 0013 8000' } as const;

test('what is sealed is tidy: names without outer spaces, the number in capitals, the phone in E.164', () => {
  assert.deepEqual(checkRegistration(filled, 'zh', now), {
    ok: true,
    identity: { familyName: '欧阳', givenName: 'Anna Maria', documentType: 'resident-id', documentNumber: '11010519491231002X', phone: '+8613800138000', language: 'zh' },
  });
});

test('an empty form is told everything that is missing at once', () => {
  assert.deepEqual(checkRegistration(emptyRegistration, 'en', now), {
    ok: false, faults: { familyName: 'empty', givenName: 'empty', documentNumber: 'empty', phone: 'empty' },
  });
});

test('only the fields that are wrong are named', () => {
  assert.deepEqual(checkRegistration({ ...filled, familyName: 'x'.repeat(41), documentNumber: '110105194912310021' }, 'en', now), {
    ok: false, faults: { familyName: 'long', documentNumber: 'check' },
  });
});

test('somebody with one name is asked for one, and a middle dot of any keyboard is the document\'s', () => {
  const single = checkRegistration({ ...filled, singleName: true, familyName: '阿卜杜拉•买买提', givenName: '' }, 'zh', now);
  assert.ok(single.ok);
  assert.deepEqual([single.identity.familyName, single.identity.givenName], ['阿卜杜拉·买买提', '']);
  // What was typed as a given name before the choice is not sealed.
  const chosen = checkRegistration({ ...filled, singleName: true }, 'zh', now);
  assert.ok(chosen.ok && chosen.identity.givenName === '');
});

test('long foreign names of several words are taken, digits in a name are not', () => {
  assert.ok(checkRegistration({ ...filled, familyName: 'Wolfeschlegelsteinhausenbergerdorff', givenName: 'Adolph Blaine Charles David Earl Frederick Gerald Hubert' }, 'en', now).ok);
  assert.deepEqual(checkRegistration({ ...filled, familyName: 'Henry 8' }, 'en', now), { ok: false, faults: { familyName: 'characters' } });
});

/** The specimen of ICAO Doc 9303, part 4. */
const lines = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<< L898902C36UTO7408122F1204159ZE184226B<<<<<10';
const passport = { ...filled, documentType: 'passport', familyName: '', givenName: '', documentNumber: lines } as const;

test('the lines at the foot of a passport give its number, and the names that were not typed yet', () => {
  const read = checkRegistration(passport, 'en', now);
  assert.ok(read.ok);
  assert.deepEqual([read.identity.familyName, read.identity.givenName, read.identity.documentNumber], ['ERIKSSON', 'ANNA MARIA', 'L898902C3']);
  const typed = tidyRegistration({ ...passport, familyName: 'Eriksson', givenName: 'Anna' });
  assert.deepEqual([typed.familyName, typed.givenName, typed.documentNumber], ['Eriksson', 'Anna', 'L898902C3']);
});

test('lines with a mistake stay as they were typed and say which', () => {
  for (const [wrong, fault] of [[lines.replace('L898902C3', 'L898902C4'), 'lines-check'], [lines.replaceAll('UTO', 'QQQ'), 'lines-country'], [lines.slice(0, 60), 'lines-form']] as const) {
    const checked = checkRegistration({ ...passport, familyName: 'E', givenName: 'A', documentNumber: wrong }, 'en', now);
    assert.deepEqual(checked, { ok: false, faults: { documentNumber: fault } });
    assert.equal(tidyRegistration({ ...passport, documentNumber: wrong }).documentNumber, wrong);
  }
});
