// The parts that are started and stopped, in their order: what others need first, the networks last.

import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Network } from '../networks/network.ts';
import type { Supervisor } from './supervisor.ts';

export interface Services {
  /** The networks that a node in practice joins. */
  readonly practice: Service | undefined;
  readonly dataUse: Service;
  readonly availability: Service;
  readonly uptime: Service;
  readonly refusals: Service;
  readonly idleHistory: Service;
  readonly retention: Service | undefined;
  readonly sumsCheck: Service | undefined;
  readonly copies: Service | undefined;
  /** Left out where their maker starts and stops them. */
  readonly backends: Service | undefined;
  readonly runners: Service | undefined;
  readonly boxes: Service | undefined;
  readonly reachability: Service | undefined;
  readonly wallet: Service | undefined;
  readonly networks: readonly Network[];
  readonly inboundTry: Service;
}

export function superviseAll(
  supervisor: Pick<Supervisor, 'add'>,
  services: Services,
  wanted: (id: NetworkId) => boolean,
): void {
  const { practice, dataUse, availability, uptime, refusals, idleHistory, retention, sumsCheck, copies } = services;
  if (practice) supervisor.add({ service: practice, vital: true });
  const parts = [dataUse, availability, uptime, refusals, idleHistory, retention, sumsCheck, copies];
  for (const service of [
    ...parts,
    services.backends,
    services.runners,
    services.boxes,
    services.reachability,
    services.wallet,
  ]) {
    if (service) supervisor.add({ service, vital: false });
  }
  for (const network of services.networks) {
    supervisor.add({ service: network, vital: false, together: true, wanted: () => wanted(network.id) });
  }
  supervisor.add({ service: services.inboundTry, vital: false });
}
