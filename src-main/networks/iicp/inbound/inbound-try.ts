// Inbound reachability before this network is joined: the port that tasks would come to is opened at the router and tried from outside, and
// nothing is behind it but the answer that no tasks are taken. When it is closed, nothing of it is left at the router.

import type { NetworkHost } from '../../host.ts';
import { DirectoryClient } from '../directory/directory.ts';
import { DirectoryProber } from '../directory/directory-prober.ts';
import type { IicpOptions } from '../options.ts';
import { DialBack } from '../reach/dial-back.ts';
import type { PendingNonces } from '../reach/pending-nonces.ts';
import { probers } from '../reach/probers.ts';
import { refusal } from '../tasks/wire.ts';
import { toAnswer } from './answer.ts';
import { InboundListener } from './inbound-listener.ts';

export interface InboundTryDeps
  extends Pick<
    NetworkHost,
    'clock' | 'random' | 'logger' | 'settings' | 'committer' | 'read' | 'dataUse' | 'inboundAddresses' | 'inboundMemory'
  > {
  readonly pendingNonces: PendingNonces;
}

const ONLY_TRYING = toAnswer(refusal(503, 'only_trying', 'this_node_takes_no_tasks_yet'));

/** Rejects with PortTaken or BindRefused. Answers how to close it, which sends what is under way first. */
export async function tryInbound(deps: InboundTryDeps, options: IicpOptions): Promise<() => Promise<void>> {
  const { clock, settings, random, dataUse, pendingNonces } = deps;
  // Made for this once: who this node is in the network stays private until it joins.
  const nodeId = random.bytes(16).toString('hex');
  const directoryUrl = settings.get('networks.iicp.directoryUrl');
  const directory = new DirectoryClient(directoryUrl, []);
  const dialBack = new DialBack({ clock, on: () => false, pendingNonces }, { local: false });
  const listener = new InboundListener(
    {
      ...deps,
      nodeId,
      admission: { handle: async () => ONLY_TRYING },
      health: () => ({ status: 'draining', node_id: nodeId }),
      refused: () => {},
      routes: dialBack.routes,
      connected: (socket) => dataUse.watch(socket),
      prober: probers({ ...deps, directory, peers: () => [] }, { local: false }),
      connectingProber: new DirectoryProber(directory, directoryUrl),
      changed: () => {},
    },
    { outside: options.localEndpoint === undefined, tunnels: options.tunnels },
  );
  const close = async () => {
    await listener.close();
    await directory.close();
  };
  try {
    await listener.open();
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}
