import { Activity, ClipboardCopy } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand/react';
import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { standingOf } from '../../standing.ts';
import { networksStore } from '../../stores/networks.ts';
import { nodeStore } from '../../stores/node.ts';
import { reachabilityStore } from '../../stores/reachability.ts';
import { toast } from '../../stores/toasts.ts';
import { Chains } from './chain.tsx';
import { Coach, type CoachProps } from './coach.tsx';
import { RelayOffers, relaysOf, UseRelays } from './relays.tsx';
import { sentenceFor } from './sentence.ts';
import { Steps } from './steps.tsx';

/** How others reach this computer: link by link, with a test, the router's menus, and the steps that led there. */
export function InboundCard({ now }: { now: number }) {
  const { t } = useText();
  const view = useStore(reachabilityStore, ({ live }) => live?.value);
  const practice = useStore(nodeStore, ({ live }) => live?.value.practice);
  const networks = useStore(networksStore, ({ live }) => live?.value) ?? [];
  const { relays, alone } = relaysOf(networks);
  const [coaching, setCoaching] = useState(false);
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
  const coach = coachFor(view);
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
        <p role="status">
          {alone ? t('reach.tier.relay') : practice && !view.wanted ? t('reach.practice') : sentenceFor(view, t)}
        </p>
        {relays.length > 0 && (
          <Facts>
            {relays.map(({ network, through }) => (
              <Fact key={network.id} name={alone ? t('reach.relay') : t('reach.relayOf', { network: network.title })}>
                <Text value={through} most={120} />
              </Fact>
            ))}
          </Facts>
        )}
        {view.wanted && <Chains ports={view.ports} now={now} help={helpFor} />}
        {offersRelay(view) && <RelayOffers without={relays.map(({ network }) => network.id)} />}
        {view.wanted && <Told view={view} />}
        {coach && (
          <Disclosure title={t(coach.first ? 'reach.coach.titleFirst' : 'reach.coach.title')} onToggle={setCoaching}>
            <Coach {...coach} open={coaching} />
          </Disclosure>
        )}
        {view.wanted && <Steps />}
      </div>
    </Card>
  );
}

/** Without a line there is nothing to be relayed by, nor a fault of the router's to be mended. */
const NO_WAY: ReadonlySet<string> = new Set(['reachability.offline', 'reachability.no-gateway']);

/** No menu of a router helps against these. */
const NO_ROUTER_HELPS: ReadonlySet<string> = new Set(['reachability.carrier-nat']);

function helpFor(code: string): ReactNode {
  return (
    NO_ROUTER_HELPS.has(code) && (
      <div className="pt-2">
        <UseRelays />
      </div>
    )
  );
}

/** Nothing gets in, and the advice has no such button of its own. */
function offersRelay(view: ReachabilityView): boolean {
  const advised = view.chain.some(({ reason }) => reason !== null && NO_ROUTER_HELPS.has(reason.code));
  return standingOf(view) === 'unreached' && !advised && !NO_WAY.has(view.reason?.code ?? '');
}

/**
 * What to lead through, where menus of a router can help: not where there is none, nor behind a provider's NAT. Behind two routers
 * it is the first one that has to let others in, to the second one's address.
 */
export function coachFor({
  wanted,
  chain,
  ports,
  router,
}: ReachabilityView): (CoachProps & { first: boolean }) | undefined {
  const failed = chain.filter(({ state }) => state === 'failed');
  const codes = failed.map(({ reason }) => reason?.code);
  if (!wanted || !router || failed.length === 0 || codes.includes('reachability.carrier-nat')) return undefined;
  const { name, model, maker, address, local } = router;
  const closed = ports.find((port) => port.chain.some(({ state }) => state === 'failed')) ?? ports[0];
  if (!codes.includes('reachability.double-nat')) {
    return { name, model, maker, address, local, port: closed?.port, first: false };
  }
  const outer = ports.flatMap(({ mappings }) => mappings).find(({ external }) => external !== null)?.external;
  const rule = { local: outer?.address ?? null, port: outer?.port ?? closed?.port };
  return { name: null, model: null, maker: null, address: null, ...rule, first: true };
}

function Told({ view }: { view: ReachabilityView }) {
  const { t } = useText();
  const { router, seenFrom, ports, tunnels } = view;
  return (
    <Facts>
      {ports.map(({ id, purpose, advertised }) => (
        <Fact key={id} name={ports.length > 1 ? t('reach.toldOf', { purpose: quoted(purpose, 60) }) : t('reach.told')}>
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
