export { venues } from './routes.ts';
export { usualStayMsOf } from './usualStay.ts';
export { venueNames } from './venueNames.ts';
