/** Orders by two officers. */
export { orders } from './routes.ts';
