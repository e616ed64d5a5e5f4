import '@health-kit/ui/tokens.css';
import '@health-kit/ui/base.css';
import { createRoot } from 'react-dom/client';
import { Notice, Page, restoreLargeType, TextsNotLoaded, workOffline } from '@health-kit/ui';
import { App } from './App.tsx';
import { keepDelivering } from './checkIn/visits.ts';
import { loadDevice, tidyDevice } from './device/deviceState.ts';
import { refreshTrust } from './device/trust.ts';
import { keepTomorrowReady } from './pass/tomorrowPass.ts';
import { makeFirstCode } from './pass/useTurningCode.ts';
import { loaded, useText } from './text.ts';

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for the app');
/** How long the kept list of keys is used before it is asked for again, milliseconds. */
const trustTermMs = 60 * 60 * 1000;

restoreLargeType();
const root = createRoot(place);
Promise.all([loadDevice(Date.now()).then(() => makeFirstCode(Date.now())).then(() => true, () => false), loaded]).then(([isDeviceLoaded]) => {
  root.render(isDeviceLoaded ? <App /> : <StorageRefused />);
  if (isDeviceLoaded) afterPaint(begin);
}, () => root.render(<TextsNotLoaded />));

workOffline('/sw.js');

/** What goes on behind the page; nobody waits for it. */
function begin(): void {
  void tidyDevice(Date.now());
  void refreshTrust();
  // Keys of cities come and go; posters are checked against the newest list there was a connection for.
  setInterval(() => void refreshTrust(), trustTermMs);
  keepDelivering();
  keepTomorrowReady();
}

/** A page that is hidden paints nothing, and must do its work all the same. */
function afterPaint(work: () => void): void {
  if (document.visibilityState === 'visible') requestAnimationFrame(() => setTimeout(work));
  else work();
}

/** Without storage there is no key, and without a key no pass. */
function StorageRefused() {
  const text = useText();
  return <Page title={text('storage.title')}><Notice kind="problem">{text('storage.text')}</Notice></Page>;
}
