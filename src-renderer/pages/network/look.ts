// What is looked at, as it stands behind the place in the address: a stop of the way, or a network and one of its tabs. Pure.
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { type StopId, stopIds } from './path.ts';

/** The same for every network. */
export const tabIds = ['overview', 'work', 'money', 'settings'] as const;
export type TabId = (typeof tabIds)[number];

export interface Look {
  /** Whose proof is shown. */
  readonly stop: StopId | undefined;
  /** Undefined where none is named: a wide page shows the first one all the same. */
  readonly network: NetworkView['id'] | undefined;
  readonly tab: TabId;
}

/** An address can be anything: what makes no sense in it does not bind. */
export function lookOf(detail: string | undefined, networks: readonly Pick<NetworkView, 'id'>[]): Look {
  const [name = '', tab] = (detail ?? '').split('.');
  return {
    stop: stopIds.find((stop) => stop === name),
    network: networks.find(({ id }) => id === name)?.id,
    tab: tabIds.find((id) => id === tab) ?? 'overview',
  };
}

export function detailOf(id: NetworkView['id'], tab: TabId): string {
  return tab === 'overview' ? id : `${id}.${tab}`;
}
