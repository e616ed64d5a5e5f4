import { useEffect, useState } from 'react';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

/** The time, epoch ms, new at each full second of the clock. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** How long the window still lasts, and how often it may still be opened. */
export function Countdown({ now, until, viewsLeft }: { readonly now: number; readonly until: string; readonly viewsLeft: number | null }) {
  const text = useText();
  return (
    <p className={lists.soft} role="timer">
      {text('disclosure.endsIn', { time: clockOf(Math.max(0, Date.parse(until) - now)) })}
      {viewsLeft === null ? '' : ` · ${text('disclosure.viewsLeft', { count: viewsLeft })}`}
    </p>
  );
}

/** 1:59:07 */
export function clockOf(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}
