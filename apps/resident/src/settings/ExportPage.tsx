import { useState } from 'react';
import { Link } from 'wouter';
import { BackLink, Button, FailureNotice, Notice, Page, useOnline, useUiText, type Failure } from '@health-kit/ui';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { collectOwnData, downloadDocument } from './ownData.ts';
import styles from './SettingsPage.module.css';

const parts = ['account', 'health', 'notices', 'visits', 'access'] as const;

/** One's own data as a file. */
export function ExportPage() {
  const text = useText();
  const shared = useUiText();
  const online = useOnline();
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function download(): Promise<void> {
    setBusy(true);
    setDone(false);
    setFailure(null);
    try {
      const collected = await collectOwnData();
      if (collected.ok) {
        downloadDocument(collected.value);
        setDone(true);
      } else setFailure(collected);
    } catch {
      setFailure({ reason: 'unexpected' });
    } finally {
      setBusy(false);
    }
  }
  return (
    <Page title={text('export.title')} lead={text('export.lead')} back={<BackLink to={routes.settings} />}>
      {online ? null : <Notice kind="warning" title={shared('offline')}>{text('records.offline')}</Notice>}
      <FailureNotice failure={failure} />
      {done ? <Notice kind="success" announce title={text('export.done')}>{text('export.doneText')}</Notice> : null}
      <section className={styles.section}>
        <h2>{text('export.inIt')}</h2>
        <ul className={styles.points}>{parts.map((part) => <li key={part}>{text(`export.parts.${part}`)}</li>)}</ul>
        <p>{text('export.notInIt')}</p>
      </section>
      <Notice kind="info">{text('export.care')}</Notice>
      <div><Button wide busy={busy} onClick={() => void download()}>{busy ? text('export.collecting') : text('export.download')}</Button></div>
      <p className={styles.soft}>{text('export.logged')}</p>
      <p><Link href={routes.erase}>{text('erase.title')}</Link></p>
    </Page>
  );
}
