import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import type { KnownLanguage, LanguageHead } from '../languages.ts';
import { saidAtFirst, type SaidAtFirst } from './firstFiles.ts';

const sharedTexts = join(import.meta.dirname, '..', 'texts');
const fallbackFile = 'en.ts';

/**
 * Finds the languages: each file of the shared components' texts folder is one, named after itself. An app that has a
 * texts folder is there in those that it has a file for.
 *
 * @param appTexts the app's own texts folder; one that does not exist makes no language partial
 */
export async function findLanguages(appTexts: string): Promise<readonly KnownLanguage[]> {
  const own = new Set(await filesOf(appTexts));
  const shared = await filesOf(sharedTexts);
  return Promise.all(shared.map(async (file) => {
    const { language, texts } = await textsFile(join(sharedTexts, file));
    if (language === null) throw new Error(`${file} of the shared texts says nothing of its language`);
    const missing = [
      ...missingIn(texts, (await textsFile(join(sharedTexts, fallbackFile))).texts),
      ...(own.has(file) ? missingIn((await textsFile(join(appTexts, file))).texts, (await textsFile(join(appTexts, fallbackFile))).texts) : []),
    ];
    return { ...language, id: file.replace(/\.ts$/, ''), partial: missing.length > 0 };
  }));
}

/**
 * Puts the languages into the code that offers them (i18n.ts), and parts each of the app's own in what is said before
 * another page than the first is there (`zh.ts?first`) and what is not (`zh.ts?rest`).
 */
export function languages(source: string, base: string): Plugin {
  const appTexts = join(source, 'texts');
  let said: Promise<SaidAtFirst> | null = null;
  return {
    name: 'languages',
    config: async () => ({ define: { LANGUAGES: JSON.stringify(await findLanguages(appTexts)) } }),
    // Every language's first texts are to come with the page and not after its script; the server leaves the reader's alone.
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) => Object.values(bundle).flatMap((file) => {
        const [, language] = file.type === 'chunk' ? /^texts-([\w-]+?)(?:-rest)?$/.exec(file.name) ?? [] : [];
        const { fileName } = file;
        return language === undefined || (file.type === 'chunk' && file.name.endsWith('-rest')) ? [] : [{ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: base + fileName, hreflang: language }, injectTo: 'head' as const }];
      }),
    },
    async load(id) {
      const [, path, part] = /^(.*)\?(first|rest)$/.exec(id) ?? [];
      if (path === undefined || dirname(path) !== appTexts) return null;
      said ??= saidAtFirst(join(source, 'main.tsx'));
      const isFirst = await said;
      const { texts } = await textsFile(path);
      return `export const texts = ${JSON.stringify(partOf(texts, (message) => isFirst(message) === (part === 'first')))};`;
    },
  };
}

/** The file in which a module's texts are built: a language's of app and components in one, what is not said at first in another; null for other modules. */
export function textsChunk(moduleId: string): string | null {
  const [, id, part] = /\/texts\/([\w-]+)\.ts(?:\?(first|rest))?$/.exec(moduleId) ?? [];
  return id === undefined ? null : part === 'rest' ? `texts-${id}-rest` : `texts-${id}`;
}

/** The messages of a tree of which `wanted` says so by their paths. */
function partOf(texts: object, wanted: (path: string) => boolean, path = ''): object {
  return Object.fromEntries(Object.entries(texts).flatMap(([key, value]: [string, unknown]) => {
    const part = isObject(value) ? partOf(value, wanted, `${path}${key}.`) : value;
    const isThere = isObject(part) ? Object.keys(part).length > 0 : wanted(path + key);
    return isThere ? [[key, part]] : [];
  }));
}

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter((name) => /^[\w-]+\.ts$/.test(name)).toSorted();
}

async function textsFile(path: string): Promise<{ readonly language: LanguageHead | null; readonly texts: object }> {
  const module: unknown = await import(pathToFileURL(path).href);
  if (!isObject(module) || !('texts' in module) || !isObject(module.texts)) throw new Error(`${path} exports no texts`);
  return { language: 'language' in module && isHead(module.language) ? module.language : null, texts: module.texts };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
function isHead(value: unknown): value is LanguageHead {
  return isObject(value) && ['name', 'tag', 'locale', 'direction', 'words'].every((key) => key in value);
}

/** Paths of `whole` that are not in `some`; a count has the forms that its language has. */
function missingIn(some: object, whole: object, path = ''): string[] {
  const there = new Map<string, unknown>(Object.entries(some));
  return Object.entries(whole).flatMap(([key, value]: [string, unknown]) => {
    const own = there.get(key);
    if (isObject(value)) return missingIn(isObject(own) ? own : {}, value, `${path}${key}.`);
    const isForm = /_one$/.test(key);
    return typeof own === 'string' || isForm ? [] : [path + key];
  });
}
