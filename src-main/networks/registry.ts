// The networks that there are, one line each.

import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { IicpDeps } from './iicp/deps.ts';
import { Identity } from './iicp/identity/identity.ts';

import { IicpNetwork } from './iicp/index.ts';
import { ticketRulesIn } from './iicp/relay/tickets.ts';
import { originLimitIn } from './iicp/settings.ts';
import type { Network } from './network.ts';

export interface NetworkDeps extends Omit<IicpDeps, 'fault'> {
  readonly fault: (name: string, error: unknown) => void;
  readonly version: string;
  readonly beatMs: number;
  readonly practice: boolean;
}

type NetworkFactory = (deps: NetworkDeps) => Network;

const factories = {
  iicp: (deps) =>
    new IicpNetwork(
      { ...deps, logger: deps.logger.child('iicp'), fault: (error) => deps.fault('network iicp', error) },
      {
        version: deps.version,
        beatMs: deps.beatMs,
        // As official nodes have it.
        native: process.env.IICP_DISABLE_NATIVE_TRANSPORT !== '1',
        perOrigin: originLimitIn(process.env.IICP_TASK_RATE_LIMIT),
        relayTickets: ticketRulesIn(process.env),
        localEndpoint: deps.practice ? (port) => `http://127.0.0.1:${port}` : undefined,
      },
    ),
} satisfies Record<NetworkId, NetworkFactory>;

export function createNetworks(deps: NetworkDeps): readonly Network[] {
  return Object.values(factories).map((create: NetworkFactory) => create(deps));
}

/** Who this node is to a network, as that network may know it. `get` reads sealed values. */
const identities = {
  iicp: (held) => Identity.known(held),
} satisfies Record<NetworkId, (held: HeldValues) => KnownIdentity | undefined>;

interface HeldValues {
  get(name: string): string | undefined;
}

interface KnownIdentity {
  readonly nodeId: string;
  readonly publicKey: string;
}

/** Those that have been made; none is made for the asking. */
export function identitiesIn(held: HeldValues): ({ readonly network: NetworkId } & KnownIdentity)[] {
  const found = Object.entries(identities) as [NetworkId, (held: HeldValues) => KnownIdentity | undefined][];
  return found.flatMap(([network, known]) => {
    const identity = known(held);
    return identity ? [{ network, ...identity }] : [];
  });
}
