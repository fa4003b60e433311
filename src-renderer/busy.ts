import { useState } from 'react';
import { reportFailure } from './stores/alerts.ts';

/** Runs one at a time; what it throws is shown. */
export function useBusy<A extends unknown[]>(work: (...args: A) => Promise<void>): [boolean, (...args: A) => void] {
  const [busy, setBusy] = useState(false);
  const run = (...args: A) => {
    if (busy) return;
    setBusy(true);
    void work(...args)
      .catch(reportFailure)
      .finally(() => setBusy(false));
  };
  return [busy, run];
}
