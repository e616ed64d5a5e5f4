import { gateCheckIn } from '@health-kit/api';
import { call, problemName } from '@health-kit/client';
import { connect } from '../connection/serverContact.ts';
import { gateKeys, gateState, keepRecord, publish } from './gateStore.ts';
import { endGate, ensureGateTicket } from './gateTicket.ts';
import { countWaiting, oldestScans, removeScans, type QueuedScan } from './scanQueue.ts';

/** As many visits as one request takes. */
const batchSize = 100;

/**
 * Delivers what waits, oldest first, until nothing does or the service cannot be reached. A visit keeps its id and
 * leaves the queue only when the service answered for it, so it is counted exactly once however often it is sent.
 * Returns whether nothing is left to deliver: also where the gate was ended.
 */
export async function deliverScans(): Promise<boolean> {
  if (gateState().ended !== null) {
    await endGate();
    return true;
  }
  if ((await countWaiting()) === 0) return true;
  let delivered = false;
  await exclusively('health-kit.gate-delivery', async () => {
    delivered = await deliverAll();
  });
  return delivered;
}

async function deliverAll(): Promise<boolean> {
  for (;;) {
    const scans = await oldestScans(batchSize);
    publish({ waiting: await countWaiting() });
    if (scans.length === 0) return true;
    if (!navigator.onLine) return false;
    if (!(await deliverBatch(scans))) return gateState().ended !== null;
  }
}

/** Sends some visits; false when they have to wait. */
async function deliverBatch(scans: readonly QueuedScan[]): Promise<boolean> {
  const session = await ensureGateTicket();
  const key = await gateKeys().getKey('gate');
  if (!session.ok || key === null) return false;
  const answer = await call(connect({ key, ticket: session.value.ticket }), gateCheckIn, { body: { scans: [...scans] } }, { attempts: 3 });
  if (answer.ok) {
    const outcomes = new Map(answer.value.scans.map(({ visitId, outcome }) => [visitId, outcome]));
    const answered = scans.filter(({ visitId }) => outcomes.has(visitId));
    await settle(answered, answered.filter(({ visitId }) => outcomes.get(visitId) === 'refused').length);
    return answered.length > 0;
  }
  if (answer.reason !== 'refused') return false;
  const problem = problemName(answer.problem);
  if (problem === 'not-authorized' || problem === 'not-found') {
    // A ticket of keys that were changed since: the next round takes a new one. Or the gate was ended: asking for one tells.
    await ensureGateTicket(true);
    return false;
  }
  if (problem !== 'invalid-request' && problem !== 'too-large') return false;
  // Something in the batch will never be taken; alone, it is told from the others.
  const [first] = scans;
  if (scans.length === 1 || first === undefined) {
    await settle(scans, scans.length);
    return true;
  }
  const half = Math.ceil(scans.length / 2);
  return (await deliverBatch(scans.slice(0, half))) && (await deliverBatch(scans.slice(half)));
}

async function settle(scans: readonly QueuedScan[], refused: number): Promise<void> {
  await removeScans(scans);
  if (refused > 0) await keepRecord('notTaken', (gateState().notTaken ?? 0) + refused);
  publish({ waiting: await countWaiting() });
}

/** Runs `work` while no other tab runs work of the same name. */
async function exclusively(name: string, work: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) await navigator.locks.request(name, work);
  else await work();
}
