import { getPoster, listMyVenues, registerVenue, type VenueId } from '@health-kit/api';
import { usualStayMinutes } from '@health-kit/policy';
import type { Capability } from '../capability.ts';
import { randomIdentifier } from '../identifiers.ts';
import { ProblemError } from '../problems.ts';
import { gates } from './gates.ts';
import { drawPoster } from './poster.ts';
import { ensureVenueCode } from './venueCode.ts';
import { gatesOfVenues, insertVenue, venueOfHost, venueOnWire, venuesOfHost } from './venueRows.ts';

export const venues: Capability = (core) => {
  const { routes, database, clock, randomBytes, settings, trust } = core;

  routes.resident(registerVenue, async ({ body, caller }) => {
    const venueId = randomIdentifier<VenueId>(randomBytes);
    const createdAt = new Date(clock.now());
    await insertVenue(database, { ...body, venueId, host: caller.venue, usualStayMinutes: usualStayMinutes(body.kind), createdAt });
    const venueCode = await ensureVenueCode(core, { venue_id: venueId, venue_code: null });
    return { ...body, venueId, venueCode, createdAt: createdAt.toISOString(), gates: [] };
  });

  routes.resident(listMyVenues, async ({ caller }) => {
    const rows = await venuesOfHost(database, caller.venue);
    const ownGates = await gatesOfVenues(database, rows.map(({ venue_id }) => venue_id));
    return { venues: await Promise.all(rows.map(async (row) => venueOnWire(row, await ensureVenueCode(core, row), ownGates))) };
  });

  routes.resident(getPoster, async ({ params, caller, setHeader }) => {
    const row = await venueOfHost(database, caller.venue, params.venueId);
    if (row === undefined) throw new ProblemError('not-found');
    const venueCode = await ensureVenueCode(core, row);
    const { city } = await trust.publicKeys();
    setHeader('content-disposition', `attachment; filename="poster-${row.venue_id}.pdf"`);
    return drawPoster({ link: `${settings.origin}/v#${venueCode}`, venueName: row.name, city, createdAt: row.created_at });
  });

  gates(core);
};
