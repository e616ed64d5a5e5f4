export { residents } from './routes.ts';
