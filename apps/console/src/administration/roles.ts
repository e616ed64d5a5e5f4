import type { StaffRole } from '@health-kit/api';

/** Most roles of one officer (packages/api, inviteStaff). */
const mostRoles = 3;

/** What is wrong with a set of roles: who proposes orders does not also decide them, who invites does neither, and who watches does nothing else. Null when nothing is. */
export function rolesFault(roles: readonly StaffRole[]): 'none' | 'many' | 'both' | 'inviter' | 'watcher' | null {
  if (roles.length === 0) return 'none';
  if (roles.includes('tracer') && roles.includes('medical-officer')) return 'both';
  if (roles.includes('administrator') && (roles.includes('tracer') || roles.includes('medical-officer'))) return 'inviter';
  if (roles.includes('privacy-officer') && roles.length > 1) return 'watcher';
  return roles.length > mostRoles ? 'many' : null;
}
