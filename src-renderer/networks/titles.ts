// What a network calls itself, for rows that hold its id: of one that is no longer there, the id is all that is left.
import { useCallback } from 'react';
import { useStore } from 'zustand/react';
import { WALLET_BOOKS } from '../../src-preload/contract/earnings.ts';
import { quoted } from '../format/text.ts';
import { useText } from '../i18n/use-text.ts';
import { networksStore } from '../stores/networks.ts';

/** By its id, which the wallet has too where it stands among networks. The id itself may be a stranger’s: show it as such. */
export function useNetworkTitle(): (id: string) => string {
  const networks = useStore(networksStore, ({ live }) => live?.value);
  const { t } = useText();
  return (id) =>
    id === WALLET_BOOKS ? t('wallet.title') : (networks?.find((network) => network.id === id)?.title ?? id);
}

/** The title of a network beside its work, fit for a sentence; false where only one is joined, which goes without saying. */
export function useSeveralNetworks(): (id: string) => string | false {
  const networks = useStore(networksStore, ({ live }) => live?.value);
  return useCallback(
    (id) => {
      if ((networks?.filter(({ enabled }) => enabled).length ?? 0) < 2) return false;
      return quoted(networks?.find((network) => network.id === id)?.title ?? id, 32);
    },
    [networks],
  );
}
