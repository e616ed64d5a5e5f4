import '@health-kit/ui/tokens.css';
import '@health-kit/ui/base.css';
import './density.css';
import { createRoot } from 'react-dom/client';
import { restoreLargeType } from '@health-kit/ui';
import { App } from './App.tsx';
import { loadSession } from './session/session.ts';
import { loaded } from './text.ts';

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for the app');
restoreLargeType();
const root = createRoot(place);
void Promise.all([loadSession(), loaded]).then(() => root.render(<App />));
