/** What letters say: as the app's notices do, in the language of whose they are, whatever the desk's is. */
export const letterWords = {
  zh: {
    to: '致', document: '证件末两位', exposure: '{{day}}，您与一名后来确诊的感染者曾在同一场所。为保护每个人的隐私，我们不会告知该人是谁。',
    titles: { result: '您的检测结果', exposure: '您可能有过暴露', appeal: '您的申诉已有答复' },
    orders: { 'home-observation': '请您居家接受医学观察', 'central-observation': '请您前往集中观察点接受医学观察', test: '请您接受检测', other: '有一项与您有关的决定' },
    values: { positive: '阳性', negative: '阴性', inconclusive: '无法判定' },
    institution: '机构', collected: '采样', reported: '报告', ends: '截至', reason: '理由', basis: '法律依据', todo: '请您这样做', call: '如有疑问或异议，请致电',
  },
  en: {
    to: 'To', document: 'document ending in',
    exposure: 'On {{day}} you were at the same place as somebody who was later confirmed to be infected. Who it was is not told to anybody, as you would wish it for yourself.',
    titles: { result: 'Your test result', exposure: 'You may have been exposed', appeal: 'Your appeal was answered' },
    orders: { 'home-observation': 'You are ordered to stay at home for observation', 'central-observation': 'You are ordered to stay in an observation facility', test: 'You are ordered to take a test', other: 'An order concerns you' },
    values: { positive: 'Positive', negative: 'Negative', inconclusive: 'Inconclusive' },
    institution: 'Institution', collected: 'Taken', reported: 'Reported', ends: 'Ends', reason: 'Reason', basis: 'Legal basis', todo: 'What to do', call: 'Questions, or if you object',
  },
} as const;
