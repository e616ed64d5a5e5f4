import { useEffect, useState } from 'react';
import type { ReleasedPeople } from '@health-kit/api';
import { Button, Notice, useTimeFormat } from '@health-kit/ui';
import { ShortId } from '../lists/Badge.tsx';
import type { Officer } from '../session/session.ts';
import { useText } from '../text.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './disclosure.module.css';

/** How long particulars stand on the screen before they are hidden by themselves, ms. */
const shownMs = 60_000;
/** How often the viewer's name is repeated over them. */
const watermarks = Array.from({ length: 24 }, (_, index) => index);

/**
 * One person of those who were opened, hidden until asked for, and hidden again after a minute and as soon as the
 * officer looks elsewhere. Over the particulars stands who looks; they are not selected, copied or printed.
 */
export function RevealedPerson({ people, officer, openedAt }: { readonly people: ReleasedPeople['people']; readonly officer: Officer; readonly openedAt: number }) {
  const text = useText();
  const time = useTimeFormat();
  const [position, setPosition] = useState(0);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!shown) return;
    const hide = () => setShown(false);
    const timer = setTimeout(hide, shownMs);
    window.addEventListener('blur', hide);
    window.addEventListener('beforeprint', hide);
    document.addEventListener('visibilitychange', hide);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('blur', hide);
      window.removeEventListener('beforeprint', hide);
      document.removeEventListener('visibilitychange', hide);
    };
  }, [shown, position]);
  function turn(to: number): void {
    setShown(false);
    setPosition(to);
  }

  const person = people[position];
  if (person === undefined) return <Notice kind="info">{text('disclosure.noPeople')}</Notice>;
  const viewer = `${officer.name} · ${officer.unit} · ${time.dateTime(openedAt)}`;
  const particulars = [
    ...(person.name === undefined ? [] : [[text('disclosure.fields.name'), nameOf(person.name)] as const]),
    ...(person.phone === undefined ? [] : [[text('disclosure.fields.phone'), spaced(person.phone)] as const]),
    ...(person.document === undefined ? [] : [[text('disclosure.fields.document'), person.document.number] as const]),
  ];
  return (
    <div className={styles.opened}>
      <p className={styles.position}>{text('disclosure.position', { position: position + 1, count: people.length })} · <ShortId id={person.subject} /></p>
      <div className={styles.secret} onCopy={(event) => event.preventDefault()} onContextMenu={(event) => event.preventDefault()}>
        <dl className={styles.particulars} aria-live="polite">
          {particulars.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{shown ? value : <span className={styles.masked}><span className="visually-hidden">{text('disclosure.hidden')}</span><span aria-hidden="true">● ● ● ● ● ●</span></span>}</dd>
            </div>
          ))}
        </dl>
        <div className={styles.watermark} aria-hidden="true">{watermarks.map((index) => <span key={index} data-viewer={viewer} />)}</div>
      </div>
      <p className={styles.notPrinted}>{text('disclosure.notPrinted')}</p>
      {person.identityProven ? null : <Notice kind="warning">{text('disclosure.unproven')}</Notice>}
      <div className={forms.actions}>
        <Button data-shortcut="s" aria-pressed={shown} onClick={() => setShown(!shown)}>{text(shown ? 'disclosure.hide' : 'disclosure.reveal')}</Button>
        {people.length === 1 ? null : (
          <>
            <Button look="secondary" data-shortcut="p" disabled={position === 0} onClick={() => turn(position - 1)}>{text('disclosure.previous')}</Button>
            <Button look="secondary" data-shortcut="n" disabled={position === people.length - 1} onClick={() => turn(position + 1)}>{text('disclosure.next')}</Button>
          </>
        )}
      </div>
      <p className={lists.soft}>{text('disclosure.hiddenAgain')}</p>
    </div>
  );
}

/** Chinese names are written together, others apart. */
function nameOf({ familyName, givenName }: { readonly familyName: string; readonly givenName: string }): string {
  return givenName === '' || /^\p{Script=Han}/u.test(familyName) ? familyName + givenName : `${familyName}, ${givenName}`;
}

/** A Chinese mobile number in its groups, as one reads it aloud: 86, three, four, four. Others stand as they are. */
function spaced(phone: string): string {
  return phone.replace(/^(\+86)(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3 $4');
}
