import { openConnection } from '@health-kit/client';
import { cityTrustStore } from '@health-kit/ui';

/** The city's keys, as this browser believes them. */
export const { refreshTrust, adoptTyped, useTrust } = cityTrustStore(() => openConnection(window.location.origin));
