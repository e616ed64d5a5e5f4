import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Button, buttonClass, Dialog, Notice, Page, useLanguage, useLargeType } from '@health-kit/ui';
import { nextDelivery } from '../checkIn/visits.ts';
import { clearDevice, useDevice } from '../device/deviceState.ts';
import { Way } from '../records/Way.tsx';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { Choice } from './Choice.tsx';
import styles from './SettingsPage.module.css';

/** Language, type size, portrait, and the way out. */
export function SettingsPage() {
  const text = useText();
  const [, navigate] = useLocation();
  const { reads, languages, setLanguage } = useLanguage();
  const { large, setLarge } = useLargeType();
  const { account, portrait, visits } = useDevice();
  const [asking, setAsking] = useState(false);
  const waiting = visits?.some((visit) => nextDelivery(visit) !== null) === true;

  async function remove(): Promise<void> {
    await clearDevice();
    setAsking(false);
    navigate(routes.start);
  }
  return (
    <Page title={text('settings.title')}>
      <Choice
        name="language" label={text('settings.language')} value={reads.id} onChange={setLanguage}
        options={languages.map(({ id, name, tag }) => ({ value: id, label: name, lang: tag }))}
      />
      <Choice
        name="type" label={text('settings.type')} value={large ? 'large' : 'normal'} onChange={(value) => setLarge(value === 'large')}
        options={[{ value: 'normal', label: text('settings.normal') }, { value: 'large', label: text('settings.large') }]}
      />
      {account === null ? null : (
        <section className={styles.section}>
          <h2>{text('settings.portrait')}</h2>
          <p>{text(portrait === null ? 'settings.portraitNone' : 'settings.portraitText')}</p>
          <div><Link className={buttonClass('secondary')} href={routes.portrait}>{text(portrait === null ? 'pass.addPortrait' : 'settings.portraitAction')}</Link></div>
        </section>
      )}
      <ul className={styles.list}>
        <Way to={routes.about} symbol="lock" title={text('settings.about')} words={text('settings.aboutText')} badge={null} />
        {account === null ? null : <Way to={routes.export} symbol="records" title={text('export.title')} words={text('export.short')} badge={null} />}
        {account === null ? null : <Way to={routes.erase} symbol="cross" title={text('erase.title')} words={text('erase.short')} badge={null} />}
      </ul>
      {account === null ? null : (
        <section className={styles.section}>
          <h2>{text('settings.remove')}</h2>
          <p>{text('settings.removeText')}</p>
          <div><Button look="secondary" onClick={() => setAsking(true)}>{text('settings.removeAction')}</Button></div>
        </section>
      )}
      <Dialog
        open={asking} onClose={() => setAsking(false)} title={text('settings.removeTitle')}
        actions={<><Button look="danger" onClick={() => void remove()}>{text('settings.removeConfirm')}</Button><Button look="quiet" onClick={() => setAsking(false)}>{text('cancel')}</Button></>}
      >
        <p>{text('settings.removeText')}</p>
        {waiting ? <Notice kind="warning">{text('settings.removeWaiting')}</Notice> : null}
      </Dialog>
    </Page>
  );
}
