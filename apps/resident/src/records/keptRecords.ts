import { useCallback, useEffect, useState } from 'react';
import type { Outcome, OwnRecords } from '@health-kit/client';
import type { Failure } from '@health-kit/ui';
import { deviceState, exclusively, keep, useDevice } from '../device/deviceState.ts';

/** Own records that the device keeps, so that they can be read without a network. */
export type KeptName = keyof OwnRecords;
export type KeptValue<Name extends KeptName> = NonNullable<OwnRecords[Name]>['value'];

/** What is known of own records: their age, whether they are being asked for anew, and why the last attempt failed. */
export interface Knowledge<Value> {
  readonly known: { readonly value: Value; readonly atMs: number } | null;
  readonly asking: boolean;
  readonly refusal: Failure | null;
  readonly reload: () => void;
}

/** Keeps an answer beside the others; of two tabs the later one stays. */
export async function keepOwn<Name extends KeptName>(name: Name, value: KeptValue<Name>): Promise<void> {
  await exclusively('health-kit.own', () => keep({ own: { ...deviceState().own, [name]: { value, atMs: Date.now() } } }));
}

/** Shows what the device knows at once and asks when the page opens. `ask` must be the same function from render to render. */
export function useKept<Name extends KeptName>(name: Name, ask: () => Promise<Outcome<KeptValue<Name>>>): Knowledge<KeptValue<Name>> {
  const known = useDevice().own?.[name] ?? null;
  const [asking, setAsking] = useState(true);
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let over = false;
    setAsking(true);
    void (async () => {
      let failed: Failure | null;
      try {
        const outcome = await ask();
        if (outcome.ok) await keepOwn(name, outcome.value);
        failed = outcome.ok ? null : outcome;
      } catch {
        failed = { reason: 'unexpected' };
      }
      if (over) return;
      setRefusal(failed);
      setAsking(false);
    })();
    return () => {
      over = true;
    };
  }, [name, ask, attempt]);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  return { known, asking, refusal, reload };
}
