import type { ReactNode } from 'react';
import { useTimeFormat } from '@health-kit/ui';
import styles from '../records/records.module.css';
import { useText } from '../text.ts';
import type { Guardianship } from './guardianships.ts';

/** The other one of a guardianship, in the least view, and what can be done. */
export function LinkEntry({ link, children }: { readonly link: Guardianship; readonly children: ReactNode }) {
  const text = useText();
  const time = useTimeFormat();
  const { holder, since, endsOn } = link;
  return (
    <li className={styles.entry}>
      <div className={styles.head}>
        <h2>{holder.name}</h2>
        <span className={styles.soft}>{text('guardians.since', { day: time.day(since) })}</span>
      </div>
      <dl className={styles.facts}>
        <div><dt>{text('pass.document')}</dt><dd>{text('pass.documentEnds', { digits: holder.documentLastTwo })}</dd></div>
        {holder.phone === '' ? null : <div><dt>{text('pass.phone')}</dt><dd>{holder.phone}</dd></div>}
        {endsOn === null ? null : <div><dt>{text('guardians.endsBy')}</dt><dd>{text('guardians.endsOn', { day: time.day(endsOn) })}</dd></div>}
      </dl>
      <div className={styles.actions}>{children}</div>
    </li>
  );
}
