import type { Case } from '@health-kit/api';
import type { BadgeLook } from '../lists/Badge.tsx';

/** How the state of a case is marked. */
export const caseLooks: Readonly<Record<Case['state'], BadgeLook>> = { new: 'warning', open: 'action', closed: 'plain' };
