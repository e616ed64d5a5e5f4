import { useState } from 'react';
import { makeCanaries, readOversight } from '@health-kit/api';
import { Button, Notice } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { useSend } from '../answers/useAnswer.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import { useText } from '../text.ts';
import { DeclareCanary } from './DeclareCanary.tsx';
import { RetireCanary } from './RetireCanary.tsx';
import styles from './privacy.module.css';

/** Decoys made at one press: few, so that they come into the tables between other people. */
const madeAtOnce = 5;

/** How many decoy records there are, making more, declaring one and retiring it. Who they are, nobody is told. */
export function CanariesSection({ canaries }: { readonly canaries: number }) {
  const text = useText();
  const make = useSend(makeCanaries, [readOversight]);
  const [made, setMade] = useState(false);
  return (
    <section className={lists.section} aria-labelledby="canaries">
      <h2 id="canaries">{text('privacy.canaries')}</h2>
      <p>{text('privacy.canariesText', { count: canaries })}</p>
      {make.error === null ? null : <FailureNotice error={make.error} />}
      {made ? <Notice kind="success" announce>{text('privacy.canariesMade', { count: madeAtOnce })}</Notice> : null}
      <div className={forms.actions}>
        <Button look="secondary" busy={make.isPending} onClick={() => {
          setMade(false);
          make.mutate({ body: { count: madeAtOnce } }, { onSuccess: () => setMade(true) });
        }}>{text('privacy.makeCanaries', { count: madeAtOnce })}</Button>
      </div>
      <div className={styles.pair}>
        <DeclareCanary />
        <RetireCanary />
      </div>
    </section>
  );
}
