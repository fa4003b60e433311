// Answers to questions that have no slice of their own.
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import type { Output } from '../src-preload/contract/index.ts';
import { engine } from './bridge/index.ts';
import { useNow } from './components/now.ts';
import { reportFailure } from './stores/alerts.ts';
import { connectionStore } from './stores/connection.ts';

type Plain =
  | 'about.get'
  | 'availability.readable'
  | 'removal.get'
  | 'limits.get'
  | 'figures.get'
  | 'hardware.get'
  | 'storage.get'
  | 'backends.tried'
  | 'runners.check'
  | 'work.leases'
  | 'earnings.accounts'
  | 'wallet.alerts';

/**
 * Asked at once, and again when `when` has become another, though no more often than once a second and only while the page can
 * be seen. The last answer stays until the next has come; undefined before the first.
 */
export function useAnswer<N extends Plain>(
  name: N,
  when: string | number,
): [answer: Output<N> | undefined, asking: boolean] {
  const now = useNow();
  const open = useStore(connectionStore, ({ connection }) => connection.state === 'open');
  const [answer, setAnswer] = useState<Output<N>>();
  const [asking, setAsking] = useState(false);
  const wanted = useRef(when);
  const asked = useRef<string | number>(undefined);
  useEffect(() => {
    wanted.current = when;
  }, [when]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once a second it is looked whether there is cause to ask
  useEffect(() => {
    if (!open || asked.current === wanted.current) return;
    asked.current = wanted.current;
    setAsking(true);
    void (engine().ask(name, undefined as never) as Promise<Output<N>>)
      .then(setAnswer, reportFailure)
      .finally(() => setAsking(false));
  }, [name, now, open]);
  return [answer, asking];
}
