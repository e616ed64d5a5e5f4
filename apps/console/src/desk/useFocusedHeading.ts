import { useEffect, useRef } from 'react';

/** A heading that has the focus when it appears: a step was taken. */
export function useFocusedHeading() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return heading;
}
