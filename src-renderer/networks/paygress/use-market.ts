import { useEffect, useState } from 'react';
import type { PaygressMarket } from '../../../src-preload/contract/networks/paygress.ts';
import { askPaygress } from './ask.ts';

/** Asked once while it is shown; undefined until it is there, and where the network does not run. */
export function useMarket(): PaygressMarket | undefined {
  const [market, setMarket] = useState<PaygressMarket>();
  useEffect(() => {
    let isShown = true;
    askPaygress('market', undefined)
      .then((found) => isShown && setMarket(found))
      .catch(() => undefined);
    return () => {
      isShown = false;
    };
  }, []);
  return market;
}
