import { Activity, ClipboardCopy } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { ReachabilityView, ReachStep } from '../../../src-preload/contract/reachability.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { reachabilityStore } from '../../stores/reachability.ts';
import { toast } from '../../stores/toasts.ts';
import { Chain } from './chain.tsx';
import { Coach } from './coach.tsx';

/** What fits a look; the report has all. */
const MOST_STEPS = 60;

/** How others reach this computer: link by link, with a test, the router's menus, and the steps that led there. */
export function WayInCard({ now }: { now: number }) {
  const { t } = useText();
  const view = useStore(reachabilityStore, ({ live }) => live?.value);
  const [busy, test] = useBusy(async () => {
    await engine().ask('reachability.test', undefined);
  });
  const [copying, copy] = useBusy(async () => {
    const { text } = await engine().ask('reachability.report', {});
    await navigator.clipboard.writeText(text);
    toast(t('reach.copied'));
  });
  if (view === undefined) {
    return (
      <Card title={t('reach.title')}>
        <Placeholder lines={4} />
      </Card>
    );
  }
  const failed = view.chain.some(({ state }) => state === 'failed');
  return (
    <Card
      title={t('reach.title')}
      aside={
        view.wanted && (
          <span className="flex flex-wrap gap-2">
            <Button icon={Activity} busy={busy || view.testing} onClick={() => test()}>
              {view.testing ? t('reach.testing') : t('reach.test')}
            </Button>
            <Button icon={ClipboardCopy} busy={copying} onClick={() => copy()}>
              {t('reach.report')}
            </Button>
          </span>
        )
      }
    >
      <div className="space-y-4">
        <p role="status">{sentenceFor(view, t)}</p>
        {view.wanted && <Chain chain={view.chain} ports={view.ports} now={now} />}
        {view.wanted && <Told view={view} />}
        {view.wanted && failed && (
          <Disclosure title={t('reach.coach.title')}>
            <Coach
              name={view.router?.name ?? null}
              model={view.router?.model ?? null}
              address={view.router?.address ?? null}
              local={view.router?.local ?? null}
              port={view.ports[0]?.port}
            />
          </Disclosure>
        )}
        {view.wanted && <Steps />}
      </div>
    </Card>
  );
}

const tiers: Record<0 | 1 | 2 | 3 | 4, Key> = {
  0: 'reach.tier.direct',
  1: 'reach.tier.mapped',
  2: 'reach.tier.punched',
  3: 'reach.tier.relay',
  4: 'reach.tier.none',
};

/** One sentence: whether others get through, and how. */
export function sentenceFor(view: ReachabilityView, t: (key: Key) => string): string {
  if (!view.wanted) return t('reach.notWanted');
  if (view.tier === null) return t('reach.looking');
  if (view.method === 'external_tunnel') return t('reach.tier.tunnel');
  const proven = view.ports.every(({ proof }) => proof?.reached);
  return view.tier < 4 && !proven ? t('reach.unproven') : t(tiers[view.tier]);
}

function Told({ view }: { view: ReachabilityView }) {
  const { t } = useText();
  const { router, seenFrom, ports, tunnels } = view;
  return (
    <Facts>
      {ports.map(({ id, purpose, advertised }) => (
        <Fact key={id} name={t('reach.told')}>
          {advertised === null ? t('reach.toldNothing', { purpose }) : <Text value={advertised} most={120} />}
        </Fact>
      ))}
      {router && (
        <Fact name={t('reach.router')}>
          <Text value={[router.name, router.model, router.address].filter(Boolean).join(', ')} most={120} />
        </Fact>
      )}
      {router?.behindVpn && <Fact name={t('reach.vpn')}>{t('reach.vpnMeans')}</Fact>}
      {(seenFrom?.v4 ?? seenFrom?.v6) && (
        <Fact name={t('reach.seenFrom')}>
          <Text value={[seenFrom?.v4, seenFrom?.v6].filter(Boolean).join(', ')} most={120} />
        </Fact>
      )}
      {tunnels.map(({ kind, url, healthy }) => (
        <Fact key={url} name={t('reach.tunnel', { kind })}>
          <Text value={url} most={120} /> {healthy ? t('reach.tunnelWorks') : t('reach.tunnelFails')}
        </Fact>
      ))}
    </Facts>
  );
}

/** What was done and found, newest first; asked for when it is opened. */
function Steps() {
  const { t, f } = useText();
  const [steps, setSteps] = useState<readonly ReachStep[] | undefined>();
  const [, load] = useBusy(async () => setSteps(await engine().ask('reachability.log', undefined)));
  return (
    <Disclosure title={t('reach.steps')} onToggle={(open) => open && load()}>
      {steps === undefined ? (
        <Placeholder lines={3} />
      ) : steps.length === 0 ? (
        <p className="text-soft">{t('reach.noSteps')}</p>
      ) : (
        <ol className="space-y-1 text-xs leading-4">
          {steps.slice(0, MOST_STEPS).map(({ at, code, facts }) => (
            <li key={`${at}-${code}-${facts}`} className="flex flex-wrap gap-x-2">
              <time className="text-soft tabular-nums">{f.dateTime(at)}</time>
              <span className="font-mono">
                <Text value={`${code} ${facts}`} most={240} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Disclosure>
  );
}
