import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { looksMachineReadable, machineReadableCheckDigit, readMachineReadablePassport } from './machineReadableZone.ts';

/** The specimen of ICAO Doc 9303, part 4, appendix B. */
const first = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<';
const second = 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';

test('the check digits of the examples of ICAO 9303, part 3', () => {
  assert.equal(machineReadableCheckDigit('520727'), '3');
  assert.equal(machineReadableCheckDigit('AB2134<<<'), '5');
  assert.equal(machineReadableCheckDigit('L898902C3'), '6');
});

test('the specimen passport is read whole, and from its second line alone', () => {
  const whole = { number: 'L898902C3', issuer: 'UTO', names: { familyName: 'ERIKSSON', givenName: 'ANNA MARIA' } };
  assert.deepEqual(readMachineReadablePassport(`${first}\n${second}`), whole);
  assert.deepEqual(readMachineReadablePassport(` ${first.toLowerCase()} ${second.toLowerCase()} `), whole);
  assert.deepEqual(readMachineReadablePassport(second), { ...whole, issuer: null, names: null });
});

test('somebody with one name has no given name, and long names keep every part', () => {
  const named = (name: string) => readMachineReadablePassport(`P<UTO${name.padEnd(39, '<')}${second}`);
  const namesOf = (name: string) => {
    const read = named(name);
    return typeof read === 'string' ? read : read.names;
  };
  assert.deepEqual(namesOf('ARKFREITH'), { familyName: 'ARKFREITH', givenName: '' });
  assert.deepEqual(namesOf('VAN<DER<MUELLEN<<JOHANNES<PETRUS'), { familyName: 'VAN DER MUELLEN', givenName: 'JOHANNES PETRUS' });
  assert.deepEqual(namesOf('OCONNOR<<ENYA<SIOBHAN'), { familyName: 'OCONNOR', givenName: 'ENYA SIOBHAN' });
});

test('one mistyped character of number, dates or optional data is found', () => {
  const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<';
  const value = (character: string) => (character === '<' ? 0 : Number.parseInt(character, 36));
  fc.assert(fc.property(fc.constantFrom(0, 8, 9, 14, 19, 22, 28, 40), fc.constantFrom(...characters), (place, other) => {
    const [mine, mistyped] = [second.charAt(place), second.slice(0, place) + other + second.slice(place + 1)];
    // Weights of 1, 3 and 7 modulo 10 tell two characters apart unless their values differ by ten.
    fc.pre((value(mine) - value(other)) % 10 !== 0);
    assert.equal(typeof readMachineReadablePassport(mistyped), 'string', mistyped);
  }));
});

test('a country that does not exist is named, whatever its digits say', () => {
  assert.equal(readMachineReadablePassport(`P<QQQ${first.slice(5)}${second}`), 'country');
  assert.equal(readMachineReadablePassport(second.replace('UTO', 'QQQ')), 'country');
});

test('no text makes it fail, and a number alone is not taken for the lines', () => {
  fc.assert(fc.property(fc.string({ maxLength: 120 }), (text) => {
    const read = readMachineReadablePassport(text);
    assert.ok(typeof read === 'string' || read.number !== '');
  }));
  assert.equal(readMachineReadablePassport('E12345678'), 'form');
  assert.ok(!looksMachineReadable('E12345678') && !looksMachineReadable('11010519491231002X'));
  assert.ok(looksMachineReadable(second) && looksMachineReadable('L898902C3<'));
});
