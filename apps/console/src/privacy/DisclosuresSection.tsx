import type { Oversight } from '@health-kit/api';
import { Link } from 'wouter';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';
import styles from './privacy.module.css';

/** What was disclosed within 30 days, by office and purpose, and the way to what waits for a review. */
export function DisclosuresSection({ oversight: { disclosures, unreviewed } }: { readonly oversight: Oversight }) {
  const text = useText();
  return (
    <section className={lists.section} aria-labelledby="disclosures">
      <h2 id="disclosures">{text('privacy.disclosures')}</h2>
      <p>{unreviewed === 0 ? text('privacy.allReviewed') : <Link className={styles.toReview} href="/disclosures#review">{text('privacy.unreviewed', { count: unreviewed })}</Link>}</p>
      {disclosures.length === 0 ? <p>{text('privacy.noDisclosures')}</p> : (
        <Table caption={text('privacy.disclosures')} columns={[
          { label: text('privacy.office') }, { label: text('privacy.purpose') }, { label: text('privacy.count'), figures: true }, { label: text('privacy.people'), figures: true }, { label: text('privacy.unconfirmed'), figures: true },
        ]}>
          {disclosures.map((each) => (
            <tr key={`${each.office} ${each.purpose}`}>
              <td>{each.office}</td><td>{text(`disclosure.purposes.${each.purpose}`)}</td>
              <td className={lists.figures}>{each.disclosures}</td><td className={lists.figures}>{each.people}</td><td className={lists.figures}>{each.unconfirmed}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
