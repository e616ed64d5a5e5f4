import { serveShell } from '@health-kit/ui/serveShell.ts';

/** First segments of the app's own paths; the build puts them here, for the worker must be one file. */
declare const SHELL_SEGMENTS: readonly string[];

const ownSegments: ReadonlySet<string> = new Set(SHELL_SEGMENTS);
serveShell({ app: 'resident', page: '/', isOwn: (path) => ownSegments.has(path.split('/')[1] ?? '') });
