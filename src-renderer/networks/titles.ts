// What a network calls itself, for rows that hold its id: of one that is no longer there, the id is all that is left.
import { useStore } from 'zustand/react';
import { networksStore } from '../stores/networks.ts';

/** By its id. The id itself may be a stranger’s: show it as such. */
export function useNetworkTitle(): (id: string) => string {
  const networks = useStore(networksStore, ({ live }) => live?.value);
  return (id) => networks?.find((network) => network.id === id)?.title ?? id;
}
