declare const self: ServiceWorkerGlobalScope;
/** Paths of the files that were built; the build puts the list here. */
declare const SHELL_FILES: readonly string[];
/** Changes with every change of any of them. */
declare const SHELL_VERSION: string;

export interface Shell {
  /** Which app's: no two on one origin share one. */
  readonly app: string;
  /** The address of its page, which is one for all its paths. */
  readonly page: string;
  /** Whether a path is the app's own: other apps live on the same origin. */
  readonly isOwn: (path: string) => boolean;
}

/** What a build named after its content; it never changes, so what the page has just fetched is not fetched again. */
const namedByContent = /\/assets\//;

/**
 * The service worker of an app: serves the app's own files without a network. Everything that was built is
 * fetched at installation, behind what the page itself asks for, and served from there. Answers of the API are never
 * kept, nor is anything of the other apps on this origin.
 *
 * A page that is open when a newer version comes still asks for the files of its own: they stay until the version after.
 */
export function serveShell({ app, page, isOwn }: Shell): void {
  const cachePrefix = `health-kit-${app}-`;
  const cacheName = cachePrefix + SHELL_VERSION;
  const shellFiles: ReadonlySet<string> = new Set(SHELL_FILES);
  const ownCaches = async () => (await caches.keys()).filter((name) => name.startsWith(cachePrefix));
  const fromShell = async (path: string, request: Request) => (await caches.match(path, { cacheName })) ?? fetch(request);
  const fromBefore = async (path: string, request: Request) => {
    for (const name of await ownCaches()) {
      const kept = await caches.match(path, { cacheName: name });
      if (kept !== undefined) return kept;
    }
    return fetch(request);
  };

  self.addEventListener('install', (event) => {
    event.waitUntil(caches.open(cacheName)
      .then((cache) => cache.addAll([...shellFiles].map((file) => new Request(file, { cache: namedByContent.test(file) ? 'default' : 'reload', priority: 'low' }))))
      .then(() => self.skipWaiting()));
  });

  self.addEventListener('activate', (event) => {
    event.waitUntil(ownCaches()
      // In the order in which they were made: the last of the others is the version before.
      .then((names) => Promise.all(names.filter((name) => name !== cacheName).slice(0, -1).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()));
  });

  self.addEventListener('fetch', (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== 'GET' || url.origin !== self.location.origin) return;
    if (request.mode === 'navigate' && isOwn(url.pathname)) event.respondWith(fromShell(page, request));
    else if (shellFiles.has(url.pathname)) event.respondWith(fromShell(url.pathname, request));
    else if (url.pathname.startsWith(`${page}assets/`)) event.respondWith(fromBefore(url.pathname, request));
  });
}
