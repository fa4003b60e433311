import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** Below this a half hour is too narrow for a finger, in CSS pixels. */
const NARROW = 620;

/** Whether what is referred to has little room to the side. */
export function useTall(): [ref: RefObject<HTMLDivElement | null>, tall: boolean] {
  const ref = useRef<HTMLDivElement>(null);
  const [tall, setTall] = useState(false);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setTall(element.clientWidth < NARROW);
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setTall(entry.contentRect.width < NARROW);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, tall];
}
