import { useEffect, useState } from 'react';

/**
 * The one-time code in the fragment of the address with which the page was opened, which is then taken out of it: it has
 * no place in the history of a browser. In an effect: a page that is still being fetched may be begun more than once.
 *
 * @param read the code in a fragment, `#` included; null where there is none
 */
export function useCodeInAddress<Code>(read: (fragment: string) => Code | null): Code | null {
  const [code] = useState(() => read(window.location.hash));
  useEffect(() => {
    if (window.location.hash !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  return code;
}
