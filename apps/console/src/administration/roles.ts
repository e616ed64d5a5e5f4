import type { StaffRole } from '@health-kit/api';

/** Most roles of one officer (packages/api, inviteStaff). */
const mostRoles = 3;

/** What is wrong with a set of roles: who proposes orders does not also decide them. Null when nothing is. */
export function rolesFault(roles: readonly StaffRole[]): 'none' | 'many' | 'both' | null {
  if (roles.length === 0) return 'none';
  if (roles.includes('tracer') && roles.includes('medical-officer')) return 'both';
  return roles.length > mostRoles ? 'many' : null;
}
