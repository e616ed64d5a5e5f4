import { BackLink } from '@health-kit/ui';
import { useGate } from './gate/gateStore.ts';
import { routes } from './routes.ts';

/** The way back to the start page, where no navigation shows it: a device that is a gate has one. */
export function BackToStart() {
  const { session } = useGate();
  return session === null ? <BackLink to={routes.start} /> : null;
}
