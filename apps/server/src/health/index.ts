/** The facts about people's health and the status that follows from them. */
export { noteFactChanges, type FactChange } from './noteFactChanges.ts';
export { profileInForce } from './profileInForce.ts';
export { tellVaultOfChanges } from './tellVaultOfChanges.ts';
