import { Network as NetworkIcon } from 'lucide-react';
import { useStore } from 'zustand/react';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import { InboundCard } from '../../parts/inbound/card.tsx';
import { NetworkPrice } from '../../parts/network-price.tsx';
import { networksStore } from '../../stores/networks.ts';
import { ByHand } from './by-hand.tsx';
import { History } from './history.tsx';
import { Joined } from './joined.tsx';

/** Which networks this computer has joined, who lists it there, who says so and when, and what happened. */
export function Network() {
  const { t } = useText();
  const now = useNow();
  const networks = useStore(networksStore, ({ live }) => live?.value);
  const boot = useStore(networksStore, ({ live }) => live?.boot);
  return (
    <Page title={t('places.network')}>
      {networks === undefined ? (
        <Placeholder lines={4} />
      ) : networks.length === 0 ? (
        <p className="flex items-center gap-2 text-soft">
          <NetworkIcon aria-hidden="true" size={16} />
          {t('network.none')}
        </p>
      ) : (
        networks.map((network) => <Joined key={network.id} network={network} now={now} />)
      )}
      {networks?.map(({ id }) => (
        <NetworkPrice key={id} network={id} />
      ))}
      <InboundCard now={now} />
      <ByHand />
      {networks?.map((network) => (
        <History key={`${network.id} ${boot}`} network={network} now={now} />
      ))}
    </Page>
  );
}
