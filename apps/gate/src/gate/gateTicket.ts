import { renewGateTicket } from '@health-kit/api';
import { call, type Outcome } from '@health-kit/client';
import { connect } from '../connection/serverContact.ts';
import { gateKeys, gateState, keepRecord, type GateSession } from './gateStore.ts';

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
  return !renew && kept !== null && now < Date.parse(kept.expiresAt) ? { ok: true, value: kept } : renewed;
}
