import { useState } from 'react';
import { useStore } from 'zustand/react';
import { engine } from '../../bridge/index.ts';
import { Announcer } from '../../components/announcer.tsx';
import { useNow } from '../../components/now.ts';
import { Placeholder } from '../../components/placeholder.tsx';
import { reportFailure } from '../../stores/alerts.ts';
import { backendsStore } from '../../stores/backends.ts';
import { connectionStore } from '../../stores/connection.ts';
import { earningsStore } from '../../stores/earnings.ts';
import { networksStore } from '../../stores/networks.ts';
import { nodeStore } from '../../stores/node.ts';
import { workStore } from '../../stores/work.ts';
import { About } from './about.tsx';
import { Backends } from './backends.tsx';
import { Earnings } from './earnings.tsx';
import { Networks } from './network.tsx';
import { State } from './state.tsx';
import { Tasks } from './tasks.tsx';

/** What a lender wants to know at a glance: am I sharing, what runs, what came in, and who can find me. */
export function Home() {
  const now = useNow();
  const node = useStore(nodeStore, ({ live }) => live?.value);
  const work = useStore(workStore, ({ live }) => live?.value);
  const earnings = useStore(earningsStore, ({ live }) => live?.value);
  const backends = useStore(backendsStore, ({ live }) => live?.value);
  const networks = useStore(networksStore, ({ live }) => live?.value);
  const connected = useStore(connectionStore, ({ connection }) => connection.state === 'open');
  const [switching, share] = useBusy(async (sharing: boolean) => {
    nodeStore.getState().accept(await engine().ask(sharing ? 'node.resume' : 'node.pause', undefined));
  });
  const [searching, search] = useBusy(async () => {
    backendsStore.getState().accept(await engine().ask('backends.detect', undefined));
  });

  return (
    <div className="space-y-4">
      <Announcer text={node?.sentence ?? ''} />
      {node ? (
        <State node={node} busy={switching} connected={connected} onShare={share} />
      ) : (
        <div className="rounded-lg border border-line bg-panel p-6 shadow-card">
          <Placeholder lines={2} />
        </div>
      )}
      <div className="grid items-start gap-4 min-[860px]:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)] min-[860px]:grid-rows-[auto_auto_1fr]">
        <div className="min-[860px]:col-start-2">
          <Earnings earnings={earnings} />
        </div>
        <div className="min-[860px]:col-start-1 min-[860px]:row-span-3 min-[860px]:row-start-1">
          <Tasks work={work} networks={networks} sharing={node?.sharing ?? true} now={now} />
        </div>
        <div className="grid gap-4 min-[860px]:col-start-2">
          <Networks networks={networks} now={now} />
        </div>
        <div className="min-[860px]:col-start-2">
          <Backends backends={backends} searching={searching} onSearch={() => search()} />
        </div>
      </div>
      {node && <About node={node} now={now} />}
    </div>
  );
}

/** Runs one at a time; what it throws is shown. */
function useBusy<A extends unknown[]>(work: (...args: A) => Promise<void>): [boolean, (...args: A) => void] {
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
