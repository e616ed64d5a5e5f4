import { useEffect, useRef } from 'react';
import type { MaskedHolder } from '@health-kit/api';
import { Button, Notice } from '@health-kit/ui';
import { KeyHint } from '../shell/KeyHint.tsx';
import { useText } from '../text.ts';
import { Holder } from './Holder.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

/** The identity is proven; `moved`: by a second registrar, and the account is on this resident's device now. */
export function DoneStep({ holder, moved, onNext }: { readonly holder: MaskedHolder; readonly moved: boolean; readonly onNext: () => void }) {
  const text = useText();
  const next = useRef<HTMLDivElement>(null);
  useEffect(() => {
    next.current?.querySelector('button')?.focus();
  }, []);
  return (
    <section className={lists.section}>
      <Notice kind="success" announce title={text(moved ? 'desk.move.doneTitle' : 'desk.doneTitle')}>{text(moved ? 'desk.move.done' : 'desk.done')}</Notice>
      <div className={lists.panel}><Holder holder={holder} /></div>
      <div ref={next} className={forms.actions}><Button data-shortcut="n" aria-keyshortcuts="n" onClick={onNext}>{text('desk.next')}<KeyHint name="n" /></Button></div>
    </section>
  );
}
