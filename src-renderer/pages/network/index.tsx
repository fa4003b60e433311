import { Network as NetworkIcon } from 'lucide-react';
import { useStore } from 'zustand/react';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import { InboundCard } from '../../parts/inbound/card.tsx';
import { networksStore } from '../../stores/networks.ts';
import { nodeStore } from '../../stores/node.ts';
import { reachabilityStore } from '../../stores/reachability.ts';
import { ByHand } from './by-hand.tsx';
import { NetworkList } from './list.tsx';
import { lookOf } from './look.ts';
import { One } from './one.tsx';
import type { StopId } from './path.ts';
import { ThisComputer } from './this-computer.tsx';
import { Way } from './way.tsx';

/** The way from here to the networks, drawn; a list of them, and one of them beside it by the same four tabs. */
export function Network({ detail }: { detail: string | undefined }) {
  const { t } = useText();
  const now = useNow();
  const networks = useStore(networksStore, ({ live }) => live?.value);
  const inbound = useStore(reachabilityStore, ({ live }) => live?.value);
  const practice = useStore(nodeStore, ({ live }) => live?.value.practice ?? false);
  if (networks === undefined || networks.length === 0) {
    return (
      <Page title={t('places.network')}>
        {networks === undefined ? (
          <Placeholder lines={4} />
        ) : (
          <p className="flex items-center gap-2 text-soft">
            <NetworkIcon aria-hidden="true" size={16} />
            {t('network.none')}
          </p>
        )}
      </Page>
    );
  }
  const { stop, network: named, tab } = lookOf(detail, networks);
  const several = networks.length > 1;
  const joinedFirst = networks.toSorted((one, other) => Number(other.enabled) - Number(one.enabled));
  const shown = networks.find(({ id }) => id === named) ?? joinedFirst.at(0)!;
  // On a small screen the list comes first, and one of it when it was pressed.
  const chosen = named !== undefined || !several;
  return (
    <Page title={t('places.network')}>
      <Way networks={networks} inbound={inbound} practice={practice} open={stop} />
      {stop && <Proof stop={stop} now={now} />}
      <div className={several ? 'grid grid-cols-1 items-start gap-4 sm:grid-cols-[14rem_minmax(0,1fr)]' : ''}>
        {several && (
          <div className={chosen ? 'max-sm:hidden' : ''}>
            <NetworkList networks={networks} shown={shown.id} />
          </div>
        )}
        <div className={`min-w-0 ${chosen ? '' : 'max-sm:hidden'}`}>
          <One key={shown.id} network={shown} tab={tab} now={now} several={several} />
        </div>
      </div>
    </Page>
  );
}

/** What a stop of the way rests on, and what can be done where it fails. */
function Proof({ stop, now }: { stop: StopId; now: number }) {
  const inbound = useStore(reachabilityStore, ({ live }) => live?.value);
  if (stop === 'you') return <ThisComputer inbound={inbound} />;
  return (
    <>
      <InboundCard now={now} />
      <ByHand />
    </>
  );
}
