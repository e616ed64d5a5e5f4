/** What the apps say, in the reader's language: the journeys look for the very words that people read. */
import { administrationTexts } from '../../apps/console/src/administration/texts.ts';
import { answersTexts } from '../../apps/console/src/answers/texts.ts';
import { appealsTexts } from '../../apps/console/src/appeals/texts.ts';
import { cardsTexts } from '../../apps/console/src/cards/texts.ts';
import { deskTexts } from '../../apps/console/src/desk/texts.ts';
import { disclosureTexts } from '../../apps/console/src/disclosure/texts.ts';
import { keysTexts } from '../../apps/console/src/keys/texts.ts';
import { laboratoryTexts } from '../../apps/console/src/laboratory/texts.ts';
import { listsTexts } from '../../apps/console/src/lists/texts.ts';
import { ordersTexts } from '../../apps/console/src/orders/texts.ts';
import { privacyTexts } from '../../apps/console/src/privacy/texts.ts';
import { samplingTexts } from '../../apps/console/src/sampling/texts.ts';
import { sessionTexts } from '../../apps/console/src/session/texts.ts';
import { shellTexts } from '../../apps/console/src/shell/texts.ts';
import { sunsetTexts } from '../../apps/console/src/sunset/texts.ts';
import { tracingTexts } from '../../apps/console/src/tracing/texts.ts';
import { texts as gateEn } from '../../apps/gate/src/texts/en.ts';
import { texts as gateZh } from '../../apps/gate/src/texts/zh.ts';
import { texts as residentEn } from '../../apps/resident/src/texts/en.ts';
import { texts as residentZh } from '../../apps/resident/src/texts/zh.ts';
import { problemText, type ProblemText } from '../../packages/ui/src/problemTexts.ts';
import { texts as uiEn } from '../../packages/ui/src/texts/en.ts';
import { problems as chineseProblems, texts as uiZh } from '../../packages/ui/src/texts/zh.ts';

export type Language = 'zh' | 'en';

const en = {
  resident: residentEn, gate: gateEn, administration: administrationTexts.en, answers: answersTexts.en, appeals: appealsTexts.en, cards: cardsTexts.en, desk: deskTexts.en, disclosure: disclosureTexts.en, keys: keysTexts.en, laboratory: laboratoryTexts.en, lists: listsTexts.en,
  orders: ordersTexts.en, privacy: privacyTexts.en, sampling: samplingTexts.en, session: sessionTexts.en, shell: shellTexts.en, sunset: sunsetTexts.en, tracing: tracingTexts.en, ui: uiEn,
};
export type Words = typeof en;
const zh: Words = {
  resident: residentZh, gate: gateZh, administration: administrationTexts.zh, answers: answersTexts.zh, appeals: appealsTexts.zh, cards: cardsTexts.zh, desk: deskTexts.zh, disclosure: disclosureTexts.zh, keys: keysTexts.zh, laboratory: laboratoryTexts.zh, lists: listsTexts.zh,
  orders: ordersTexts.zh, privacy: privacyTexts.zh, sampling: samplingTexts.zh, session: sessionTexts.zh, shell: shellTexts.zh, sunset: sunsetTexts.zh, tracing: tracingTexts.zh, ui: uiZh,
};

export function wordsIn(language: Language): Words {
  return language === 'zh' ? zh : en;
}

/** What is said of a problem, by its stable `type`. */
export function problemIn(language: Language, type: string): ProblemText {
  return problemText(type, language === 'zh' ? chineseProblems : {});
}

/** A message with its values put in. */
export function said(message: string, values: Readonly<Record<string, string | number>>): string {
  return message.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));
}
