import { staffRoles, type StaffRole } from '@health-kit/api';

export interface Section {
  readonly id: 'desk' | 'sampling' | 'laboratory' | 'system' | 'cases' | 'orders' | 'appeals' | 'disclosures' | 'counts' | 'staff' | 'invitations' | 'institutions' | 'passkeys' | 'keys' | 'sunset' | 'privacy';
  readonly path: string;
  /** One of these roles is needed. */
  readonly roles: readonly StaffRole[];
}

/** What the console offers, in the order of the navigation; each officer sees what their roles may do. */
export const sections: readonly Section[] = [
  { id: 'desk', path: '/desk', roles: ['registrar'] },
  { id: 'sampling', path: '/sampling', roles: ['sampler'] },
  { id: 'laboratory', path: '/laboratory', roles: ['laboratory'] },
  { id: 'system', path: '/system', roles: ['laboratory'] },
  { id: 'cases', path: '/cases', roles: ['tracer', 'medical-officer'] },
  { id: 'orders', path: '/orders', roles: ['tracer', 'medical-officer'] },
  { id: 'appeals', path: '/appeals', roles: ['medical-officer'] },
  { id: 'disclosures', path: '/disclosures', roles: ['tracer', 'medical-officer', 'privacy-officer'] },
  { id: 'counts', path: '/counts', roles: ['tracer', 'medical-officer', 'privacy-officer'] },
  { id: 'privacy', path: '/privacy', roles: ['privacy-officer'] },
  { id: 'staff', path: '/staff', roles: ['administrator'] },
  { id: 'invitations', path: '/invitations', roles: ['administrator', 'privacy-officer'] },
  { id: 'institutions', path: '/institutions', roles: ['administrator'] },
  { id: 'keys', path: '/keys', roles: ['administrator'] },
  { id: 'passkeys', path: '/passkeys', roles: staffRoles },
  { id: 'sunset', path: '/sunset', roles: ['administrator', 'privacy-officer'] },
];

export function sectionsOf(roles: readonly StaffRole[]): readonly Section[] {
  return sections.filter((section) => section.roles.some((role) => roles.includes(role)));
}
