import { CirclePlay, FlaskConical } from 'lucide-react';
import { Suspense } from 'react';
import { useStore } from 'zustand/react';
import type { NetworkId, NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { wantsToShare } from '../../../src-preload/contract/switch.ts';
import { useAnswer } from '../../asked.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { Placeholder } from '../../components/placeholder.tsx';
import { go } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { lazily } from '../../lazily.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { useSeenPrices } from '../../parts/seen-prices.ts';
import { hrefOf } from '../../places.ts';
import { stateReason, useSentence } from '../../sentence.ts';
import { useSetting } from '../../settings.ts';
import { share, sharingStore } from '../../sharing.ts';
import { availabilityStore } from '../../stores/availability.ts';
import { backendsStore } from '../../stores/backends.ts';
import { backupStore } from '../../stores/backup.ts';
import { earningsStore } from '../../stores/earnings.ts';
import { networksStore } from '../../stores/networks.ts';
import { nodeStore } from '../../stores/node.ts';
import { reachabilityStore } from '../../stores/reachability.ts';
import { workStore } from '../../stores/work.ts';
import { About } from './about.tsx';
import { bannersOf } from './banner.ts';
import { Banners } from './banners.tsx';
import { Day } from './day.tsx';
import { Figures } from './figures.tsx';
import { Gauges } from './gauges.tsx';
import { idleCauses } from './idle.ts';
import { Networks } from './networks.tsx';
import { State } from './state.tsx';
import { Tasks } from './tasks.tsx';

/** Joined networks with a price. */
function pricedOf(networks: readonly NetworkView[]): NetworkId[] {
  return networks.flatMap(({ id, enabled }) => (enabled && pagesOf(id).pricing ? [id] : []));
}

const IdleSheet = lazily(async () => (await import('./idle-sheet.tsx')).IdleSheet);

/** Of what no slice tells. */
const FIGURES_MS = 10_000;

/** What a lender wants to know at a glance: am I sharing, what needs me, how did the day go, how does each network stand. */
export function Home({ detail }: { detail: string | undefined }) {
  const speech = useText();
  const { t } = speech;
  const sentence = useSentence();
  const now = useNow();
  const node = useStore(nodeStore, ({ live }) => live?.value);
  const work = useStore(workStore, ({ live }) => live?.value);
  const earnings = useStore(earningsStore, ({ live }) => live?.value);
  const setupStep = useSetting('setup.step');
  const setupDone = useSetting('setup.done');
  const backup = useStore(backupStore, ({ live }) => live?.value);
  const backends = useStore(backendsStore, ({ live }) => live?.value);
  const networks = useStore(networksStore, ({ live }) => live?.value);
  const inbound = useStore(reachabilityStore, ({ live }) => live?.value);
  const availability = useStore(availabilityStore, ({ live }) => live?.value);
  const prices = useSeenPrices(detail === 'idle' ? pricedOf(networks ?? []) : []);
  const [figures] = useAnswer('figures.get', Math.floor(now / FIGURES_MS));
  const [money] = useAnswer('wallet.alerts', Math.floor(now / FIGURES_MS));
  const [, search] = useBusy(async () => {
    backendsStore.getState().accept(await engine().ask('backends.detect', undefined));
  });

  const causes =
    node && work && networks && backends
      ? idleCauses({ node, networks, backends, work, answer: availability?.answer, prices })
      : undefined;
  const banners = bannersOf({
    causes: causes ?? [],
    backends: backends ?? [],
    backup: node?.practice ? undefined : backup,
    unfinished: setupStep !== undefined && setupStep !== '' && setupDone === false && node?.practice === false,
    // Practice has nothing that could be lost.
    money: node?.practice ? [] : money,
    unreached: inbound?.reason ?? null,
    now,
  });
  const fix = (what: 'resume' | 'detect') => (what === 'resume' ? void share(true) : search());
  return (
    <div className="space-y-4">
      {node?.practice && (
        <Notice tone="good" icon={FlaskConical}>
          {t('frame.practiceMeans')}
        </Notice>
      )}
      {node ? (
        <State
          node={node}
          sentence={sentence}
          reason={stateReason({ node, answer: availability?.answer }, speech)}
          action={
            <Next running={node.working + node.jobs + node.leases > 0} shut={!wantsToShare(node, availability)} />
          }
        />
      ) : (
        <div className="rounded-lg border border-line bg-panel p-6 shadow-card">
          <Placeholder lines={2} />
        </div>
      )}
      <Banners banners={banners} onFix={fix} />
      {figures && <Day figures={figures} now={now} />}
      {figures && <Gauges figures={figures} rules={availability?.rules ?? []} />}
      <Networks networks={networks} inbound={inbound} earnings={earnings} now={now} />
      <Figures
        node={node}
        figures={figures}
        availability={availability}
        backup={node?.practice ? undefined : backup}
        earnings={earnings}
        work={work}
        now={now}
      />
      {/* Last, for it grows and shrinks with each task. */}
      <Tasks work={work} networks={networks} sharing={node?.sharing ?? true} now={now} />
      {node && <About node={node} now={now} />}
      {detail === 'idle' && node && causes && (
        <Suspense>
          <IdleSheet
            causes={causes}
            working={node.working}
            slots={node.slots}
            now={now}
            onFix={fix}
            onClose={() => go('home')}
          />
        </Suspense>
      )}
    </div>
  );
}

/** What can be done about the state: go on sharing where it was stopped by hand, look at what runs, or ask why nothing comes. */
function Next({ running, shut }: { running: boolean; shut: boolean }) {
  const { t } = useText();
  const busy = useStore(sharingStore, (state) => state.busy);
  if (shut) {
    return (
      <Button look="main" icon={CirclePlay} busy={busy} onClick={() => void share(true)}>
        {t('idle.resume')}
      </Button>
    );
  }
  // One of them is always there: what stands below must not move with each task that comes and goes. Each under a key of its own, so
  // that one that takes the other's place under the pointer is not pressed for it; and each as wide as the wider one.
  const [shown, other] = running ? (['whatRuns', 'whyIdle'] as const) : (['whyIdle', 'whatRuns'] as const);
  return (
    <span className="inline-grid *:col-start-1 *:row-start-1">
      <LinkButton key={shown} href={running ? hrefOf('work') : hrefOf('home', 'idle')}>
        {t(`home.${shown}`)}
      </LinkButton>
      <span aria-hidden="true" className="invisible h-0 border px-3 text-sm font-medium">
        {t(`home.${other}`)}
      </span>
    </span>
  );
}
