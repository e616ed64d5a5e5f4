/** The facts about people's health and the status that follows from them. */
export { health } from './routes.ts';
export { readOwnExposures, readOwnOrders } from './readOwnOrders.ts';
export { showEvidence } from './showEvidence.ts';
export { noteFactChanges } from './noteFactChanges.ts';
export { profileInForce } from './profileInForce.ts';
export { countOrders, countOrdersOf, recordExposures, recordOrders } from './recordOrders.ts';
export { factChangesSweep } from './tellVaultOfChanges.ts';
