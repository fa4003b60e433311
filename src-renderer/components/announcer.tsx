import { useEffect, useRef, useState } from 'react';

/** The state as assistive technology hears it: at once, then no more often than every five seconds, the last one always. */
export function Announcer({ text }: { text: string }) {
  const spoken = useSeldom(text, 5000);
  return (
    <p role="status" className="sr-only">
      {spoken}
    </p>
  );
}

function useSeldom(text: string, gapMs: number): string {
  const [shown, setShown] = useState(text);
  const shownAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const show = () => {
      shownAt.current = performance.now();
      setShown(text);
    };
    const timer = setTimeout(show, Math.max(0, shownAt.current + gapMs - performance.now()));
    return () => clearTimeout(timer);
  }, [text, gapMs]);
  return shown;
}
