import { Button, Dialog } from '@health-kit/ui';
import { useText } from '../text.ts';
import { useShortcutsSwitch } from './shortcuts.ts';
import styles from './shell.module.css';

/** Which keys do what, and the switch that turns them off. */
export function ShortcutsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const text = useText();
  const { on, setOn } = useShortcutsSwitch();
  const keys = [
    ['j', 'k', text('shell.keys.rows')], ['Enter', text('shell.keys.open')], ['x', text('shell.keys.select')], ['/', text('shell.keys.filter')],
    ['n', text('shell.keys.next')], ['1', '9', text('shell.keys.sections')], ['?', text('shell.keys.help')],
  ] as const;
  return (
    <Dialog open={open} onClose={onClose} title={text('shell.shortcuts')} actions={<Button look="secondary" onClick={() => setOn(!on)}>{text(on ? 'shell.shortcutsOff' : 'shell.shortcutsOn')}</Button>}>
      {on ? null : <p>{text('shell.shortcutsAreOff')}</p>}
      <dl className={styles.keys}>
        {keys.map((entry) => (
          <div key={entry.join()}>
            <dt>{entry.slice(0, -1).map((key, index) => <span key={key}>{index > 0 ? ' – ' : ''}<kbd>{key}</kbd></span>)}</dt>
            <dd>{entry.at(-1)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
