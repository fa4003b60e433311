// For what is done in a dialog: the page behind it can't be seen, so what goes wrong is said within.
import { useState } from 'react';
import { BridgeError } from '../../bridge/failure.ts';
import { useBusy } from '../../busy.ts';

/** Runs one at a time. The failure is the last one's, gone with the next try. */
export function useInSight(
  work: () => Promise<void>,
): [busy: boolean, run: () => void, failure: BridgeError | undefined] {
  const [failure, setFailure] = useState<BridgeError>();
  const [busy, run] = useBusy(async () => {
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      setFailure(error);
    }
  });
  return [busy, run, failure];
}
