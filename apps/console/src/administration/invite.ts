import { inviteStaff, SealedInvitation } from '@health-kit/api';
import { joinCodeWithRoot, makeOpeningKey, type CallInput } from '@health-kit/client';
import { Check } from 'typebox/value';
import { ask, askTrust } from '../answers/callAsStaff.ts';

/** An invitation as it is handed over. */
export interface Invited {
  readonly name: string;
  /** With the one-time code and this browser's trust root after the #, which reaches no server. */
  readonly link: string;
  readonly expiresAt: string;
  readonly needsConfirmation: boolean;
}

/**
 * Invites somebody to make a passkey, for the very system that this browser knows. The vault seals the code to a key
 * of this one call. Throws RefusedError.
 */
export async function invite(body: Omit<CallInput<typeof inviteStaff>['body'], 'publicKey'>): Promise<Invited> {
  const { root } = await askTrust();
  const key = await makeOpeningKey();
  const { sealed, expiresAt, needsConfirmation } = await ask(inviteStaff, { body: { ...body, publicKey: key.publicKey } });
  const opened: unknown = await key.open(sealed);
  if (!Check(SealedInvitation, opened)) throw new TypeError('the vault sealed no invitation');
  const { code } = opened;
  return { name: body.name, link: `${window.location.origin}/console/enrol#${joinCodeWithRoot({ code, root })}`, expiresAt, needsConfirmation };
}
