import { useState } from 'react';
import { Link, Redirect } from 'wouter';
import { BackLink, Button, buttonClass, EmptyState, Notice, Page, useAnswer } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { Asked } from '../records/Asked.tsx';
import styles from '../records/records.module.css';
import { dependantRoute, routes } from '../routes.ts';
import { useText } from '../text.ts';
import { EndDialog } from './EndDialog.tsx';
import { AskedEntry } from './AskedEntry.tsx';
import { askGuardianships, mostDependants, type Guardianship } from './guardianships.ts';
import { LinkEntry } from './LinkEntry.tsx';

/** Whom this person looks after: the way to their passes, and nothing else of theirs. */
export function DependantsPage() {
  const text = useText();
  const { account, ticket } = useDevice();
  const { answer, reload } = useAnswer(askGuardianships);
  const [ending, setEnding] = useState<Guardianship | null>(null);
  const [ended, setEnded] = useState(false);
  if (account === null) return <Redirect to={routes.start} replace />;
  const proven = ticket?.identityProven !== false;
  const add = <Link className={buttonClass()} href={routes.lookAfter}>{text('guardians.dependant.add')}</Link>;
  return (
    <Page title={text('guardians.dependant.title')} lead={text('guardians.dependant.lead')} back={<BackLink to={routes.records} />}>
      {ended ? <Notice kind="success" announce title={text('guardians.ended')}>{text('guardians.dependant.endedText')}</Notice> : null}
      {proven ? null : <Notice kind="warning" title={text('pass.unverifiedTitle')}>{text('guardians.unproven')}</Notice>}
      <Asked answer={answer} reload={reload}>
        {({ dependants, asked }) => (dependants.length + asked.length === 0
          ? <EmptyState symbol="people" title={text('guardians.dependant.empty')} action={proven ? add : undefined}>{text('guardians.dependant.emptyText')}</EmptyState>
          : (
            <>
              <ul className={styles.list}>
                {dependants.map((link) => (
                  <LinkEntry key={link.linkId} link={link}>
                    <Link className={buttonClass()} href={dependantRoute(link.linkId)}>{text('guardians.dependant.show')}</Link>
                    <Button look="secondary" onClick={() => setEnding(link)}>{text('guardians.end')}</Button>
                  </LinkEntry>
                ))}
                {asked.map((request) => <AskedEntry key={request.linkId} request={request} onEnded={reload} />)}
              </ul>
              {dependants.length + asked.length >= mostDependants ? <p>{text('guardians.dependant.most', { count: mostDependants })}</p> : <div><Link className={buttonClass('secondary')} href={routes.lookAfter}>{text('guardians.dependant.add')}</Link></div>}
            </>
          ))}
      </Asked>
      <EndDialog link={ending} side="dependant" onClose={() => setEnding(null)} onEnded={() => {
        setEnding(null);
        setEnded(true);
        reload();
      }} />
    </Page>
  );
}
