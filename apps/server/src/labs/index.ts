/** Institutions, specimens and results. */
export { labs } from './routes.ts';
