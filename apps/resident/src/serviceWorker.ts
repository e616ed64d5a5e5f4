import { serveShell } from '@health-kit/ui/serveShell.ts';
import { fetchTomorrowInBackground } from './pass/tomorrowInBackground.ts';
import { tomorrowTag } from './pass/tomorrowTag.ts';

declare const self: ServiceWorkerGlobalScope;
/** First segments of the app's own paths; the build puts them here, for the worker must be one file. */
declare const SHELL_SEGMENTS: readonly string[];

const ownSegments: ReadonlySet<string> = new Set(SHELL_SEGMENTS);
serveShell({ app: 'resident', page: '/', isOwn: (path) => ownSegments.has(path.split('/')[1] ?? '') });

self.addEventListener('periodicsync', (event) => {
  // What fails is tried again when the browser next wakes the worker, or when somebody opens the app.
  if (event.tag === tomorrowTag) event.waitUntil(fetchTomorrowInBackground(self.location.origin, Date.now(), Math.random()));
});
