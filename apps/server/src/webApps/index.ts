export { serveWebApps } from './serveWebApps.ts';
