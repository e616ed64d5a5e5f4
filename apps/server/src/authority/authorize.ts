/**
 * The one place where authority is enforced. Each function is a checklist, top to bottom; whatever fails is
 * the same refusal, `not-authorized`, so that nothing is learned from which check it was. Only what a proven
 * caller may do is said in other words: `not-permitted` for a role, `identity-not-proven` for a state.
 */
import type {
  GateId, HealthPseudonym, InstitutionId, NotifyPseudonym, OfficerId, StaffRole, VenueId, VenuePseudonym, VisitPseudonym,
} from '@health-kit/api';
import { staffRoles } from '@health-kit/api';
import type { Clock } from '@health-kit/api/process-settings';
import type { CallerRequest } from '@health-kit/api/vault';
import { verifyProof, type VerifiedProof } from '@health-kit/proof';
import { openTicket, type Ticket } from '@health-kit/ticket';
import { isIdentifier } from '../identifiers.ts';
import { ProblemError } from '../problems.ts';
import type { DeviceCaller, GateCaller, InstitutionCaller, ResidentCaller, StaffCaller, TicketCaller } from './callers.ts';
import type { DayKeys } from './dayKeys.ts';
import type { ReplayGuard } from './replayGuard.ts';
import type { RevokedKeys } from './revokedKeys.ts';

/** A request as authority sees it: before its body is parsed. */
export interface RawRequest {
  readonly method: string;
  /** Path without query, as it was sent. */
  readonly path: string;
  readonly body: Buffer;
  readonly authorization: string | undefined;
  readonly proof: string | undefined;
}

export interface Authorizer {
  /** Somebody who holds the key of a proof over this very request; whose key it is, the vault says. */
  device(request: RawRequest): Promise<DeviceCaller>;
  /** Synchronous for a ticket whose day key is in memory: the check-in path. */
  ticket(request: RawRequest): TicketCaller | Promise<TicketCaller>;
  resident(request: RawRequest, mustBeProven: boolean): Promise<ResidentCaller>;
  gate(request: RawRequest): Promise<GateCaller>;
  staff(request: RawRequest, roles: readonly StaffRole[]): Promise<StaffCaller>;
  institution(request: RawRequest): Promise<InstitutionCaller>;
  /** Verifies a proof whose key this server itself knows (a gate's) and returns the key's RFC 7638 thumbprint. */
  proofKey(request: CallerRequest): Promise<string>;
}

