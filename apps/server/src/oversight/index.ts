export { oversight } from './routes.ts';
export { watchRefusedSources } from './refusedSources.ts';
