import { useEffect, useState } from 'react';
import { askGuardianships, type Guardianship } from './guardianships.ts';

/** How often it is looked whether the other phone has confirmed, ms. */
const lookMs = 3_000;

/** What became of a request: it waits, the other side said yes, or it is over without that. */
export function useConfirmation(linkId: Guardianship['linkId'] | null): 'waits' | 'confirmed' | 'over' {
  const [state, setState] = useState<'waits' | 'confirmed' | 'over'>('waits');
  useEffect(() => {
    setState('waits');
    if (linkId === null) return;
    const timer = setInterval(() => void askGuardianships().then((answer) => {
      if (!answer.ok) return;
      const { dependants, asked } = answer.value;
      if (dependants.some((link) => link.linkId === linkId)) setState('confirmed');
      else if (!asked.some((link) => link.linkId === linkId)) setState('over');
    }), lookMs);
    return () => clearInterval(timer);
  }, [linkId]);
  return state;
}
