/** What a service worker needs to ask for something in the resident's name: few enough to be one small file. */
export { makeProof } from '@health-kit/proof/makeProof.ts';
export { openKeyStore } from './keyStore.ts';
export { residentDatabase, residentKeyName } from './residentNames.ts';
