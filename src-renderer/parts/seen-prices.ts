import { useEffect, useState } from 'react';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { SeenPrices } from '../../src-preload/contract/pricing.ts';
import { engine } from '../bridge/index.ts';
import { reportFailure } from '../stores/alerts.ts';

/** What others ask on a network, once it is known. */
export interface SeenOn {
  readonly network: NetworkId;
  readonly prices: SeenPrices;
}

/** Of those of these networks where it is known; asked when there is a network to ask, and again with another price. */
export function useSeenPrices(networks: readonly NetworkId[], price?: number): readonly SeenOn[] {
  const [seen, setSeen] = useState<readonly SeenOn[]>([]);
  const ids = networks.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: held against the price that is set
  useEffect(() => {
    const asked = ids === '' ? [] : (ids.split(' ') as NetworkId[]);
    let on = true;
    void Promise.all(
      asked.map(async (network) => ({ network, prices: await engine().ask('pricing.seen', { network }) })),
    ).then(
      (told) => on && setSeen(told.flatMap(({ network, prices }) => (prices ? [{ network, prices }] : []))),
      reportFailure,
    );
    return () => {
      on = false;
    };
  }, [ids, price]);
  return seen;
}
