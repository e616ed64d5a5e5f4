export { venues } from './routes.ts';
export { usualStayMsOf } from './usualStay.ts';