export function makeAuthorizer(options: {
  readonly dayKeys: DayKeys; readonly clock: Clock; readonly origin: string; readonly replayGuard: ReplayGuard; readonly revokedKeys: RevokedKeys;
}): Authorizer {
  const { dayKeys, clock, origin, replayGuard, revokedKeys } = options;
  const keyInMemory = (day: string) => dayKeys.peek(day)?.ticketKey;

  async function open(text: string): Promise<Ticket> {
    let missingDay: string | undefined;
    let opened = openTicket(text, (day) => {
      missingDay = day;
      return keyInMemory(day);
    });
    if (!opened.ok && opened.reason === 'unknown-day' && missingDay !== undefined && (await dayKeys.find(missingDay)) !== undefined) {
      opened = openTicket(text, keyInMemory);
    }
    if (!opened.ok) throw refusal();
    return opened.ticket;
  }

  async function verified(request: RawRequest, ticket: string | null, nowMs: number): Promise<VerifiedProof> {
    if (request.proof === undefined) throw refusal();
    const result = await verifyProof(request.proof, { method: request.method, url: origin + request.path, body: request.body, ticket, nowMs });
    if (!result.ok) throw refusal();
    return result;
  }

  async function verifiedKey(request: RawRequest, ticket: string | null): Promise<string> {
    const nowMs = clock.now();
    const { thumbprint, proofId } = await verified(request, ticket, nowMs);
    if (!replayGuard.admit(thumbprint, proofId, nowMs)) throw refusal();
    return thumbprint;
  }

  /** The proof is by the key that the ticket is bound to, and nobody revoked that key since. */
  async function requireKeyOf(ticket: { readonly thumbprint: string }, request: RawRequest, text: string): Promise<void> {
    if ((await verifiedKey(request, text)) !== ticket.thumbprint) throw refusal();
    if (await revokedKeys.has(ticket.thumbprint)) throw refusal();
  }

  function callerRequest(request: RawRequest, ticket: string | null): CallerRequest {
    if (request.proof === undefined || request.proof.length > 2048 || request.path.length > 300) throw refusal();
    return { proof: request.proof, method: request.method, path: request.path, body: request.body.toString('utf8'), ticket };
  }

  function ticketCaller(ticket: Ticket): TicketCaller {
    const day = dayKeys.peek(ticket.day)?.day;
    if (ticket.kind !== 'resident' || day === undefined) throw refusal();
    return { kind: 'ticket', day, dayStartMs: ticket.dayStartMs, dayEndMs: ticket.dayEndMs, visit: identifier<VisitPseudonym>(ticket.visit) };
  }

  return {
    // The vault checks the proof again and remembers it; here it comes first, so that nobody without a key has a body parsed.
    async device(request) {
      await verified(request, null, clock.now());
      return { kind: 'device', request: callerRequest(request, null) };
    },

    ticket(request) {
      const text = credential(request, 'Bearer');
      const opened = openTicket(text, keyInMemory);
      if (opened.ok) return ticketCaller(opened.ticket);
      return open(text).then(ticketCaller);
    },

    async resident(request, mustBeProven) {
      const text = credential(request, 'DPoP');
      const ticket = await open(text);
      if (ticket.kind !== 'resident') throw refusal();
      const nowMs = clock.now();
      if (nowMs < ticket.dayStartMs || nowMs >= ticket.dayEndMs) throw refusal();
      await requireKeyOf(ticket, request, text);
      if (mustBeProven && !ticket.identityProven) throw new ProblemError('identity-not-proven');
      return {
        kind: 'resident', identityProven: ticket.identityProven,
        health: identifier<HealthPseudonym>(ticket.health), notify: identifier<NotifyPseudonym>(ticket.notify),
        venue: identifier<VenuePseudonym>(ticket.venue), request: callerRequest(request, text),
      };
    },

    async gate(request) {
      const text = credential(request, 'DPoP');
      const ticket = await open(text);
      if (ticket.kind !== 'gate' || clock.now() >= ticket.expiresAtMs) throw refusal();
      await requireKeyOf(ticket, request, text);
      return { kind: 'gate', gateId: identifier<GateId>(ticket.gateId), venueId: identifier<VenueId>(ticket.venueId) };
    },

    async staff(request, roles) {
      const text = credential(request, 'DPoP');
      const ticket = await open(text);
      if (ticket.kind !== 'staff' || clock.now() >= ticket.expiresAtMs) throw refusal();
      await requireKeyOf(ticket, request, text);
      const held = staffRoles.filter((role) => ticket.roles.includes(role));
      if (!held.some((role) => roles.includes(role))) throw new ProblemError('not-permitted');
      return {
        kind: 'staff', officerId: identifier<OfficerId>(ticket.officerId), name: ticket.name, roles: held, office: ticket.office, unit: ticket.unit,
        institutionId: ticket.institutionId === null ? null : identifier<InstitutionId>(ticket.institutionId),
        request: callerRequest(request, text),
      };
    },

    async institution(request) {
      const ticket = await open(credential(request, 'Bearer'));
      if (ticket.kind !== 'institution' || clock.now() >= ticket.expiresAtMs) throw refusal();
      return { kind: 'institution', institutionId: identifier<InstitutionId>(ticket.institutionId), kid: ticket.kid, scope: ticket.scope };
    },

    proofKey: (request) => verifiedKey(
      { method: request.method, path: request.path, body: Buffer.from(request.body, 'utf8'), authorization: undefined, proof: request.proof }, request.ticket,
    ),
  };
}

function refusal(): ProblemError {
  return new ProblemError('not-authorized');
}

/** The credential of the Authorization header; scheme names are case-insensitive (RFC 9110, 11.1). */
function credential(request: RawRequest, scheme: 'Bearer' | 'DPoP'): string {
  const header = request.authorization;
  if (header === undefined || header.length > 2100 || header[scheme.length] !== ' ') throw refusal();
  if (header.slice(0, scheme.length).toLowerCase() !== scheme.toLowerCase()) throw refusal();
  return header.slice(scheme.length + 1);
}

/** An identifier out of an authentic ticket, in the brand of its sector. */
function identifier<Id extends string>(text: string): Id {
  if (!isIdentifier<Id>(text)) throw refusal();
  return text;
}
