/** Institutions, specimens and results. */
export { labs } from './routes.ts';
export { readOwnResults } from './listOwnResults.ts';
