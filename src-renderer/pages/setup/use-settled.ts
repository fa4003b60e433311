import { useEffect, useRef, useState } from 'react';

/** Long enough for the next step of a slider that is being moved. */
const STILL_MS = 300;

/** A value while it is being moved: shown at once, kept when it has come to rest or its step is left. */
export function useSettled<V extends string | number>(
  kept: V,
  save: (value: V) => Promise<unknown>,
): [value: V, move: (value: V) => void] {
  const [moved, setMoved] = useState<V>();
  const unsaved = useRef<V>(undefined);
  const keep = useRef(save);
  useEffect(() => {
    keep.current = save;
  }, [save]);
  useEffect(() => {
    if (moved === undefined) return;
    let gone = false;
    const timer = setTimeout(() => {
      unsaved.current = undefined;
      void keep.current(moved).finally(() => {
        if (!gone) setMoved(undefined);
      });
    }, STILL_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [moved]);
  useEffect(
    () => () => {
      if (unsaved.current !== undefined) void keep.current(unsaved.current);
    },
    [],
  );
  const move = (value: V) => {
    unsaved.current = value;
    setMoved(value);
  };
  return [moved ?? kept, move];
}
