import { keyKinds, rotatedKinds, type KeyEntry, type KeyKind, type KeyRotation } from '@health-kit/api';

const dayMs = 86_400_000;
/** Days before the end of an issuer's key from which the page warns. */
const warnDays = 60;

/** Kinds of which everybody outside relies on the public half until a day that was published. */
const issuerKinds: readonly KeyKind[] = ['pass', 'venue', 'status-list'];
/** Sectors of pseudonyms, each with a key of its own. */
const sectorNames = ['health', 'trace', 'notify', 'venue', 'visit', 'shredded'] as const;
type SectorName = (typeof sectorNames)[number];

/** What is told of an issuer's key that ends soon. */
export interface Ending {
  readonly key: KeyEntry;
  /** Whole days left, 0 on the last; negative once it is over. */
  readonly daysLeft: number;
}

/**
 * Issuer keys in use that end within {@link warnDays} days and have no successor that lasts longer.
 *
 * @param now epoch ms
 */
export function endingKeys(keys: readonly KeyEntry[], now: number): readonly Ending[] {
  return keys.flatMap((key) => {
    if (key.until === null || key.state !== 'current' || !issuerKinds.includes(key.kind)) return [];
    const until = Date.parse(key.until);
    const daysLeft = Math.floor((until - now) / dayMs);
    const isFollowed = keys.some((other) => other.kind === key.kind && (other.state === 'next' || other.state === 'current') && (other.until === null || Date.parse(other.until) > until));
    return daysLeft >= warnDays || isFollowed ? [] : [{ key, daysLeft }];
  });
}

/** In the order of the kinds, within a kind by name, the newest version first. */
export function inOrder(keys: readonly KeyEntry[]): readonly KeyEntry[] {
  const stem = ({ name }: KeyEntry) => name.replace(/\/\d+$/, '');
  return keys.toSorted((a, b) => keyKinds.indexOf(a.kind) - keyKinds.indexOf(b.kind) || stem(a).localeCompare(stem(b)) || b.version - a.version);
}

/** Which sector's pseudonyms a key makes; null for other keys, and for a sector that this page does not know. */
export function sectorOf({ kind, name }: Pick<KeyEntry, 'kind' | 'name'>): SectorName | null {
  return kind !== 'sector' ? null : sectorNames.find((sector) => name.split('/')[1] === sector) ?? null;
}

/** The rotation of that kind which is under way, if any. */
export function runningRotation(rotations: readonly KeyRotation[], kind: KeyKind): KeyRotation | null {
  return rotations.find((rotation) => rotation.kind === kind && rotation.finishedAt === null) ?? null;
}

/** Whole percents done; null where nothing has to be made anew, so that there is no share to tell. */
export function percentDone({ done, total }: KeyRotation): number | null {
  return total <= 0 ? null : Math.min(100, Math.floor((done / total) * 100));
}

/** The operator's command; null for kinds that renew themselves, or that no command replaces (docs/adr/0013). */
export function rotateCommand(kind: KeyKind): string | null {
  return rotatedKinds.some((each) => each === kind) ? `npm run healthkit -- keys rotate ${kind}` : null;
}

/** Why no command replaces a kind of key, for which there is a text each; null for kinds that are replaced. */
export function reasonAgainst(kind: KeyKind): 'day' | 'sector' | 'pass-id-root' | 'ledger' | 'trust-root' | 'other' | null {
  if (rotateCommand(kind) !== null) return null;
  return (['day', 'sector', 'pass-id-root', 'ledger', 'trust-root'] as const).find((each) => each === kind) ?? 'other';
}
