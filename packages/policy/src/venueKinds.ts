import type { Words } from './words.ts';

interface VenueKindEntry {
  readonly name: Words;
  /** Minutes a visit is taken to last when no check-out was recorded. */
  readonly usualStayMinutes: number;
}

/**
 * The kinds of venue, with their names and the usual stay. The stay errs on the long side: a stay that is
 * too short hides a contact, one that is too long adds a contact whose score is low.
 */
export const venueKinds = {
  restaurant: { name: { zh: '餐饮场所', en: 'Restaurant or café' }, usualStayMinutes: 60 },
  shop: { name: { zh: '商店', en: 'Shop' }, usualStayMinutes: 30 },
  market: { name: { zh: '农贸市场', en: 'Market' }, usualStayMinutes: 45 },
  office: { name: { zh: '办公场所', en: 'Office' }, usualStayMinutes: 240 },
  school: { name: { zh: '学校', en: 'School or university' }, usualStayMinutes: 360 },
  hospital: { name: { zh: '医疗机构', en: 'Hospital or clinic' }, usualStayMinutes: 120 },
  'care-home': { name: { zh: '养老机构', en: 'Care home' }, usualStayMinutes: 120 },
  transport: { name: { zh: '公共交通', en: 'Public transport' }, usualStayMinutes: 30 },
  culture: { name: { zh: '文化娱乐场所', en: 'Culture and entertainment' }, usualStayMinutes: 120 },
  sport: { name: { zh: '体育健身场所', en: 'Sports venue' }, usualStayMinutes: 90 },
  hotel: { name: { zh: '宾馆酒店', en: 'Hotel' }, usualStayMinutes: 600 },
  worship: { name: { zh: '宗教活动场所', en: 'Place of worship' }, usualStayMinutes: 90 },
  government: { name: { zh: '政务服务场所', en: 'Public office' }, usualStayMinutes: 60 },
  other: { name: { zh: '其他场所', en: 'Other' }, usualStayMinutes: 60 },
} as const satisfies Record<string, VenueKindEntry>;

/** The kind of a registered venue. */
export type VenueKind = keyof typeof venueKinds;

/** Whether a string names a venue kind. */
export function isVenueKind(value: string): value is VenueKind {
  return Object.hasOwn(venueKinds, value);
}

/** Minutes that a visit without a recorded check-out is taken to last at a venue of this kind. */
export function usualStayMinutes(kind: VenueKind): number {
  return venueKinds[kind].usualStayMinutes;
}
