import { inviteStaff } from '@health-kit/api';
import { joinCodeWithRoot, type CallInput } from '@health-kit/client';
import { ask, askTrust } from '../answers/callAsStaff.ts';

/** An invitation as it is handed over. */
export interface Invited {
  readonly name: string;
  /** With the one-time code and this browser's trust root after the #, which reaches no server. */
  readonly link: string;
  readonly expiresAt: string;
  readonly needsConfirmation: boolean;
}

/** Invites somebody to make a passkey, for the very system that this browser knows. Throws RefusedError. */
export async function invite(body: CallInput<typeof inviteStaff>['body']): Promise<Invited> {
  const { root } = await askTrust();
  const { code, expiresAt, needsConfirmation } = await ask(inviteStaff, { body });
  return { name: body.name, link: `${window.location.origin}/console/enrol#${joinCodeWithRoot({ code, root })}`, expiresAt, needsConfirmation };
}
