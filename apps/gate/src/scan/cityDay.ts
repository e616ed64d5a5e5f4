import { gateState } from '../gate/gateStore.ts';

/** The calendar day of the city at an instant (epoch ms), YYYY-MM-DD. */
export function cityDay(atMs: number): string {
  // Sweden writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: gateState().trust?.timeZone ?? 'Asia/Shanghai' }).format(new Date(atMs));
}
