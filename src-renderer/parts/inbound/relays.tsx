// Another way in where nothing leads in: of each network that has one, for that network alone.
import { Radio } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand/react';
import type { NetworkId, NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import type { NetworkPages } from '../../networks/pages.ts';
import { networksStore } from '../../stores/networks.ts';

interface Relayed {
  readonly network: NetworkView;
  /** The relay, as it is called there. */
  readonly through: string;
}

/** Through which relays others come; `alone` where no network that others come to has another way in. */
export function relaysOf(networks: readonly NetworkView[]): { relays: readonly Relayed[]; alone: boolean } {
  const inbound = networks.filter(({ enabled, capabilities }) => enabled && capabilities.includes('inbound'));
  const relays = inbound.flatMap((network) => (network.relay === null ? [] : [{ network, through: network.relay }]));
  return { relays, alone: relays.length > 0 && relays.length === inbound.length };
}

type Relay = NonNullable<NonNullable<NetworkPages['inbound']>['relay']>;

/** The relays that there are for networks, but for these; of those that are switched on, where any is. */
export function useRelays(without: readonly NetworkId[] = []): readonly (Relay & { readonly id: NetworkId })[] {
  const networks = useStore(networksStore, ({ live }) => live?.value) ?? [];
  const offered = networks.flatMap(({ id, enabled }) => {
    const relay = pagesOf(id).inbound?.relay;
    return relay && !without.includes(id) ? [{ id, enabled, ...relay }] : [];
  });
  const joined = offered.filter(({ enabled }) => enabled);
  return joined.length > 0 ? joined : offered;
}

/** A button for each. */
export function UseRelays(): ReactNode {
  return useRelays().map(({ id, Use }) => <Use key={id} />);
}

/** Each with what it would see, but for networks that have one already. */
export function RelayOffers({ without }: { without: readonly NetworkId[] }): ReactNode {
  const { t } = useText();
  return useRelays(without).map(({ id, Use, sees }) => (
    <Notice key={id} tone="neutral" icon={Radio} action={<Use />}>
      {t(sees)}
    </Notice>
  ));
}
