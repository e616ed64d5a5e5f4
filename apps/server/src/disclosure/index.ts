/** Disclosures: two officers open particulars of people of a case, and only the vault and the asking browser see them. */
export { disclosure } from './routes.ts';
