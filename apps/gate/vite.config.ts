import { webApp } from '@health-kit/ui/build/webApp.ts';

export default webApp({ root: import.meta.dirname, base: '/gate/', offline: {} });
