/** The app's addresses. The service worker answers for these alone: other apps live on the same origin. */
export const routes = {
  start: '/',
  register: '/register',
  code: '/register/code',
  portrait: '/portrait',
  pass: '/pass',
  scan: '/scan',
  venue: '/v',
  visit: '/visit/:visitId',
  records: '/records',
  results: '/records/results',
  notices: '/records/notices',
  orders: '/records/orders',
  access: '/records/access',
  visits: '/records/visits',
  appeals: '/records/appeals',
  newAppeal: '/records/appeals/new',
  devices: '/records/devices',
  recover: '/records/recover',
  dependants: '/records/dependants',
  lookAfter: '/records/dependants/new',
  lookAfterByPhone: '/records/dependants/new/phone',
  dependant: '/records/dependants/:linkId',
  guardians: '/records/guardians',
  settings: '/settings',
  export: '/settings/export',
  erase: '/settings/erase',
  erased: '/erased',
  identity: '/identity',
  identityReturn: '/identity/return',
  about: '/about',
  rules: '/about/rules',
} as const;

/** The address of a visit's receipt. */
export function visitRoute(visitId: string): string {
  return routes.visit.replace(':visitId', visitId);
}

/** The address of the pass of somebody who is looked after. */
export function dependantRoute(linkId: string): string {
  return routes.dependant.replace(':linkId', linkId);
}

/** First segments of the app's paths, by which the service worker knows them. */
export const firstSegments: readonly string[] = [...new Set(Object.values(routes).map((route) => route.split('/')[1] ?? ''))];
