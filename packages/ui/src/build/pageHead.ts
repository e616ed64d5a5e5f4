import type { Plugin } from 'vite';

const metas: readonly Readonly<Record<string, string>>[] = [
  { charset: 'utf-8' },
  { name: 'viewport', content: 'width=device-width, initial-scale=1, viewport-fit=cover' },
  { name: 'robots', content: 'noindex' },
  { name: 'referrer', content: 'no-referrer' },
  // The cards' colours of tokens.css, for what the browser draws around the page.
  { name: 'theme-color', media: '(prefers-color-scheme: light)', content: '#ffffff' },
  { name: 'theme-color', media: '(prefers-color-scheme: dark)', content: '#172127' },
];

/** What stands in the head of every app's page, and what it says where scripts do not run. */
export function pageHead(): Plugin {
  return {
    name: 'page-head',
    transformIndexHtml: () => [
      ...metas.map((attrs) => ({ tag: 'meta', attrs, injectTo: 'head-prepend' as const })),
      { tag: 'noscript', children: '本应用需要 JavaScript。This app needs JavaScript.', injectTo: 'body' as const },
    ],
  };
}
