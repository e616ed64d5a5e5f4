/** Venues of canaries alone, rows like any other's. Which they are follows from a key of the vault, and stands nowhere (docs/adr/0028). */
import type { VenueKind } from '@health-kit/api';
import { usualStayMinutes } from '@health-kit/policy';
import type { Queries } from '../database.ts';
import { personId } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { signVenueRow } from '../passes/signVenue.ts';
import { randomUuid, type Randomness } from '../randomness.ts';
import { nowOf, type Vault } from '../vault.ts';
import { decoyKey, keyedRandomness, number, pick } from './keyedRandomness.ts';

export interface DecoyVenue {
  readonly venueId: string;
  readonly usualStayMs: number;
  /** Where guards scan the visitors' passes; null where visitors scan the poster. */
  readonly gateId: string | null;
}

/** Canaries of one decoy venue, about as many as come to a small shop in a day; and venues that there are at least. */
const canariesPerVenue = 12;
const fewest = 3;

/** How many decoy venues so many canaries have. */
export function decoyVenuesFor(canaries: number): number {
  return canaries === 0 ? 0 : Math.max(fewest, Math.ceil(canaries / canariesPerVenue));
}

/** The decoy venues that stand, of those that so many canaries have. */
export async function readDecoyVenues(vault: Vault, queries: Queries, canaries: number): Promise<DecoyVenue[]> {
  const venues = Array.from({ length: decoyVenuesFor(canaries) }, (_, index) => describe(decoyKey(vault), index));
  const { rows } = await queries.query<{ venue_id: string }>('SELECT venue_id FROM venue.venue WHERE venue_id = ANY($1::uuid[])', [venues.map(({ venueId }) => venueId)]);
  const standing = new Set(rows.map(({ venue_id }) => venue_id));
  return venues.filter(({ venueId }) => standing.has(venueId));
}

/**
 * Opens one decoy venue where there are too few: the row first, then the code that is signed out of it, as a host's
 * request does it. One at a time and in transactions of their own: nothing beside them tells why they came.
 */
export async function tendDecoyVenues(vault: Vault, canaries: number): Promise<void> {
  const standing = new Set((await readDecoyVenues(vault, vault.database, canaries)).map(({ venueId }) => venueId));
  for (let index = 0; index < decoyVenuesFor(canaries); index += 1) {
    const venue = describe(decoyKey(vault), index);
    if (standing.has(venue.venueId)) continue;
    const now = nowOf(vault);
    await vault.database.query(
      `INSERT INTO venue.venue (venue_id, host, name, kind, address, latitude, longitude, usual_stay_minutes, created_at)
       VALUES ($1, $2, $3, $4, $5, NULL, NULL, $6, $7) ON CONFLICT DO NOTHING`,
      // The host is nobody, under the pseudonym that somebody would have.
      [venue.venueId, pseudonymOf(vault.keys.venue, personId(venue.host)), venue.name, venue.kind, venue.address, usualStayMinutes(venue.kind), now],
    );
    const venueCode = await signVenueRow(vault, venue.venueId);
    await vault.database.query('UPDATE venue.venue SET venue_code = $2 WHERE venue_id = $1', [venue.venueId, venueCode]);
    if (venue.gateId !== null) {
      await vault.database.query('INSERT INTO venue.gate (gate_id, venue_id, name, key_thumbprint, created_at, enrolled_at) VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING', [
        venue.gateId, venue.venueId, venue.gateName, venue.gateKey, now,
      ]);
    }
    return;
  }
}

/** The decoy venue of a number: always the same, to whoever has the key. */
function describe(key: Uint8Array, index: number) {
  const draw = keyedRandomness(key, `decoy venue|${index}`);
  const [venueId, host, gateId] = [randomUuid(draw), randomUuid(draw), randomUuid(draw)];
  const kind = pick(draw, kinds);
  return {
    venueId, host, kind, name: `${pick(draw, owners)}${pick(draw, nameOf[kind])}`, address: `${pick(draw, streets)} ${1 + Math.floor(number(draw) * 280)} 号`,
    usualStayMs: usualStayMinutes(kind) * 60_000,
    gateId: number(draw) < 0.5 ? gateId : null, gateName: pick(draw, ['正门', '东门', '大厅']), gateKey: thumbprintLike(draw),
  };
}

const kinds = ['restaurant', 'restaurant', 'shop', 'shop', 'shop', 'market'] as const satisfies readonly VenueKind[];
const nameOf = {
  restaurant: ['面馆', '家常菜', '小吃店', '饺子馆', '茶餐厅'], shop: ['便利店', '超市', '文具店', '水果店', '五金店'], market: ['菜市场', '农贸市场', '早市'],
} as const satisfies Partial<Record<VenueKind, readonly string[]>>;
const owners = ['老王', '李记', '张家', '好又来', '福临', '新华', '康乐', '永兴', '顺达', '和平', '利民', '春风'] as const;
const streets = ['中山路', '人民路', '解放路', '建设路', '和平街', '新华街', '文化路', '学府路', '东风路', '滨河路'] as const;

/** What the thumbprint of a key looks like (RFC 7638): 32 bytes as base64url, of no key that anybody has. */
function thumbprintLike(draw: Randomness): string {
  return sha256(draw(32)).toString('base64url');
}
