import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { uiEn } from './texts/en.ts';
import { uiZh } from './texts/zh.ts';

/** The languages every page, text and notice is written in. */
export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

/** A tree of messages; values are put in where a message says `{{name}}`. */
export interface Messages {
  readonly [key: string]: string | Messages;
}

/** The same keys with other words: what makes a missing or surplus translation a compile error. */
export type SameKeys<M> = { readonly [K in keyof M]: M[K] extends string ? string : SameKeys<M[K]> };

/** Plural forms are written `key_one` and `key_other`, and asked for as `key` with a `count`. */
type WithoutPluralForm<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;

/** Every dotted path to a message. */
export type MessageKey<M> = {
  [K in keyof M & string]: M[K] extends string ? WithoutPluralForm<K> : `${K}.${MessageKey<M[K]>}`;
}[keyof M & string];

export type MessageValues = Readonly<Record<string, string | number>>;

/** Looks a message up in the language in force. */
export type Text<M> = (key: MessageKey<M>, values?: MessageValues) => string;

const rememberedAs = 'health-kit.language';

/** The reader's own language: the remembered choice, else the first of the browser's that is Chinese or English, else English. */
export function preferredLanguage(remembered: string | null, browserLanguages: readonly string[]): Language {
  if (remembered === 'zh' || remembered === 'en') return remembered;
  for (const tag of browserLanguages) {
    if (/^zh\b/i.test(tag)) return 'zh';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}

/**
 * Starts i18next with an app's own messages, and returns the hook that reads
 * them with checked keys. Call once, before the first render.
 */
export function startI18n<M extends Messages>(messages: { readonly en: M; readonly zh: SameKeys<M> }): { readonly useText: () => Text<M> } {
  const language = preferredLanguage(recall(), navigator.languages);
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    ns: ['app', 'ui'],
    defaultNS: 'app',
    resources: { en: { app: messages.en, ui: uiEn }, zh: { app: messages.zh, ui: uiZh } },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  markDocument(language);
  return { useText: () => useNamespace<M>('app') };
}

/** The texts of the shared components. */
export function useUiText(): Text<typeof uiEn> {
  return useNamespace<typeof uiEn>('ui');
}

function useNamespace<M>(namespace: 'app' | 'ui'): Text<M> {
  const { t } = useTranslation(namespace);
  const translate: (key: string, values: Record<string, unknown>) => string = t;
  return (key, values) => translate(key, { ...values });
}

/** The language in force, and how to change it; the choice is remembered on this device. */
export function useLanguage(): { readonly language: Language; readonly setLanguage: (language: Language) => void } {
  const { i18n } = useTranslation();
  return { language: i18n.language === 'zh' ? 'zh' : 'en', setLanguage: changeLanguage };
}

function changeLanguage(language: Language): void {
  try {
    localStorage.setItem(rememberedAs, language);
  } catch {
    // A browser that refuses storage still switches, for as long as the page is open.
  }
  markDocument(language);
  void i18next.changeLanguage(language);
}

function recall(): string | null {
  try {
    return localStorage.getItem(rememberedAs);
  } catch {
    return null;
  }
}

function markDocument(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
}
