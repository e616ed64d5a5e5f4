export { staff } from './routes.ts';
