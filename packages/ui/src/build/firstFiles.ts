import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vite';

const packages = resolve(import.meta.dirname, '..', '..', '..');
const modules = join(packages, '..', 'node_modules');

/** What an app needs before anybody goes to another page. */
export interface FirstFiles {
  /** Its own files and those of this system's packages, with their text. */
  readonly files: ReadonlyMap<string, string>;
  /** Packages of others that these import, as a whole. */
  readonly foreign: ReadonlySet<string>;
}

/** `import … from`, `export … from` and `import '…'`, but not what is imported for its types, nor `import()`. */
const importLine = /^(?:import|export) (?!type )(?:([^;'"]*?) from )?['"]([^'"]+)['"];?$/gm;
/** Packages whose first file only says where its names are, so that one name does not bring all the others along. */
const parted: ReadonlyMap<string, string> = new Map([
  ...['api', 'client', 'pass', 'policy', 'proof', 'tlog', 'ui'].map((name) => [`@health-kit/${name}`, join(packages, name, 'src', 'index.ts')] as const),
  ['jose', join(modules, 'jose', 'dist', 'webapi', 'index.js')] as const,
]);

/**
 * Follows the imports of an app's first file, name by name where a package is only a list of names.
 *
 * @param alsoSaid whether parts of the first page that are fetched behind it count, too
 */
export async function firstFiles(main: string, alsoSaid = false): Promise<FirstFiles> {
  const files = new Map<string, string>();
  const foreign = new Set<string>();
  const waiting = [main];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    const text = /\.(tsx?|js)$/.test(file) ? await readFile(file, 'utf8') : '';
    files.set(file, text);
    // A part of a page that is fetched behind it is said with it; a page is not.
    if (alsoSaid) for (const [, from = ''] of text.matchAll(/import\('(\.[^']+)'\)/g)) if (!from.endsWith('Page.tsx')) waiting.push(join(dirname(file), from));
    for (const [, names = '', from = ''] of text.matchAll(importLine)) {
      const list = parted.get(from);
      const [, name = '', inside] = /^@health-kit\/(\w+)\/(.+)$/.exec(from) ?? [];
      if (from.startsWith('.')) waiting.push(join(dirname(file), from));
      else if (list !== undefined) waiting.push(...await filesOfNames(list, namesIn(names)));
      else if (inside !== undefined) waiting.push(join(packages, name, 'src', inside));
      else await addForeign(foreign, from.split('/').slice(0, from.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return { files, foreign };
}

/** Adds a package and those that it needs itself. */
async function addForeign(foreign: Set<string>, name: string): Promise<void> {
  if (foreign.has(name)) return;
  foreign.add(name);
  const description: unknown = JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8'));
  const needs = typeof description === 'object' && description !== null && 'dependencies' in description ? description.dependencies : null;
  for (const need of Object.keys(typeof needs === 'object' && needs !== null ? needs : {})) await addForeign(foreign, need);
}

/** The names between the braces of an import or export, without types, as they are called where they come from. */
function namesIn(braces: string): readonly string[] {
  const [, inside = ''] = /\{([^}]*)\}/.exec(braces) ?? [];
  return inside.split(',').map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('type ')).map((name) => name.split(' as ')[0] ?? name);
}

/** Where a list of names (`export { a } from './a.ts'`, `export * from './b.ts'`) has these. */
async function filesOfNames(list: string, names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [, exported = '', from = ''] of (await readFile(list, 'utf8')).matchAll(importLine)) {
    const file = join(dirname(list), from);
    const [, whole] = /^\* as (\w+)$/.exec(exported) ?? [];
    const there = exported === '*' ? declaredIn(await readFile(file, 'utf8')) : whole === undefined ? namesIn(exported) : [whole];
    if (from.startsWith('.') && names.some((name) => there.includes(name))) found.push(file);
  }
  return found;
}

function declaredIn(text: string): readonly string[] {
  return [...text.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)].map(([, name = '']) => name);
}

/**
 * Names the file in which everything is built that comes first: on a slow network every request counts, and one file
 * compresses better than many. The plugin refuses a build in which that file waits for another one that waits for it:
 * an import was not seen here, and the app would not start.
 *
 * @param further packages that the build puts in the place of what is imported
 */
export function firstChunk(main: string, further: readonly string[] = []): { readonly plugin: Plugin; readonly name: (moduleId: string) => string | null } {
  let first: FirstFiles = { files: new Map(), foreign: new Set() };
  return {
    plugin: {
      name: 'first-files',
      buildStart: async () => { first = await firstFiles(main); },
      generateBundle(_options, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const app = chunks.find(({ name }) => name === 'app');
        const circular = chunks.filter(({ fileName, imports }) => app !== undefined && app.imports.includes(fileName) && imports.includes(app.fileName));
        if (circular.length > 0) throw new Error(`what comes first needs ${circular.flatMap(({ moduleIds }) => moduleIds).join(', ')}, which firstFiles.ts does not find`);
      },
    },
    name: (moduleId) => {
      const [, foreign] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(moduleId) ?? [];
      const isFirst = first.files.has(moduleId) || (foreign !== undefined && (first.foreign.has(foreign) || further.includes(foreign)));
      return (isFirst && moduleId !== main) || moduleId.endsWith('vite/preload-helper.js') ? 'app' : null;
    },
  };
}

/** Whether a message, by its dotted path, may be said before another page than the first is there. */
export type SaidAtFirst = (message: string) => boolean;

/** What may be the key of a message, or its beginning where the rest is put in. */
const keyLike = /(['`])([A-Za-z][\w-]*(?:\.[\w-]+)*\.?)(?:\1|\$\{)/g;

/** Gathers the keys of messages in what comes first. Too many do no harm; one that is put together in another way comes late. */
export async function saidAtFirst(main: string): Promise<SaidAtFirst> {
  const keys = new Set<string>();
  const beginnings = new Set<string>();
  for (const [file, text] of (await firstFiles(main, true)).files) {
    if (!file.startsWith(dirname(main))) continue;
    for (const [whole, , key = ''] of text.matchAll(keyLike)) (whole.endsWith('${') ? beginnings : keys).add(key);
  }
  return (message) => keys.has(message) || keys.has(message.replace(/_(zero|one|two|few|many|other)$/, '')) || [...beginnings].some((beginning) => message.startsWith(beginning));
}
