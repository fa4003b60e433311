// The way in before this network is joined: the port that tasks would come to is opened at the router and tried from outside, and
// nothing is behind it but the answer that no tasks are taken. When it is closed, nothing of it is left at the router.

import { toAnswer } from './answer.ts';
import type { IicpDeps, IicpOptions } from './deps.ts';
import { DirectoryClient } from './directory.ts';
import { Door } from './door.ts';
import { DialBack } from './reach/dial-back.ts';
import type { Waited } from './reach/waited.ts';
import { witnesses } from './reach/witnesses.ts';
import { refusal } from './wire.ts';
import { DirectoryWitness } from './witness.ts';

export interface WayInTryDeps
  extends Pick<IicpDeps, 'clock' | 'random' | 'logger' | 'settings' | 'committer' | 'read' | 'dataUse' | 'waysIn'> {
  readonly waited: Waited;
}

const ONLY_TRYING = toAnswer(refusal(503, 'only_trying', 'this_node_takes_no_tasks_yet'));

/** Rejects with PortTaken or BindRefused. Answers how to close it, which sends what is under way first. */
export async function tryWayIn(deps: WayInTryDeps, options: IicpOptions): Promise<() => Promise<void>> {
  const { clock, settings, random, dataUse, waited } = deps;
  // Made for this once: who this node is in the network is told to nobody yet.
  const nodeId = random.bytes(16).toString('hex');
  const directoryUrl = settings.get('networks.iicp.directoryUrl');
  const directory = new DirectoryClient(directoryUrl, []);
  const dialBack = new DialBack({ clock, on: () => false, waited }, { local: false });
  const door = new Door(
    {
      ...deps,
      nodeId,
      desk: { handle: async () => ONLY_TRYING },
      health: () => ({ status: 'draining', node_id: nodeId }),
      refused: () => {},
      routes: dialBack.routes,
      connected: (socket) => dataUse.watch(socket),
      witness: witnesses({ ...deps, directory, peers: () => [] }, { local: false }),
      connectingWitness: new DirectoryWitness(directory, directoryUrl),
      changed: () => {},
    },
    { outside: options.localEndpoint === undefined },
  );
  const close = async () => {
    await door.close();
    await directory.close();
  };
  try {
    await door.open();
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}
