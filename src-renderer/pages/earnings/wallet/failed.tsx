import { CircleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { BridgeError, toBridgeError } from '../../../bridge/failure.ts';
import { useBusy } from '../../../busy.ts';
import { Notice } from '../../../components/notice.tsx';
import { Reason } from '../../../components/reason.tsx';
import { lookAtWallet } from './store.ts';

/** What went wrong, where it happened: a sheet lies over the page's own alerts. */
export function Failed({ failure, children }: { failure: BridgeError | undefined; children?: ReactNode }) {
  if (failure === undefined) return null;
  return (
    <div role="alert">
      <Notice tone="bad" icon={CircleAlert}>
        <Reason reason={failure.reason} /> {children}
      </Notice>
    </div>
  );
}

/** Runs one at a time; the failure is the last one's, gone with the next try. */
export function useTry<A extends unknown[]>(
  work: (...args: A) => Promise<void>,
): [busy: boolean, run: (...args: A) => void, failure: BridgeError | undefined] {
  const [failure, setFailure] = useState<BridgeError>();
  const [busy, run] = useBusy(async (...args: A) => {
    setFailure(undefined);
    try {
      await work(...args);
    } catch (error) {
      // Left by the user, who knows.
      if (error instanceof BridgeError && error.code === 'bridge.not-confirmed') return;
      setFailure(toBridgeError(error));
    }
  });
  return [busy, run, failure];
}

/** The same for what may change the wallet, which is looked at afterwards, whatever came of it. */
export function useWalletTry<A extends unknown[]>(work: (...args: A) => Promise<void>) {
  return useTry(async (...args: A) => {
    try {
      await work(...args);
    } finally {
      lookAtWallet();
    }
  });
}
