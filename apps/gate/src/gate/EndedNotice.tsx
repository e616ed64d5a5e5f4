import { Link } from 'wouter';
import { buttonClass, Notice, useTimeFormat } from '@health-kit/ui';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { useGate } from './gateStore.ts';

/** This gate was ended by its host or with its venue: since when this device knows, and what became of the visits that waited. Nothing while it works. */
export function EndedNotice() {
  const text = useText();
  const time = useTimeFormat();
  const { session, ended } = useGate();
  if (session === null || ended === null) return null;
  return (
    <Notice kind="problem" announce title={text('ended.title')} action={<Link className={buttonClass('secondary')} href={routes.enrol}>{text('gate.replace')}</Link>}>
      <p>{text('ended.text', { gate: session.gateName, venue: session.venueName, time: time.dateTime(ended.heardAtMs) })}</p>
      <p>{ended.dropped === 0 ? text('ended.noneDropped') : text('ended.dropped', { count: ended.dropped })}</p>
    </Notice>
  );
}
