import { openConnection } from '@health-kit/client';
import { cityTrustStore } from '@health-kit/ui';
import { keep } from './deviceState.ts';

/** The city's keys, kept on this device for when there is no network. */
export const { refreshTrust, adoptTyped, useTrust } = cityTrustStore(() => openConnection(window.location.origin), (trust) => keep({ trust }));
