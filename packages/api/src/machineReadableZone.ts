/**
 * The two lines at the foot of a passport's page (ICAO Doc 9303, parts 3 and 4, size TD3), typed or pasted: 44
 * characters each, of capitals, digits and `<`.
 */

/** What the lines say, as far as a registration needs it. */
export interface MachineReadablePassport {
  readonly number: string;
  /** Three letters of who issued it, from the first line; null where only the second was given. */
  readonly issuer: string | null;
  /** In capitals and without marks, as the lines have them; null where only the second line was given. The given name is empty for somebody with one name. */
  readonly names: { readonly familyName: string; readonly givenName: string } | null;
}
/** `form`: not such lines. `check`: a check digit does not fit. `country`: no code of a state. */
export type MachineReadableFault = 'form' | 'check' | 'country';

/** Whether what was typed is meant as these lines, and not as a number alone. */
export function looksMachineReadable(typed: string): boolean {
  return compact(typed).includes('<') || compact(typed).length > 24;
}

/** Reads both lines, or the second alone. */
export function readMachineReadablePassport(typed: string): MachineReadablePassport | MachineReadableFault {
  const lines = compact(typed);
  if (!/^(P[A-Z<][A-Z<]{3}[A-Z<]{39})?[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}[A-Z0-9<]{14}[0-9<][0-9]$/.test(lines)) return 'form';
  const second = lines.slice(-44);
  const first = lines.length === 88 ? lines.slice(0, 44) : null;
  const fits = (from: number, to: number, digitAt: number) => machineReadableCheckDigit(second.slice(from, to)) === second.charAt(digitAt);
  const optional = second.slice(28, 42);
  // An empty optional field has 0 or < as its check digit (part 4, 4.2.2.2).
  const optionalFits = fits(28, 42, 42) || optional === '<'.repeat(14) && second.charAt(42) === '<';
  const composite = second.slice(0, 10) + second.slice(13, 20) + second.slice(21, 43);
  if (!fits(0, 9, 9) || !fits(13, 19, 19) || !fits(21, 27, 27) || !optionalFits) return 'check';
  if (machineReadableCheckDigit(composite) !== second.charAt(43)) return 'check';
  const countries = [second.slice(10, 13), ...(first === null ? [] : [first.slice(2, 5)])].map((code) => code.replaceAll('<', ''));
  if (!countries.every((code) => countryCodes.has(code))) return 'country';
  return { number: second.slice(0, 9).replaceAll('<', ''), issuer: countries[1] ?? null, names: first === null ? null : namesIn(first.slice(5)) };
}

/** The check digit of part 3, 4.9: weights 7, 3, 1; letters count from 10, `<` as 0; modulo 10. */
export function machineReadableCheckDigit(field: string): string {
  const sum = Array.from(field).reduce((total, character, index) => total + (character === '<' ? 0 : Number.parseInt(character, 36)) * ([7, 3, 1][index % 3] ?? 0), 0);
  return String(sum % 10);
}

/** Part 3, 4.6: family name, `<<`, given names; `<` stands for a space or a hyphen. */
function namesIn(field: string): { readonly familyName: string; readonly givenName: string } {
  const [family = '', ...given] = field.replace(/<+$/, '').split('<<');
  const words = (name: string) => name.split('<').filter((word) => word !== '').join(' ');
  return { familyName: words(family), givenName: words(given.join('<')) };
}

/** As the lines are printed, without the breaks and spaces that pasting adds. */
function compact(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/g, '').replace(/[«‹]/g, '<').toUpperCase();
}

/** ISO 3166-1 alpha-3, and what part 3, section 5, adds to it. */
const countryCodes: ReadonlySet<string> = new Set((
  'ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA '
  + 'CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM '
  + 'GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN '
  + 'KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT '
  + 'NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA '
  + 'SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA '
  + 'UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE '
  // Germany, the forms of British nationality, the EU, the United Nations, Interpol, orders, the stateless and refugees.
  + 'D GBD GBN GBO GBP GBS EUE UNO UNA UNK RKS XAA XBA XIM XCC XCE XCO XEC XES XMP XOM XPO XDC XXA XXB XXC XXX UTO'
).split(' '));
