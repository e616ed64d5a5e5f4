/**
 * Serves the app's own files without a network: everything that was built is
 * fetched at installation and served from there. Answers of the API are never
 * kept, nor is anything of the other apps on this origin.
 */
declare const self: ServiceWorkerGlobalScope;
/** Paths of the files that were built; the build puts the list here. */
declare const SHELL_FILES: readonly string[];
/** Changes with every change of any of them. */
declare const SHELL_VERSION: string;

const cachePrefix = 'health-kit-gate-';
const cacheName = cachePrefix + SHELL_VERSION;
const shellFiles: ReadonlySet<string> = new Set(SHELL_FILES);
const page = '/gate/';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName)
    .then((cache) => cache.addAll(SHELL_FILES.map((file) => new Request(file, { cache: 'reload' }))))
    .then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith(cachePrefix) && name !== cacheName).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && url.pathname.startsWith(page)) event.respondWith(fromShell(page, request));
  else if (shellFiles.has(url.pathname)) event.respondWith(fromShell(url.pathname, request));
});

async function fromShell(path: string, request: Request): Promise<Response> {
  return (await caches.match(path, { cacheName })) ?? fetch(request);
}

export {};
