import { useEffect, useState } from 'react';
import { makeGuardianCode, type ResponseOf } from '@health-kit/api';
import { Button, Dialog, FailureNotice, Notice, QrCode, type Failure } from '@health-kit/ui';
import { callAsResident } from '../device/session.ts';
import { useNow } from '../device/useNow.ts';
import { useText } from '../text.ts';
import { groupedCode, guardianLink } from './guardianCode.ts';
import { askGuardianships } from './guardianships.ts';
import styles from './guardians.module.css';

/** How often it is looked whether somebody has used the code, ms. */
const lookMs = 3_000;

type NewCode = ResponseOf<typeof makeGuardianCode>;
type Stage =
  | { readonly name: 'none' }
  | { readonly name: 'making' }
  /** `before`: the requests there were, so that the new one is known. */
  | { readonly name: 'shown'; readonly code: NewCode; readonly before: ReadonlySet<string> };

/** The code by which somebody else asks to become this person's guardian, for as long as it holds. It is put away when somebody has used it, who is then shown. */
export function ShownCode() {
  const text = useText();
  const [stage, setStage] = useState<Stage>({ name: 'none' });
  const [failure, setFailure] = useState<Failure | null>(null);
  const shown = stage.name === 'shown' ? stage : null;

  useEffect(() => {
    if (shown === null) return;
    const timer = setInterval(() => void askGuardianships().then((answer) => {
      if (answer.ok && answer.value.asking.some(({ linkId }) => !shown.before.has(linkId))) setStage({ name: 'none' });
    }), lookMs);
    return () => clearInterval(timer);
  }, [shown]);

  const putAway = () => setStage({ name: 'none' });

  async function make(): Promise<void> {
    setStage({ name: 'making' });
    const links = await askGuardianships();
    const code = links.ok ? await callAsResident(makeGuardianCode, { body: {} }) : links;
    setFailure(code.ok ? null : code);
    setStage(links.ok && code.ok ? { name: 'shown', code: code.value, before: new Set(links.value.asking.map(({ linkId }) => linkId)) } : { name: 'none' });
  }

  return (
    <section className={styles.link} aria-labelledby="new-guardian">
      <h2 id="new-guardian">{text('guardians.guardian.add')}</h2>
      <p>{text('guardians.guardian.how')}</p>
      <FailureNotice failure={failure} />
      <div><Button busy={stage.name === 'making'} onClick={() => void make()}>{text('guardians.guardian.show')}</Button></div>
      {/* Above everything else: a code is held up and must be seen whole. */}
      <Dialog open={shown !== null} onClose={putAway} title={text('guardians.guardian.code')} actions={<Button look="secondary" onClick={putAway}>{text('guardians.guardian.hide')}</Button>}>
        {shown === null ? null : <Code code={shown.code} onAnother={() => void make()} />}
      </Dialog>
    </section>
  );
}

function Code({ code, onAnother }: { readonly code: NewCode; readonly onAnother: () => void }) {
  const text = useText();
  const minutes = Math.ceil((Date.parse(code.expiresAt) - useNow()) / 60_000);
  if (minutes <= 0) {
    return <Notice kind="warning" announce title={text('guardians.guardian.expiredTitle')} action={<Button look="secondary" onClick={onAnother}>{text('guardians.guardian.another')}</Button>}>{text('guardians.guardian.expired')}</Notice>;
  }
  return (
    <div className={styles.shown}>
      <div className={styles.square}><QrCode text={guardianLink(window.location.origin, code.code)} label={text('guardians.guardian.code')} /></div>
      <p className={styles.letters} translate="no">{groupedCode(code.code)}</p>
      <p>{text('guardians.guardian.hold')}</p>
      <p className={styles.soft} role="status">{text('guardians.guardian.holds', { count: minutes })}</p>
    </div>
  );
}
