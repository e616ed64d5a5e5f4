import type { Oversight } from '@health-kit/api';
import { useTimeFormat } from '@health-kit/ui';
import { Facts } from '../lists/Facts.tsx';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

/** How far the ledger is signed, and how far each witness has vouched for it. */
export function LedgerSection({ ledger: { leaves, lastLeafAt, checkpoint, witnesses } }: { readonly ledger: Oversight['ledger'] }) {
  const text = useText();
  const time = useTimeFormat();
  const none = text('privacy.none');
  return (
    <section className={lists.section} aria-labelledby="ledger">
      <h2 id="ledger">{text('privacy.ledger')}</h2>
      <Facts facts={[
        [text('privacy.leaves'), leaves], [text('privacy.lastLeaf'), lastLeafAt === null ? none : time.dateTime(lastLeafAt)],
        [text('privacy.signedLeaves'), checkpoint === null ? none : checkpoint.size], [text('privacy.signedAt'), checkpoint === null ? none : time.dateTime(checkpoint.signedAt)],
      ]} />
      {witnesses.length === 0 ? <p>{text('privacy.noWitnesses')}</p> : (
        <Table caption={text('privacy.witnesses')} columns={[{ label: text('privacy.witness') }, { label: text('privacy.cosignedLeaves'), figures: true }, { label: text('privacy.cosignedAt') }]}>
          {witnesses.map(({ name, cosigned }) => (
            <tr key={name}>
              <td>{name}</td><td className={lists.figures}>{cosigned === null ? none : cosigned.size}</td><td className={lists.nowrap}>{cosigned === null ? none : time.dateTime(cosigned.at)}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
