/** Appeals against a status: the vault keeps and decides them, this side shows the evidence and tells of the answer. */
export { appeals } from './routes.ts';
