import { useState } from 'react';
import { Button, FailureNotice, Notice, type Failure } from '@health-kit/ui';
import { isProblem } from '../device/session.ts';
import { useText } from '../text.ts';
import { askGuardianships, confirmLink, endLink, useGuardianRequests, type GuardianRequest } from './guardianships.ts';
import styles from './guardians.module.css';

type Answered = { readonly name: string; readonly yes: boolean };

/** Who asks to look after this person, in the least view, to be confirmed or refused: nothing is in force before. */
export function GuardianRequests({ onAnswered }: { readonly onAnswered: () => void }) {
  const text = useText();
  const requests = useGuardianRequests();
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [busy, setBusy] = useState<'yes' | 'no' | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function answer({ linkId, holder }: GuardianRequest, yes: boolean): Promise<void> {
    setBusy(yes ? 'yes' : 'no');
    const refusal = yes ? await confirmLink(linkId) : await endLink(linkId);
    await askGuardianships();
    setBusy(null);
    setFailure(refusal);
    setAnswered(refusal === null ? { name: holder.name, yes } : null);
    onAnswered();
  }
  const over = failure !== null && isProblem(failure, 'not-found');
  return (
    <>
      {answered === null ? null : answered.yes
        ? <Notice kind="success" announce title={text('guardians.guardian.linkedTitle', { name: answered.name })}>{text('guardians.guardian.linked')}</Notice>
        : <Notice kind="success" announce title={text('guardians.guardian.refusedTitle')}>{text('guardians.guardian.refusedText')}</Notice>}
      {over ? <Notice kind="warning" announce>{text('guardians.guardian.requestOver')}</Notice> : <FailureNotice failure={failure} />}
      {requests.map((request) => (
        <Notice
          key={request.linkId} kind="warning" announce title={text('guardians.guardian.asksTitle', { name: request.holder.name })}
          action={(
            <div className={styles.answers}>
              <Button busy={busy === 'yes'} disabled={busy !== null} onClick={() => void answer(request, true)}>{text('guardians.guardian.confirm')}</Button>
              <Button look="secondary" busy={busy === 'no'} disabled={busy !== null} onClick={() => void answer(request, false)}>{text('guardians.guardian.refuse')}</Button>
            </div>
          )}
        >
          {text('guardians.guardian.asks', { phone: request.holder.phone })}
        </Notice>
      ))}
    </>
  );
}
