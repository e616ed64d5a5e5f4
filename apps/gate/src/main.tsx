import '@health-kit/ui/tokens.css';
import '@health-kit/ui/base.css';
import { createRoot } from 'react-dom/client';
import { Notice, Page, restoreLargeType } from '@health-kit/ui';
import { App } from './App.tsx';
import { loadGate } from './gate/gateStore.ts';
import { keepGateCurrent } from './gate/keepGateCurrent.ts';
import { useText } from './text.ts';

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for the app');
restoreLargeType();
const root = createRoot(place);
loadGate().then(() => {
  root.render(<App />);
  keepGateCurrent();
}, () => root.render(<StorageRefused />));

if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('/gate/sw.js', { scope: '/gate/' });

/** Without storage there is neither key nor queue, and a visit could be lost. */
function StorageRefused() {
  const text = useText();
  return <Page title={text('storage.title')}><Notice kind="problem">{text('storage.text')}</Notice></Page>;
}
