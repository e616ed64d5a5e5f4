import type { Words } from './words.ts';

/** The name of each status. */
export const statusWords = {
  unverified: { zh: '未核验', en: 'Unverified' },
  clear: { zh: '正常', en: 'Clear' },
  caution: { zh: '注意', en: 'Caution' },
  isolate: { zh: '隔离', en: 'Isolate' },
} as const satisfies Record<string, Words>;

/** What a pass says about its holder today. */
export type Status = keyof typeof statusWords;

/** What a person with a status should do. */
export const whatToDoWords = {
  'do.prove-identity': {
    zh: '请携带证件到登记服务点核验身份。',
    en: 'Take your document to a registration desk.',
  },
  'do.isolate': {
    zh: '请留在住处或隔离地点，不要外出，等候通知复检。',
    en: 'Stay at home or where you are isolated, do not go out, and wait to be told about your next test.',
  },
  'do.central-observation': {
    zh: '请前往或留在指定的集中观察点。',
    en: 'Go to, or stay at, the facility named in your order.',
  },
  'do.home-observation': { zh: '请居家观察，不要外出。', en: 'Stay at home for observation.' },
  'do.take-ordered-test': {
    zh: '请尽快到检测点完成检测。',
    en: 'Take the ordered test at a test site as soon as you can.',
  },
  'do.test-after-exposure': {
    zh: '请尽快检测，减少外出，留意身体状况。',
    en: 'Take a test soon, go out less, and watch how you feel.',
  },
  'do.watch-for-symptoms': {
    zh: '请减少外出，留意症状；如出现症状，先电话联系医疗机构。',
    en: 'Go out less and watch for symptoms; if you have any, phone a clinic before you go there.',
  },
  'do.rest-and-test': {
    zh: '请休息，并尽快检测；如病情加重，请就医。',
    en: 'Rest, take a test soon, and see a doctor if you feel worse.',
  },
  'do.read-result': { zh: '请在检测结果中查看。', en: 'Read it in your test results.' },
  'do.read-appeal': { zh: '请在申诉中查看答复。', en: 'Read the answer with your appeal.' },
  'do.nothing': { zh: '无需采取措施。', en: 'There is nothing you need to do.' },
} as const satisfies Record<string, Words>;

/** Message key of what to do. */
export type WhatToDo = keyof typeof whatToDoWords;

/** What ends a status. */
export const endsWhenWords = {
  'ends.identity-proven': { zh: '身份核验后结束。', en: 'Ends when your identity is proven.' },
  'ends.negatives-or-term': {
    zh: '达到规定的复检阴性次数，或隔离期满后结束。',
    en: 'Ends with the required negative results, or when the term is over.',
  },
  'ends.negative-or-term': {
    zh: '检测结果为阴性，或期满后结束。',
    en: 'Ends with a negative result, or when the term is over.',
  },
  'ends.order-over': { zh: '决定期满或解除后结束。', en: 'Ends when the order ends or is lifted.' },
  'ends.term': { zh: '期满后结束。', en: 'Ends when the term is over.' },
} as const satisfies Record<string, Words>;

/** Message key of the condition that ends a status. */
export type EndsWhen = keyof typeof endsWhenWords;
