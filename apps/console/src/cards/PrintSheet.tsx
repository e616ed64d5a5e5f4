import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import './print.css';

/** What goes to the printer in place of the page, and is not shown on the screen. */
export function PrintSheet({ children, language }: { readonly children: ReactNode; readonly language: string }) {
  return createPortal(<div data-print lang={language}>{children}</div>, document.body);
}
