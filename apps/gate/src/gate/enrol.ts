import { enrolGate, renewGateTicket } from '@health-kit/api';
import { call, makeKey, problemName, type CodeWithRoot, type Outcome, type Untrusted } from '@health-kit/client';
import { connect } from '../connection/serverContact.ts';
import { refreshTrust } from '../scan/trust.ts';
import { becomeGate, gateKeys, type GateSession } from './gateStore.ts';

/**
 * Becomes a gate of the system whose trust root came with the one-time code, under a new key that cannot leave this browser. The key is kept before
 * the request goes out: if the answer is lost after the service took the code, the same key is asked for its
 * gate, and nobody needs a second code.
 */
export async function enrol({ code, root }: CodeWithRoot): Promise<Outcome<GateSession> | Untrusted> {
  // First, and before the code is spent: a service with keys of another root gets no gate.
  const trust = await refreshTrust(root);
  if (!trust.ok) return trust;
  const keys = gateKeys();
  const pending = await keys.getKey('enrolling');
  const key = pending ?? (await keys.keepKey('enrolling', await makeKey()));
  let outcome: Outcome<GateSession> = await call(connect({ key }), enrolGate, { body: { code } });
  if (!outcome.ok && outcome.reason === 'refused' && pending !== null) {
    const problem = problemName(outcome.problem);
    if (problem === 'code-refused') {
      const earlier = await call(connect({ key }), renewGateTicket, { body: {} });
      if (earlier.ok) outcome = earlier;
    } else if (problem === 'conflict') {
      // The key became another gate's meanwhile; this gate gets one of its own.
      await keys.deleteKey('enrolling');
      return enrol({ code, root });
    }
  }
  if (outcome.ok) {
    await keys.deleteKey('gate');
    await keys.keepKey('gate', key);
    await keys.deleteKey('enrolling');
    await becomeGate(outcome.value);
  }
  return outcome;
}
