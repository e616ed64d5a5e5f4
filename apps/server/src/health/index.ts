/** The facts about people's health and the status that follows from them. */
export { health } from './routes.ts';
export { noteFactChanges, type FactChange } from './noteFactChanges.ts';
export { profileInForce } from './profileInForce.ts';
export { countOrders, countOrdersOf, recordExposures, recordOrders, type NewExposure, type OrderTerms } from './recordOrders.ts';
export { factChangesSweep } from './tellVaultOfChanges.ts';
