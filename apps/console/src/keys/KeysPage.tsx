import { useState } from 'react';
import { listKeys, type KeyEntry, type KeyInventory, type KeyKind, type KeyState } from '@health-kit/api';
import { rootFingerprint } from '@health-kit/client';
import { EmptyState, Fingerprint, Notice, Page, useLanguage, useTimeFormat } from '@health-kit/ui';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Badge, type BadgeLook } from '../lists/Badge.tsx';
import { Facts } from '../lists/Facts.tsx';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import { useTrust } from '../session/trust.ts';
import { useText } from '../text.ts';
import { endingKeys, inOrder, rotateCommand, runningRotation, type Ending } from './inventory.ts';
import { RotateDialog, type Rotatable } from './RotateDialog.tsx';
import { FinishedRotations, RunningRotations } from './Rotations.tsx';
import { useKeyName } from './useKeyName.ts';
import lists from '../lists/lists.module.css';
import styles from './keys.module.css';

const looks: Readonly<Record<KeyState, BadgeLook>> = { next: 'action', current: 'success', former: 'plain', revoked: 'danger' };

/** Every key of the vault by name, version and time, what ends soon, and how to rotate; never a key. */
export function KeysPage() {
  const text = useText();
  const answer = useAnswer(listKeys, {}, { refetchInterval: 5_000 });
  return (
    <Page wide title={text('shell.sections.keys.name')} lead={text('keys.lead')}>
      <Answered answer={answer}>{(inventory) => <Inventory inventory={inventory} now={answer.dataUpdatedAt} />}</Answered>
    </Page>
  );
}

function Inventory({ inventory, now }: { readonly inventory: KeyInventory; readonly now: number }) {
  const text = useText();
  const { language } = useLanguage();
  const { trust } = useTrust();
  const [shownHow, setShownHow] = useState<Rotatable | null>(null);
  const { provider, keys, people, days, rotations } = inventory;
  const number = (count: number) => count.toLocaleString(language);
  const ending = endingKeys(keys, now);
  return (
    <>
      <EndingNotice ending={ending} />
      <section className={lists.panel} aria-label={text('keys.overview')}>
        <Facts facts={[
          [text('keys.provider'), text(`keys.providers.${provider}`)],
          [text('keys.named'), number(keys.length)],
          [text('keys.people'), number(people)],
          [text('keys.days'), number(days)],
          ...(trust === null ? [] : [[text('keys.root'), <Fingerprint key="root" groups={rootFingerprint(trust.root)} />] as const]),
        ]} />
      </section>
      <RunningRotations rotations={rotations} />
      <KeyTable inventory={inventory} ending={ending} onHow={setShownHow} />
      <FinishedRotations rotations={rotations} />
      {shownHow === null ? null : <RotateDialog rotatable={shownHow} onClose={() => setShownHow(null)} />}
    </>
  );
}

function EndingNotice({ ending }: { readonly ending: readonly Ending[] }) {
  const text = useText();
  const keyName = useKeyName();
  const left = useTimeLeft();
  if (ending.length === 0) return null;
  return (
    <Notice kind={ending.some(({ daysLeft }) => daysLeft < 0) ? 'problem' : 'warning'} title={text('keys.endingTitle', { count: ending.length })}>
      <ul className={styles.ending}>{ending.map(({ key, daysLeft }) => <li key={key.name}>{keyName(key)} <code className={lists.id}>{key.name}</code> <Badge look={daysLeft < 0 ? 'danger' : 'warning'}>{left(daysLeft)}</Badge></li>)}</ul>
      <p>{text('keys.endingText')}</p>
    </Notice>
  );
}

/** How long an ending key still has, in words. */
function useTimeLeft(): (daysLeft: number) => string {
  const text = useText();
  return (daysLeft) => (daysLeft < 0 ? text('keys.ended') : daysLeft === 0 ? text('keys.endsToday') : text('keys.ends', { count: daysLeft }));
}

