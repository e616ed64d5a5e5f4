import { serveShell } from '@health-kit/ui/serveShell.ts';

serveShell({ app: 'gate', page: '/gate/', isOwn: (path) => path.startsWith('/gate/') });
