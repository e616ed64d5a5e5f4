import { useState } from 'react';
import { contactScoreWords, type DiseaseProfile, type Words } from '@health-kit/policy';
import { Symbol, useLanguage, useTimeFormat } from '@health-kit/ui';
import { Badge, ShortId, type BadgeLook } from '../lists/Badge.tsx';
import { useProfile } from '../policy/useProfile.ts';
import { useText } from '../text.ts';
import type { Contact } from './closeContacts.ts';
import lists from '../lists/lists.module.css';
import styles from './tracing.module.css';

const orderLooks: Readonly<Record<NonNullable<Contact['order']>, BadgeLook>> = { proposed: 'warning', approved: 'success', 'not-ordered': 'warning', refused: 'plain', expired: 'plain' };
const termWords = new Map<string, Words>(Object.entries(contactScoreWords));

/** One contact; unfolded, it says where the score comes from and where the two met. */
export function ContactRow({ contact, selected, onToggle }: { readonly contact: Contact; readonly selected: boolean; readonly onToggle: () => void }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const places = [...new Set(contact.exposures.map(({ venueName }) => venueName))];
  const detailsId = `contact-${contact.contact}`;
  return (
    <>
      <tr className={selected ? styles.chosen : undefined}>
        <td>
          <label className={lists.checkTarget}>
            <input type="checkbox" className={lists.check} aria-label={text('tracing.selectOne', { contact: contact.contact.slice(0, 8) })} checked={selected} onChange={onToggle} />
          </label>
        </td>
        <td>
          <button type="button" className={lists.rowButton} data-row="" aria-expanded={open} aria-controls={detailsId} onClick={() => setOpen(!open)}>
            <span className={lists.chevron}><Symbol name="chevron" /></span><ShortId id={contact.contact} />
          </button>
        </td>
        <td><Badge look={contact.contactClass === 'close' ? 'danger' : 'plain'}>{text(`tracing.classes.${contact.contactClass}`)}</Badge></td>
        <td className={lists.nowrap}><meter className={styles.meter} min={0} max={100} value={contact.score} aria-hidden="true" /> <b>{contact.score}</b></td>
        <td className={lists.figures}>{text('tracing.minutes', { count: contact.overlapMinutes })}</td>
        <td>{places.slice(0, 2).join(' · ')}{places.length > 2 ? ` +${places.length - 2}` : ''}</td>
        <td>
          {contact.order === null ? '–' : <Badge look={orderLooks[contact.order]}>{text(`tracing.orders.${contact.order}`)}</Badge>}
          {contact.order === 'not-ordered' ? <><br /><span className={lists.soft}>{text('tracing.notOrdered')}</span></> : null}
        </td>
      </tr>
      {open ? <tr id={detailsId} className={styles.details}><td /><td colSpan={6}><ContactDetails contact={contact} /></td></tr> : null}
    </>
  );
}

function ContactDetails({ contact }: { readonly contact: Contact }) {
  const text = useText();
  const time = useTimeFormat();
  const { language } = useLanguage();
  const { profile } = useProfile();
  return (
    <div className={styles.explained}>
      <section>
        <h3>{text('tracing.scoreExplained', { score: contact.score })}</h3>
        <ul className={styles.terms}>
          {contact.terms.map(({ term, points }) => {
            const most = profile === undefined ? undefined : mostPoints(profile, term);
            return (
              <li key={term}>
                <span>{termWords.get(`contact-score.${term}`)?.[language] ?? term}</span>
                {most === undefined ? <span /> : <meter className={styles.meter} min={0} max={most} value={points} aria-hidden="true" />}
                <span className={styles.points}>{most === undefined ? points : text('tracing.pointsOf', { points, most })}</span>
              </li>
            );
          })}
        </ul>
        <p className={lists.soft}>{text('tracing.scoreDecidesNothing')}</p>
      </section>
      <section>
        <h3>{text('tracing.exposures')}</h3>
        <ul className={styles.exposures}>
          {contact.exposures.map(({ venueId, venueName, from, to }) => (
            <li key={`${venueId} ${from}`}><b>{venueName}</b> <span className={lists.nowrap}>{time.dateTime(from)} – {time.time(to)}</span> <span className={lists.soft}>{text('tracing.minutes', { count: Math.round((Date.parse(to) - Date.parse(from)) / 60_000) })}</span></li>
          ))}
        </ul>
        <p className={lists.soft}>{text('tracing.wholePseudonym')}: <span className={lists.id}>{contact.contact}</span></p>
      </section>
    </div>
  );
}

/** The most that a term can give under a profile. */
function mostPoints({ contactScoring }: DiseaseProfile, term: string): number | undefined {
  const most = new Map<string, number>([
    ['overlap', contactScoring.overlap.maxPoints], ['venue', Math.max(...Object.values(contactScoring.venuePoints))], ['nearness', contactScoring.nearness.maxPoints],
    ['same-gate', contactScoring.sameGatePoints], ['repeat', contactScoring.repeatPoints],
  ]);
  return most.get(term);
}
