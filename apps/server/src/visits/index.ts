export { visits } from './routes.ts';
export { readOwnVisits } from './ownVisits.ts';
