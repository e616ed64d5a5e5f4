import { useCallback, useEffect, useState } from 'react';
import type { Outcome, Refusal } from '@health-kit/client';

export type Answer<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly refusal: Refusal }
  | { readonly state: 'there'; readonly value: Value };

/** Asks when the page opens; `reload` asks again. `ask` must be the same function from render to render. */
export function useAnswer<Value>(ask: () => Promise<Outcome<Value>>): { readonly answer: Answer<Value>; readonly reload: () => void } {
  const [answer, setAnswer] = useState<Answer<Value>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let over = false;
    setAnswer({ state: 'loading' });
    void ask().then((outcome) => {
      if (!over) setAnswer(outcome.ok ? { state: 'there', value: outcome.value } : { state: 'failed', refusal: outcome });
    });
    return () => {
      over = true;
    };
  }, [ask, attempt]);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  return { answer, reload };
}
