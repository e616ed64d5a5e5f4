import type { KeyRotation } from '@health-kit/api';
import { EmptyState, Progress, useLanguage, useTimeFormat } from '@health-kit/ui';
import { Badge } from '../lists/Badge.tsx';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import { percentDone } from './inventory.ts';
import lists from '../lists/lists.module.css';
import styles from './keys.module.css';

/** What is being rotated, with how far it is; nothing where nothing is. */
export function RunningRotations({ rotations }: { readonly rotations: readonly KeyRotation[] }) {
  const text = useText();
  const running = rotations.filter(({ finishedAt }) => finishedAt === null);
  if (running.length === 0) return null;
  return (
    <section className={lists.section} aria-labelledby="running">
      <h2 id="running">{text('keys.running')}</h2>
      {running.map((rotation) => <Running key={rotation.rotationId} rotation={rotation} />)}
    </section>
  );
}

function Running({ rotation }: { readonly rotation: KeyRotation }) {
  const text = useText();
  const time = useTimeFormat();
  const { language } = useLanguage();
  const { kind, revokes, startedAt, done, total } = rotation;
  const percent = percentDone(rotation);
  const name = text(`keys.kinds.${kind}`);
  const words = percent === null ? text('keys.progressUnknown') : text('keys.progress', { done: done.toLocaleString(language), total: total.toLocaleString(language), percent });
  return (
    <div className={`${lists.panel} ${styles.running}`}>
      <p className={styles.name}>{name} <span className={lists.soft}>{text('keys.since', { time: time.dateTime(startedAt) })}</span></p>
      <Progress label={name} words={words} {...(percent === null ? {} : { share: percent / 100 })} />
      <p>{words}</p>
      {percent === 100 ? <p>{text('keys.finishing')}</p> : null}
      {revokes ? <p>{text('keys.revokes')}</p> : null}
    </div>
  );
}

/** What was rotated, the newest first. */
export function FinishedRotations({ rotations }: { readonly rotations: readonly KeyRotation[] }) {
  const text = useText();
  const time = useTimeFormat();
  const { language } = useLanguage();
  const over = rotations.flatMap(({ finishedAt, ...rotation }) => (finishedAt === null ? [] : [{ ...rotation, finishedAt }]));
  return (
    <section className={lists.section} aria-labelledby="rotations">
      <h2 id="rotations">{text('keys.rotations')}</h2>
      {over.length === 0 ? <EmptyState symbol="clock" title={text('keys.noRotations')}>{text('keys.noRotationsText')}</EmptyState> : (
        <Table caption={text('keys.rotations')} columns={[
          { label: text('keys.key') }, { label: text('keys.started') }, { label: text('keys.finished') }, { label: text('keys.records'), figures: true }, { label: text('keys.why') },
        ]}>
          {over.map(({ rotationId, kind, revokes, startedAt, finishedAt, done }) => (
            <tr key={rotationId}>
              <td><div className={styles.kind}>{text(`keys.kinds.${kind}`)}</div></td>
              <td className={lists.nowrap}>{time.dateTime(startedAt)}</td>
              <td className={lists.nowrap}>{time.dateTime(finishedAt)}</td>
              <td className={lists.figures}>{done.toLocaleString(language)}</td>
              <td><Badge look={revokes ? 'danger' : 'plain'}>{text(revokes ? 'keys.whys.revoked' : 'keys.whys.regular')}</Badge></td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
