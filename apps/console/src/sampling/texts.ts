import type { SameKeys } from '@health-kit/ui';

const en = {
  pass: 'Pass', tube: 'Tube', toScan: 'to be scanned', scanned: 'scanned',
  promptPass: 'Hold the resident’s pass into the frame, then the tube. The other way round works too.',
  promptTube: 'Now the barcode of the tube.',
  registering: 'Registering the specimen…',
  halted: 'Scanning is paused.', scanAgain: 'Scan again',
  unreadable: 'This is neither a pass nor the barcode of a tube.',
  passOld: 'The pass was scanned more than a minute ago. Scan it again; the tube is kept.',
  typed: 'Or type the barcode of the tube', typedHint: '6 to 32 capital letters, digits and hyphens.', typedError: 'This is not a barcode of a tube. Compare it with the label.', use: 'Use this barcode',
  tubeTaken: 'This tube is registered already, for somebody else or at another time. Take a new tube and scan it.',
  notProven: 'No specimen can be registered for an unproven identity. Send the resident to a registration desk first, with their document.',
  clock: 'The clock of this device is wrong, so that the time of sampling was refused. Set the clock to automatic and try again.',
  registered: 'Registered: {{barcode}}',
  compare: 'Compare with the person before you, and with the label of the tube.',
  wrongPerson: 'Wrong person or wrong tube? Put the tube aside, mark it, and tell the laboratory not to test it; then register a new tube.',
  today: 'Today at this site', noneToday: 'No specimens yet today', filter: 'Filter by barcode', barcode: 'Barcode', time: 'Taken at',
  count_one: '{{count}} specimen', count_other: '{{count}} specimens', newest: '(the newest)',
};
const zh: SameKeys<typeof en> = {
  pass: '健康码', tube: '采样管', toScan: '待扫描', scanned: '已扫描',
  promptPass: '请扫描居民的健康码，再扫描采样管；先后不限。',
  promptTube: '请扫描采样管条码。',
  registering: '正在登记样本…',
  halted: '扫描已暂停。', scanAgain: '重新扫描',
  unreadable: '这既不是健康码，也不是采样管条码。',
  passOld: '健康码扫描已超过一分钟，请重新扫描；采样管无需重扫。',
  typed: '或手动输入采样管条码', typedHint: '6 至 32 位大写字母、数字或连字符。', typedError: '这不是采样管条码，请与标签核对。', use: '使用此条码',
  tubeTaken: '该采样管已登记给其他人或登记于其他时间。请换一支新管并扫描。',
  notProven: '身份尚未核验的居民不能登记样本。请让其先携带证件到登记服务点核验。',
  clock: '本机时间不准确，采样时间未被接受。请将时间设为自动，然后重试。',
  registered: '已登记：{{barcode}}',
  compare: '请与面前的本人以及采样管标签核对。',
  wrongPerson: '人或管有误？请将该管单独放置并标记，告知实验室不要检测，然后用新管重新登记。',
  today: '本采样点今日样本', noneToday: '今日还没有样本', filter: '按条码筛选', barcode: '条码', time: '采样时间',
  count_one: '{{count}} 份样本', count_other: '{{count}} 份样本', newest: '（仅最新）',
};
export const samplingTexts = { en, zh };
