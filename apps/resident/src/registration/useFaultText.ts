import { useText } from '../text.ts';
import { nameLimits, tidyRegistration, type RegistrationFaults, type RegistrationField, type RegistrationForm } from './registrationForm.ts';

/** Says what is wrong with a field and what to do; null where nothing is. */
export function useFaultText(form: RegistrationForm): (field: RegistrationField, faults: RegistrationFaults) => string | null {
  const text = useText();
  const name = (field: 'familyName' | 'givenName', fault: RegistrationFaults['familyName']) => {
    if (fault === undefined) return null;
    if (fault === 'long') return text('register.errors.nameLong', { count: nameLimits[field] });
    if (fault === 'characters') return text('register.errors.nameCharacters');
    return text(field === 'familyName' && form.singleName ? 'register.errors.singleName' : `register.errors.${field}`);
  };
  const number = (fault: RegistrationFaults['documentNumber']) => {
    switch (fault) {
      case undefined: return null;
      case 'empty': return text('register.errors.numberEmpty');
      case 'length': return text('register.errors.numberLength', { count: tidyRegistration(form).documentNumber.length });
      case 'region': return text('register.errors.numberRegion');
      case 'date': return text('register.errors.numberDate');
      case 'check': return text('register.errors.numberCheck');
      case 'lines-form': return text('register.errors.linesForm');
      case 'lines-check': return text('register.errors.linesCheck');
      case 'lines-country': return text('register.errors.linesCountry');
      case 'form': return text(`register.errors.numberForm.${form.documentType === 'resident-id' ? 'passport' : form.documentType}`);
    }
  };
  return (field, faults) => {
    if (field === 'documentNumber') return number(faults.documentNumber);
    if (field === 'phone') return faults.phone === undefined ? null : text(faults.phone === 'empty' ? 'register.errors.phoneEmpty' : 'register.errors.phoneForm');
    return name(field, faults[field]);
  };
}