function KeyTable({ inventory: { provider, keys, people, days, rotations }, ending, onHow }: {
  readonly inventory: KeyInventory; readonly ending: readonly Ending[]; readonly onHow: (rotatable: Rotatable) => void;
}) {
  const text = useText();
  const keyName = useKeyName();
  const [filter, setFilter] = useState('');
  const shown = inOrder(keys).filter((key) => matchesFilter(filter, [keyName(key), key.name, text(`keys.states.${key.state}`)]));
  const ofMany = ([['data', people], ['day', days]] as const).filter(([kind, count]) => count > 0 && matchesFilter(filter, [keyName({ kind, name: kind }), kind]));
  return (
    <section className={lists.section} aria-labelledby="all-keys">
      <div className={lists.toolbar}>
        <h2 id="all-keys">{text('keys.list')}</h2>
        {keys.length === 0 ? null : <FilterField value={filter} onChange={setFilter} label={text('keys.filter')} />}
      </div>
      {keys.length === 0 ? <EmptyState symbol="lock" title={text('keys.none')}>{text('keys.noneText')}</EmptyState>
        : shown.length + ofMany.length === 0 ? <p>{text('lists.filterNone', { text: filter })}</p> : (
          <Table caption={text('keys.list')} columns={[
            { label: text('keys.key') }, { label: text('keys.version'), figures: true }, { label: text('keys.state') }, { label: text('keys.made') }, { label: text('keys.until') }, { label: text('keys.wrappedBy') },
            { label: text('keys.actions'), quiet: true },
          ]}>
            {shown.map((key) => (
              <KeyRow key={key.name} entry={key} provider={provider} isRotating={runningRotation(rotations, key.kind) !== null} daysLeft={ending.find((each) => each.key === key)?.daysLeft ?? null} onHow={onHow} />
            ))}
            {ofMany.map(([kind, count]) => (
              <tr key={kind}>
                <td><KeyTitle name={keyName({ kind, name: kind })} technical={kind} note={text(`keys.of.${kind}`, { count })} /></td>
                <td className={lists.figures}>–</td>
                <td><Badge look="success">{text('keys.states.current')}</Badge></td>
                <td>–</td>
                <td>{text(`keys.ends${kind === 'day' ? 'WithTerm' : 'WithPerson'}`)}</td>
                <td><code className={lists.id}>kek</code></td>
                <td><How kind={kind} name={keyName({ kind, name: kind })} onClick={() => onHow({ kind, name: keyName({ kind, name: kind }) })} /></td>
              </tr>
            ))}
          </Table>
        )}
    </section>
  );
}

function KeyRow({ entry, provider, isRotating, daysLeft, onHow }: {
  readonly entry: KeyEntry; readonly provider: KeyInventory['provider']; readonly isRotating: boolean; readonly daysLeft: number | null; readonly onHow: (rotatable: Rotatable) => void;
}) {
  const text = useText();
  const time = useTimeFormat();
  const keyName = useKeyName();
  const left = useTimeLeft();
  const { name, kind, version, state, createdAt, from, until, kekVersion } = entry;
  return (
    <tr>
      <td><KeyTitle name={keyName(entry)} technical={name} /></td>
      <td className={lists.figures}>{version}</td>
      <td>
        <div className={styles.state}>
          <Badge look={looks[state]}>{text(`keys.states.${state}`)}</Badge>
          {isRotating && state === 'current' ? <Badge look="action">{text('keys.rotating')}</Badge> : null}
        </div>
      </td>
      <td className={lists.nowrap}>{time.date(createdAt)}</td>
      <td className={lists.nowrap}>
        {until === null ? text('keys.noEnd') : time.date(until)}
        {state === 'next' && from !== null ? <span className={styles.under}>{text('keys.from', { time: time.date(from) })}</span> : null}
        {daysLeft === null ? null : <span className={styles.under}><Badge look={daysLeft < 0 ? 'danger' : 'warning'}>{left(daysLeft)}</Badge></span>}
      </td>
      <td>{kekVersion === null ? <span className={lists.nowrap}>{text(`keys.heldBy.${provider}`)}</span> : <code className={lists.id}>{`kek/${kekVersion}`}</code>}</td>
      <td>{state === 'former' || state === 'revoked' ? null : <How kind={kind} name={keyName(entry)} onClick={() => onHow({ kind, name: keyName(entry) })} />}</td>
    </tr>
  );
}

/** What a key is for in plain words, above its name in the vault. */
function KeyTitle({ name, technical, note }: { readonly name: string; readonly technical: string; readonly note?: string }) {
  return (
    <div className={styles.title}>
      <span>{name}</span>
      <span className={lists.soft}><code className={lists.id}>{technical}</code>{note === undefined ? null : ` · ${note}`}</span>
    </div>
  );
}

/** Opens how a key is rotated; of a kind that no command replaces, why it is not. */
function How({ kind, name, onClick }: { readonly kind: KeyKind; readonly name: string; readonly onClick: () => void }) {
  const text = useText();
  const never = rotateCommand(kind) === null;
  return <button type="button" data-row="" className={lists.rowButton} aria-label={text(never ? 'keys.whyNotNamed' : 'keys.rotateNamed', { name })} onClick={onClick}>{text(never ? 'keys.whyNot' : 'keys.rotate')}</button>;
}
