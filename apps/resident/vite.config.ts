import { webApp } from '@health-kit/ui/build/webApp.ts';
import { firstSegments } from './src/routes.ts';

export default webApp({ root: import.meta.dirname, base: '/', drawnBy: 'preact', offline: { SHELL_SEGMENTS: firstSegments } });
