import type { SealedIdentity } from '@health-kit/api';
import type { Random } from './seededRandom.ts';

const familyNames = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙', '胡', '朱', '高', '林', '何', '郭', '马', '罗', '欧阳', '司马'] as const;
const givenNames = [
  '伟', '敏', '静', '磊', '洋', '艳', '勇', '娟', '涛', '明', '秀英', '桂兰', '建国', '志强', '晓燕', '文静', '子涵', '雨桐', '浩然', '思远', '海燕', '嘉怡', '俊杰', '梦琪',
] as const;
const visitorNames = [['Santos', 'Maria'], ['Okafor', 'Chidi'], ['Novak', 'Petra'], ['Haddad', 'Karim'], ['Larsen', 'Ingrid']] as const;

/**
 * A made-up resident. `index` (0 to 99,999) keeps people of one city apart. Numbers have the form of real
 * ones and belong to nobody: the county 119999 is not assigned (GB/T 2260), the phone block 199 0000 is
 * used here alone. About one in twenty carries a passport and reads English.
 */
export function syntheticPerson(index: number, random: Random): SealedIdentity {
  if (!(Number.isInteger(index) && index >= 0 && index <= 99_999)) throw new RangeError(`a city has people 0 to 99999, not ${index}`);
  const phone = `+86199${String(index).padStart(8, '0')}`;
  if (index % 20 === 13) {
    const [familyName, givenName] = random.pick(visitorNames);
    return { familyName, givenName, documentType: 'passport', documentNumber: `X${String(index).padStart(8, '0')}`, phone, language: 'en' };
  }
  return {
    familyName: random.pick(familyNames), givenName: random.pick(givenNames),
    documentType: 'resident-id', documentNumber: syntheticResidentId(index, random), phone, language: 'zh',
  };
}

/** A resident ID number of the unassigned county 119999 with a valid date and check character (GB 11643), distinct for each index. */
export function syntheticResidentId(index: number, random: Random): string {
  // The index chooses month-and-year and sequence; only the day of the month is left to chance, so no two indices meet.
  const year = 1940 + (Math.floor(index / 999) % 70);
  const month = 1 + (Math.floor(index / (999 * 70)) % 12);
  const day = 1 + random.integer(28);
  const sequence = 1 + (index % 999);
  const digits = `119999${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}${String(sequence).padStart(3, '0')}`;
  return digits + residentIdCheckCharacter(digits);
}

/** The check character of 17 digits: ISO 7064 MOD 11-2, as GB 11643 uses it. */
export function residentIdCheckCharacter(digits: string): string {
  let remainder = 0;
  for (const digit of digits) remainder = ((remainder + Number(digit)) * 2) % 11;
  const check = (12 - remainder) % 11;
  return check === 10 ? 'X' : String(check);
}
