// What a network can do, by what it has.

import type { Capability } from '../../src-preload/contract/networks/index.ts';
import type { Network } from './network.ts';

const PRESENT: Readonly<Record<Capability, (network: Network) => unknown>> = {
  identity: ({ identity }) => identity,
  renewal: ({ identity }) => identity?.renew,
  rotation: ({ identity }) => identity?.rotateKey,
  signing: ({ identity }) => identity?.signer,
  pricing: ({ pricing }) => pricing,
  account: ({ account }) => account,
  inbound: ({ inbound }) => inbound,
  boxes: ({ boxes }) => boxes,
};

export function capabilitiesOf(network: Network): Capability[] {
  const all = Object.entries(PRESENT) as [Capability, (network: Network) => unknown][];
  return all.flatMap(([capability, present]) => (present(network) === undefined ? [] : [capability]));
}
