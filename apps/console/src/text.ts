import { startI18n, type SameKeys } from '@health-kit/ui';
import { administrationTexts } from './administration/texts.ts';
import { answersTexts } from './answers/texts.ts';
import { appealsTexts } from './appeals/texts.ts';
import { cardsTexts } from './cards/texts.ts';
import { deskTexts } from './desk/texts.ts';
import { disclosureTexts } from './disclosure/texts.ts';
import { formsTexts } from './forms/texts.ts';
import { keysTexts } from './keys/texts.ts';
import { laboratoryTexts } from './laboratory/texts.ts';
import { listsTexts } from './lists/texts.ts';
import { ordersTexts } from './orders/texts.ts';
import { privacyTexts } from './privacy/texts.ts';
import { samplingTexts } from './sampling/texts.ts';
import { sessionTexts } from './session/texts.ts';
import { shellTexts } from './shell/texts.ts';
import { sunsetTexts } from './sunset/texts.ts';
import { tracingTexts } from './tracing/texts.ts';

const en = {
  administration: administrationTexts.en, answers: answersTexts.en, appeals: appealsTexts.en, cards: cardsTexts.en, desk: deskTexts.en, disclosure: disclosureTexts.en, forms: formsTexts.en, keys: keysTexts.en, laboratory: laboratoryTexts.en,
  lists: listsTexts.en, orders: ordersTexts.en, privacy: privacyTexts.en, sampling: samplingTexts.en, session: sessionTexts.en, shell: shellTexts.en, sunset: sunsetTexts.en, tracing: tracingTexts.en,
};
const zh: SameKeys<typeof en> = {
  administration: administrationTexts.zh, answers: answersTexts.zh, appeals: appealsTexts.zh, cards: cardsTexts.zh, desk: deskTexts.zh, disclosure: disclosureTexts.zh, forms: formsTexts.zh, keys: keysTexts.zh, laboratory: laboratoryTexts.zh,
  lists: listsTexts.zh, orders: ordersTexts.zh, privacy: privacyTexts.zh, sampling: samplingTexts.zh, session: sessionTexts.zh, shell: shellTexts.zh, sunset: sunsetTexts.zh, tracing: tracingTexts.zh,
};

/** The console's own texts, in the language in force; each folder has its own in both. */
export const { useText, loaded } = startI18n<typeof en>({ './texts/en.ts': () => Promise.resolve(en), './texts/zh.ts': () => Promise.resolve(zh) }, {});
