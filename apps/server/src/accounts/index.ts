export { accounts } from './routes.ts';
