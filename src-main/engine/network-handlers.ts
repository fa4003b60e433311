// What pages and commands can ask of networks: a line a request. What a network lacks is refused in one sentence for all of them.

import type { Handlers, Output } from '../../src-preload/contract/index.ts';
import { type NetworkId, ownRequest } from '../../src-preload/contract/networks/index.ts';
import { networkContracts } from '../../src-preload/contract/networks/registry.ts';
import type { Clock } from '../base/clock.ts';
import { NetworkCannot } from '../networks/errors.ts';
import type { Network, Signer } from '../networks/network.ts';
import type { Settings } from '../settings/settings.ts';
import type { DoneTasks } from '../work/done.ts';
import type { Accounting } from './accounting.ts';
import type { JobRehearsals } from './job-rehearsal.ts';
import type { NetworkRestarts } from './network-restarts.ts';
import { tryPrice } from './prices.ts';
import type { Slices } from './slices.ts';

export interface NetworkHandlerDeps {
  readonly clock: Clock;
  readonly slices: Pick<Slices, 'take' | 'touch'>;
  readonly settings: Pick<Settings, 'get'>;
  readonly networks: readonly Network[];
  readonly restarts: Pick<NetworkRestarts, 'renew'>;
  readonly accounting: Accounting;
  readonly done: DoneTasks;
  readonly jobRehearsals: Pick<JobRehearsals, 'run'>;
}

/**
 * Who signs what this node says of itself: the network that is joined and can, the first in the registry; where none is joined, the
 * first that can, so that a day that was shared can be signed after all was left. Every reader takes the key from the card.
 */
export async function signerOf(networks: readonly Network[], joined: (id: NetworkId) => boolean): Promise<Signer> {
  const able = networks.flatMap(({ id, identity }) =>
    identity?.signer ? [{ id, signer: () => identity.signer!() }] : [],
  );
  const chosen = able.find(({ id }) => joined(id)) ?? able[0];
  if (!chosen) throw new NetworkCannot('This node', 'signing');
  return await chosen.signer();
}

export function createNetworkHandlers(deps: NetworkHandlerDeps) {
  const { slices, networks } = deps;
  const of = (id: NetworkId) => networks.find((network) => network.id === id)!;
  /** What a capability gives, or the sentence that the network has none. */
  function demand<T>(id: NetworkId, asked: string, held: T | undefined): T {
    if (held === undefined) throw new NetworkCannot(networkContracts[id].title, asked);
    return held;
  }
  return {
    'earnings.accounts': async () => {
      const accounts = await Promise.all(networks.map(async (network) => await network.account?.read()));
      return accounts.filter((account) => account != null);
    },
    'pricing.try': async ({ network, hours, without, ...price }) => {
      const pricing = demand(network, 'pricing', of(network).pricing);
      const { powerSince: power, worth } = deps.accounting;
      return await tryPrice({ ...deps, power, worth }, network, { price: pricing.quote(price), hours, without });
    },
    'pricing.seen': async ({ network }) => (await of(network).pricing?.seen()) ?? null,
    'networks.get': () => slices.take('networks'),
    'networks.history': ({ id, before, limit }) => of(id).history(before ?? Number.MAX_SAFE_INTEGER, limit),
    'networks.check': ({ id }) => of(id).check(),
    'networks.rehearse': ({ id }) => deps.jobRehearsals.run(id),
    'networks.identify': async ({ id }) => {
      const known = await demand(id, 'identity', of(id).identity).open();
      slices.touch('backup');
      return known;
    },
    'networks.rotateKey': async ({ id }) => {
      const { identity } = of(id);
      demand(id, 'rotation', identity?.rotateKey);
      const fresh = await identity!.rotateKey!();
      slices.touch('backup');
      return fresh;
    },
    'networks.newIdentity': async ({ id }) => {
      const network = of(id);
      const { identity } = network;
      demand(id, 'renewal', identity?.renew);
      await deps.restarts.renew(network, () => identity!.renew!());
      const known = await identity!.open();
      slices.touch('backup');
      return known;
    },
    'networks.ask': async ({ id, name, input }) => {
      const network = of(id);
      demand(id, name, ownRequest(id, name));
      demand(id, name, network.ask);
      return (await network.ask!(name, input)) as Output<'networks.ask'>;
    },
  } satisfies Partial<Handlers>;
}
