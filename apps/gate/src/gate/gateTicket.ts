import { renewGateTicket } from '@health-kit/api';
import { call, problemName, type Outcome } from '@health-kit/client';
import { connect } from '../connection/serverContact.ts';
import { gateKeys, gateState, keepRecord, publish, type GateSession } from './gateStore.ts';
import { dropScans } from './scanQueue.ts';

/** A ticket lasts an hour into the next day; within that hour the next day's is asked for, and the old one still serves, ms. */
const graceMs = 3_600_000;

/** The gate's session with a ticket that serves now: the kept one while its day lasts, else a new one. */
export async function ensureGateTicket(renew = false): Promise<Outcome<GateSession>> {
  const kept = gateState().session;
  const now = Date.now();
  if (!renew && kept !== null && now < Date.parse(kept.expiresAt) - graceMs) return { ok: true, value: kept };
  const key = await gateKeys().getKey('gate');
  const renewed = await call(connect({ key }), renewGateTicket, { body: {} }, { attempts: 2 });
  if (renewed.ok) {
    await keepRecord('session', renewed.value);
    return renewed;
  }
  if (renewed.reason === 'refused' && problemName(renewed.problem) === 'gate-ended') {
    await endGate();
    return renewed;
  }
  return !renew && kept !== null && now < Date.parse(kept.expiresAt) ? { ok: true, value: kept } : renewed;
}

/**
 * The host ended this gate, or the venue is no more: only the service's word for the gate's own proven key says so, never a
 * refusal that a wrong clock or a changed key can bring. Nothing of this gate is taken any more, so what waits leaves the device.
 */
export async function endGate(): Promise<void> {
  const before = gateState().ended;
  await keepRecord('ended', { heardAtMs: before?.heardAtMs ?? Date.now(), dropped: before?.dropped ?? 0 });
  const dropped = (before?.dropped ?? 0) + (await dropScans());
  await keepRecord('ended', { heardAtMs: gateState().ended?.heardAtMs ?? Date.now(), dropped });
  publish({ waiting: 0 });
}
