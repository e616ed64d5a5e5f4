export { visits } from './routes.ts';
