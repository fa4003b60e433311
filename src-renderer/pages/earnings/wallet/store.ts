// The wallet as it was last seen. It has no slice of its own: whatever moves in it announces the earnings, which says when to look
// again. Nothing in it could be spent.
import { useEffect } from 'react';
import { useStore } from 'zustand/react';
import { createStore } from 'zustand/vanilla';
import type { WalletView } from '../../../../src-preload/contract/wallet.ts';
import { type BridgeError, toBridgeError } from '../../../bridge/failure.ts';
import { engine } from '../../../bridge/index.ts';
import { connectionStore } from '../../../stores/connection.ts';
import { earningsStore } from '../../../stores/earnings.ts';

interface Seen {
  /** Undefined until it was first answered. */
  readonly view: WalletView | undefined;
  readonly failure: BridgeError | undefined;
}

export const walletStore = createStore<Seen>()(() => ({ view: undefined, failure: undefined }));

/** Where nothing is another, what is shown of it stays as it is. */
export function acceptWallet(view: WalletView): void {
  const { view: held } = walletStore.getState();
  const isSame = JSON.stringify(held) === JSON.stringify(view);
  walletStore.setState({ view: isSame ? held : view, failure: undefined });
}

/** On a busy node the earnings change many times a second. */
const REST_MS = 250;

let asking = false;
let again = false;

/** One question at a time, and a rest after it: what is announced meanwhile is asked about once more then. */
export function lookAtWallet(): void {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  void engine()
    .ask('wallet.get', undefined)
    .then(acceptWallet, (error) => walletStore.setState({ failure: toBridgeError(error) }))
    .finally(() => setTimeout(rested, REST_MS));
}

function rested(): void {
  asking = false;
  if (!again) return;
  again = false;
  lookAtWallet();
}

/** Follows it for as long as something shows it. */
export function useWallet(): Seen {
  const revision = useStore(earningsStore, ({ live }) => live && `${live.boot} ${live.revision}`);
  const open = useStore(connectionStore, ({ connection }) => connection.state === 'open');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is the cause to ask
  useEffect(() => {
    if (open) lookAtWallet();
  }, [open, revision]);
  return useStore(walletStore);
}
