import { useEffect, useState } from 'react';
import type { NetworkId } from '../../../src-preload/contract/networks/index.ts';
import type { SeenPrices } from '../../../src-preload/contract/pricing.ts';
import { engine } from '../../bridge/index.ts';
import { useText } from '../../i18n/use-text.ts';
import { reportFailure } from '../../stores/alerts.ts';

/** What others ask, once it is known; asked when there is a network to ask, and again with another price. */
export function useSeenPrices(network: NetworkId | undefined, price?: number): SeenPrices | null {
  const [seen, setSeen] = useState<SeenPrices | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: held against the price that is set
  useEffect(() => {
    if (network === undefined) return undefined;
    let on = true;
    void engine()
      .ask('pricing.seen', { network })
      .then((told) => on && setSeen(told), reportFailure);
    return () => {
      on = false;
    };
  }, [network, price]);
  return seen;
}

/** The middle of what others ask; nothing where nobody told. */
export function Seen({ network, price }: { network: NetworkId; price: number }) {
  const { t, f } = useText();
  const seen = useSeenPrices(network, price);
  if (!seen) return null;
  const { count, middle, lower } = seen;
  return (
    <p className="text-soft">
      {t('earnings.price.seen', { count, times: f.number(middle, 6) })}{' '}
      {t('earnings.price.lowerThanOwn', { count: lower, of: count })}
    </p>
  );
}
