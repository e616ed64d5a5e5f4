import { useEffect, useState, type ComponentType, type ReactNode } from 'react';

/** After a failure it is tried again when the network returns, and after this time, ms. */
const retryMs = 15_000;

/**
 * A part of a page that is loaded once the page stands, so that it delays nothing. Until it is there, and for as long
 * as it cannot be loaded, the page does without it: it must be something that the page can do without.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): (props: Props) => ReactNode {
  let loaded: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | null>(() => loaded);
    useEffect(() => {
      if (Part !== null) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let over = false;
      const attempt = () => {
        clearTimeout(timer);
        load().then((part) => {
          loaded = part;
          if (!over) setPart(() => part);
        }, () => {
          if (!over) timer = setTimeout(attempt, retryMs);
        });
      };
      attempt();
      window.addEventListener('online', attempt);
      return () => {
        over = true;
        clearTimeout(timer);
        window.removeEventListener('online', attempt);
      };
    }, [Part]);
    return Part === null ? null : <Part {...props} />;
  };
}
