import { useState } from 'react';
import { Redirect } from 'wouter';
import { BackLink, Button, EmptyState, Notice, Page, useAnswer } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { Asked } from '../records/Asked.tsx';
import styles from '../records/records.module.css';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { askGuardianships, type Guardianship } from './guardianships.ts';
import { EndDialog } from './EndDialog.tsx';
import { GuardianRequests } from './GuardianRequests.tsx';
import { LinkEntry } from './LinkEntry.tsx';
import { ShownCode } from './ShownCode.tsx';

/** Who may show this person's pass, and who asks for it: each can be ended at once, and a new one comes by a code that this device shows, and confirms. */
export function GuardiansPage() {
  const text = useText();
  const { account, ticket } = useDevice();
  const { answer, reload } = useAnswer(askGuardianships);
  const [ending, setEnding] = useState<Guardianship | null>(null);
  const [ended, setEnded] = useState(false);
  if (account === null) return <Redirect to={routes.start} replace />;
  return (
    <Page title={text('guardians.guardian.title')} lead={text('guardians.guardian.lead')} back={<BackLink to={routes.records} />}>
      {ended ? <Notice kind="success" announce title={text('guardians.ended')}>{text('guardians.guardian.endedText')}</Notice> : null}
      <GuardianRequests onAnswered={reload} />
      <Asked answer={answer} reload={reload}>
        {({ guardians }) => (
          guardians.length === 0 ? <EmptyState symbol="people" title={text('guardians.guardian.empty')}>{text('guardians.guardian.emptyText')}</EmptyState> : (
            <ul className={styles.list}>
              {guardians.map((link) => <LinkEntry key={link.linkId} link={link}><Button look="secondary" onClick={() => setEnding(link)}>{text('guardians.end')}</Button></LinkEntry>)}
            </ul>
          ))}
      </Asked>
      {ticket?.identityProven === false
        ? <Notice kind="warning" title={text('pass.unverifiedTitle')}>{text('guardians.unproven')}</Notice>
        : <ShownCode />}
      <p className={styles.soft}>{text('guardians.guardian.portrait')}</p>
      <p className={styles.soft}>{text('guardians.guardian.logged')}</p>
      <EndDialog link={ending} side="guardian" onClose={() => setEnding(null)} onEnded={() => {
        setEnding(null);
        setEnded(true);
        reload();
      }} />
    </Page>
  );
}
