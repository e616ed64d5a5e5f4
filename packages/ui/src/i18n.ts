import { useSyncExternalStore } from 'react';
import type { ProblemName } from '@health-kit/api';
import { fallbackId, preferredLanguage, type KnownLanguage, type Language, type LanguageHead } from './languages.ts';
import { findMessage, type MessageKey, type Messages, type MessageValues, type Text, type Translation } from './messages.ts';
import type { ProblemText } from './problemTexts.ts';
import type { texts as uiEnglish } from './texts/en.ts';

/** The languages of the texts folder, in the order of their files' names; the build puts the list here. */
declare const LANGUAGES: readonly KnownLanguage[];

/** A file of the shared components' texts folder: a language. */
export interface UiTextsFile {
  readonly language: LanguageHead;
  readonly texts: Messages;
  /** Problems in this language; English is the catalogue of packages/api itself. */
  readonly problems?: Readonly<Partial<Record<ProblemName, ProblemText>>>;
}

/** What is read now: replaced as a whole, once everything of another language is there. */
interface Reading {
  readonly language: KnownLanguage;
  readonly app: readonly Translation[];
  readonly ui: readonly Translation[];
  readonly problems: Readonly<Partial<Record<ProblemName, ProblemText>>>;
  /** Whether the app's messages are there for every page, or for the first alone. */
  readonly whole: boolean;
}

/** What loads an app's messages in a language, by the address of its file, `./texts/<id>.ts`. */
export type TextsFiles = Readonly<Record<string, () => Promise<Messages>>>;

const rememberedAs = 'health-kit.language';
let offered: readonly KnownLanguage[] = [];
let firstFiles: TextsFiles = {};
let restFiles: TextsFiles = {};
let reading: Reading | null = null;
/** Counts the wishes, so that of two quick ones the last is what is read. */
let wishes = 0;
let lastRead: Promise<void> = Promise.resolve();
const listeners = new Set<() => void>();

/**
 * Begins to load an app's texts in the reader's language. Call once; draw when `loaded` resolves. It rejects where the
 * texts cannot be fetched.
 *
 * @param first the messages that are said before another page than the first is there
 * @param rest the others, which come with the first other page
 */
export function startI18n<M>(first: TextsFiles, rest: TextsFiles): { readonly useText: () => Text<M>; readonly loaded: Promise<void> } {
  firstFiles = first;
  restFiles = rest;
  offered = LANGUAGES.filter(({ id }) => fileOf(id) in first);
  const loaded = read(preferredLanguage(recall(), navigator.languages, offered.map(({ id }) => id)), false);
  return { useText: () => useTexts<M>('app'), loaded };
}

/** The address of a language's file, as `import.meta.glob` has it. */
function fileOf(id: string): string {
  return `./texts/${id}.ts`;
}

/** Loads a language, with English behind it where it has not got every message, and then shows it. */
function read(id: string, whole: boolean): Promise<void> {
  lastRead = load(id, whole);
  return lastRead;
}

async function load(id: string, whole: boolean): Promise<void> {
  const wish = (wishes += 1);
  const language = offered.find((each) => each.id === id);
  if (language === undefined) throw new TypeError(`there are no texts in ${id}`);
  const files = import.meta.glob<UiTextsFile>('./texts/*.ts');
  const textsIn = async (each: string) => {
    const [file, first, rest] = await Promise.all([files[fileOf(each)]?.(), firstFiles[fileOf(each)]?.(), whole ? restFiles[fileOf(each)]?.() : {}]);
    const tag = file?.language.tag ?? each;
    return { app: [{ tag, messages: first ?? {} }, { tag, messages: rest ?? {} }], ui: { tag, messages: file?.texts ?? {} }, problems: file?.problems ?? {} };
  };
  const loaded = await Promise.all((language.partial ? [id, fallbackId] : [id]).map(textsIn));
  // Somebody wished for another language meanwhile: theirs is what comes.
  if (wish !== wishes) return lastRead;
  reading = { language, app: loaded.flatMap(({ app }) => app), ui: loaded.map(({ ui }) => ui), problems: loaded[0]?.problems ?? {}, whole: whole || restFiles[fileOf(id)] === undefined };
  document.documentElement.lang = language.tag;
  document.documentElement.dir = language.direction;
  for (const listener of listeners) listener();
}

/** Resolves when the app's messages are there for every page; they are fetched with the first page that is not the first. */
export function wholeTexts(): Promise<void> {
  const { language, whole } = present();
  return whole ? Promise.resolve() : read(language.id, true);
}

function present(): Reading {
  if (reading === null) throw new Error('nothing is drawn before its texts are loaded');
  return reading;
}

function useReading(): Reading {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, present);
}

/** The texts of the shared components. */
export function useUiText(): Text<typeof uiEnglish> {
  return useTexts<typeof uiEnglish>('ui');
}

function useTexts<M>(part: 'app' | 'ui'): Text<M> {
  const translations = useReading()[part];
  return (key: MessageKey<M>, values?: MessageValues) => findMessage(translations, key, values) ?? later(key);
}

/** A message that is not there yet, which the build should have seen: drawn again when it is. */
function later(key: string): string {
  if (!present().whole) void wholeTexts().catch(() => undefined);
  return key;
}

/** Problems in the language in force, as far as its file has them. */
export function useProblems(): Reading['problems'] {
  return useReading().problems;
}

/** The language in force, and how to change it; the choice is remembered on this device. */
export function useLanguage(): {
  /** Of the two languages that everything published is written in, the reader's. */
  readonly language: Language;
  /** The language itself. */
  readonly reads: KnownLanguage;
  /** Every language that this app is there in. */
  readonly languages: readonly KnownLanguage[];
  readonly setLanguage: (id: string) => void;
} {
  const { language } = useReading();
  return { language: language.words, reads: language, languages: offered, setLanguage: changeLanguage };
}

function changeLanguage(id: string): void {
  read(id, present().whole).then(() => {
    try {
      localStorage.setItem(rememberedAs, id);
    } catch {
      // A browser that refuses storage still switches, for as long as the page is open.
    }
  }, () => {
    // Texts that cannot be fetched now: what is read stays.
  });
}

function recall(): string | null {
  try {
    return localStorage.getItem(rememberedAs);
  } catch {
    return null;
  }
}
