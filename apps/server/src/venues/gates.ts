/** Gates: scanning devices of a venue. A gate's key is known here, so its proofs are verified here. */
import { createHash } from 'node:crypto';
import { enrolGate, inviteGate, renewGateTicket, revokeGate, type GateId } from '@health-kit/api';
import { sealTicket } from '@health-kit/ticket';
import type { Capability, Core } from '../capability.ts';
import { isUniqueViolation } from '../database.ts';
import { randomIdentifier } from '../identifiers.ts';
import { ProblemError } from '../problems.ts';
import { endGate, endedGates, enrolGateByCode, gateOfKey, insertGate, venueOfHost, type EnrolledGate } from './venueRows.ts';

const invitationMs = 24 * 3_600_000;
/** A guard's shift does not end at midnight: the ticket lasts so many ms into the next day. */
const graceMs = 3_600_000;
/** When the last ticket of a gate that was ended is surely out of time, ms after its end: a day of 25 hours, and the grace. */
const ticketLifeMs = 26 * 3_600_000;

export const gates: Capability = (core) => {
  const { routes, database, clock, randomBytes, authorizer, revokedKeys, sweeps } = core;

  // Gates that were ended at another process, too.
  sweeps.add({
    name: 'ended-gates', everyMs: 10_000,
    async run() {
      for (const { key_thumbprint, revoked_at } of await endedGates(database, new Date(clock.now() - ticketLifeMs))) {
        revokedKeys.add(key_thumbprint, revoked_at.getTime() + ticketLifeMs);
      }
    },
  });

  routes.resident(inviteGate, async ({ params, body, caller }) => {
    const venue = await venueOfHost(database, caller.venue, params.venueId);
    if (venue === undefined) throw new ProblemError('not-found');
    const gateId = randomIdentifier<GateId>(randomBytes);
    const code = randomBytes(24).toString('base64url');
    const now = clock.now();
    const expiresAt = new Date(now + invitationMs);
    await insertGate(database, {
      gateId, venueId: venue.venue_id, name: body.name, codeDigest: digestOf(code), codeExpiresAt: expiresAt, createdAt: new Date(now),
    });
    return { gateId, code, expiresAt: expiresAt.toISOString() };
  });

  routes.resident(revokeGate, async ({ params, caller }) => {
    const venue = await venueOfHost(database, caller.venue, params.venueId);
    if (venue === undefined || !(await endGate(database, venue.venue_id, params.gateId, new Date(clock.now())))) throw new ProblemError('not-found');
    await sweeps.runNow('ended-gates');
  });

  routes.device(enrolGate, async ({ body, caller }) => {
    const thumbprint = await authorizer.proofKey(caller.request);
    let gateId;
    try {
      gateId = await enrolGateByCode(database, digestOf(body.code), thumbprint, new Date(clock.now()));
    } catch (error) {
      // One key is one gate: the device makes another key for another gate.
      if (isUniqueViolation(error)) throw new ProblemError('conflict');
      throw error;
    }
    if (gateId === undefined) throw new ProblemError('code-refused');
    return session(core, thumbprint);
  });

  routes.device(renewGateTicket, async ({ caller }) => session(core, await authorizer.proofKey(caller.request)));
};

async function session(core: Core, thumbprint: string) {
  const gate = await gateOfKey(core.database, thumbprint);
  // A key that is no gate's is as good as none.
  if (gate === undefined) throw new ProblemError('not-authorized');
  // Its key is proven: a refusal that passes would have it try, and its guard admit, for ever.
  if (gate.ended) throw new ProblemError('gate-ended');
  const { ticket, expiresAtMs } = await ticketOf(core, gate, thumbprint);
  return {
    gateId: gate.gate_id, gateName: gate.gate_name, venueId: gate.venue_id, venueName: gate.venue_name, venueKind: gate.venue_kind,
    ticket, expiresAt: new Date(expiresAtMs).toISOString(),
  };
}

async function ticketOf({ dayKeys, randomBytes }: Core, gate: EnrolledGate, thumbprint: string) {
  const today = await dayKeys.today();
  const expiresAtMs = today.endMs + graceMs;
  const ticket = sealTicket(
    { kind: 'gate', day: today.day, expiresAtMs, thumbprint, gateId: gate.gate_id, venueId: gate.venue_id }, today.ticketKey, randomBytes(12),
  );
  return { ticket, expiresAtMs };
}

function digestOf(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
