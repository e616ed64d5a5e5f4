export { system } from './routes.ts';
export { makeTrust, type PublicKeys, type Trust } from './trust.ts';
