import '@health-kit/ui/tokens.css';
import '@health-kit/ui/base.css';
import { createRoot } from 'react-dom/client';
import { Notice, Page, restoreLargeType, TextsNotLoaded, workOffline } from '@health-kit/ui';
import { App } from './App.tsx';
import { loadGate } from './gate/gateStore.ts';
import { keepGateCurrent } from './gate/keepGateCurrent.ts';
import { loaded, useText } from './text.ts';

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for the app');
restoreLargeType();
const root = createRoot(place);
Promise.all([loadGate().then(() => true, () => false), loaded]).then(([isGateLoaded]) => {
  root.render(isGateLoaded ? <App /> : <StorageRefused />);
  if (isGateLoaded) keepGateCurrent();
}, () => root.render(<TextsNotLoaded />));

workOffline('/gate/sw.js', '/gate/');

/** Without storage there is neither key nor queue, and a visit could be lost. */
function StorageRefused() {
  const text = useText();
  return <Page title={text('storage.title')}><Notice kind="problem">{text('storage.text')}</Notice></Page>;
}
