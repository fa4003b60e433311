// Where others come in, while the node runs: the task server, and the ways from outside to it and, where this node is a relay, to
// the port of its workers.

import type { Socket } from 'node:net';
import type { WayIn, WaysIn } from '../../reachability/way-in.ts';
import type { OutsideWitness } from '../../reachability/witness.ts';
import type { IicpDeps } from './deps.ts';
import { PortTaken } from './errors.ts';
import { TaskServer, type TaskServerDeps } from './http/server.ts';
import { AutomaticPort } from './port.ts';
import { portOwner } from './port-owner.ts';
import { listensForItself, mostBytesIn } from './settings.ts';

export interface DoorDeps
  extends Omit<TaskServerDeps, 'connected'>,
    Pick<IicpDeps, 'settings' | 'committer' | 'read' | 'random' | 'waysIn'> {
  readonly nodeId: string;
  readonly witness: OutsideWitness;
  /** The one who can try a port at which no HTTP is spoken. */
  readonly connectingWitness: OutsideWitness;
  /** Told of each connection that is let in. */
  readonly connected: (socket: Socket) => void;
  /** Told when the way in is another. */
  readonly changed: () => void;
}

export interface DoorOptions {
  /** Others than this computer may come; a practice node has nobody out there. */
  readonly outside: boolean;
  /** Requests of one web page in a minute, where it is not the usual number. */
  readonly perOrigin?: number | undefined;
}

export class Door {
  readonly #deps: DoorDeps;
  readonly #options: DoorOptions;
  #server: TaskServer | undefined;
  #wayIn: WayIn | undefined;
  #workersPort: number | undefined;
  #workersWayIn: WayIn | undefined;

  constructor(deps: DoorDeps, options: DoorOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Where it listens; undefined while it does not. */
  get address(): TaskServer['address'] {
    return this.#server?.address;
  }

  get wayIn(): Omit<WayIn, 'close'> | undefined {
    return this.#wayIn;
  }

  /** Theirs, of whom `acceptWorkers` told. */
  get workersWayIn(): Omit<WayIn, 'close'> | undefined {
    return this.#workersWayIn;
  }

  /** Workers of this relay are accepted at this port; undefined: no longer. */
  acceptWorkers(port: number | undefined): void {
    if (port === this.#workersPort) return;
    this.#workersPort = port;
    this.#workersWayIn?.close();
    this.#workersWayIn = undefined;
    this.#lookForWorkers();
  }

  /** Rejects with PortTaken, PortReserved or BindRefused. */
  async open(): Promise<void> {
    const { settings } = this.#deps;
    const opening = settings.isSet('networks.iicp.port')
      ? this.#listen(settings.get('networks.iicp.port'))
      : new AutomaticPort(this.#deps).take((port) => this.#listen(port));
    this.#server = await opening.catch(async (error: unknown) => {
      throw error instanceof PortTaken ? await named(error) : error;
    });
    this.lookOutside();
  }

  /** Finds the way in anew, as the settings are now. */
  lookOutside(): void {
    const { settings, nodeId, witness, changed } = this.#deps;
    this.closeOutside();
    const port = this.address?.port;
    const waysIn = this.#waysIn;
    if (!waysIn || port === undefined) return;
    this.#wayIn = waysIn.open({
      id: 'iicp',
      transport: 'tcp',
      port,
      purpose: 'IICP tasks',
      nodeId,
      witness,
      byHand: settings.get('networks.iicp.endpoint'),
    });
    this.#wayIn.onChange(changed);
    // After it: the first one is what is told of as a whole.
    this.#lookForWorkers();
  }

  closeOutside(): void {
    this.#wayIn?.close();
    this.#wayIn = undefined;
    this.#workersWayIn?.close();
    this.#workersWayIn = undefined;
  }

  /** Whoever has set the address has seen to the ports as well. */
  #lookForWorkers(): void {
    const { settings, nodeId, connectingWitness, changed } = this.#deps;
    const port = this.#workersPort;
    if (port === undefined || !this.#wayIn || settings.get('networks.iicp.endpoint') !== '') return;
    this.#workersWayIn = this.#waysIn?.open({
      id: 'iicp-relay',
      transport: 'tcp',
      port,
      purpose: 'IICP relay',
      nodeId,
      witness: connectingWitness,
      notHttp: true,
    });
    this.#workersWayIn?.onChange(changed);
  }

  /** Undefined where nobody outside is to come. */
  get #waysIn(): WaysIn | undefined {
    const { waysIn, settings } = this.#deps;
    return this.#options.outside && !listensForItself(settings) ? waysIn : undefined;
  }

  /** Sends the answers under way, within a time. */
  async close(): Promise<void> {
    this.closeOutside();
    await this.#server?.stop();
  }

  async #listen(port: number): Promise<TaskServer> {
    const { settings, connected } = this.#deps;
    const { perOrigin } = this.#options;
    const arrived = (socket: Socket) => {
      connected(socket);
      this.#wayIn?.arrived(socket.remoteAddress ?? '');
    };
    const server = new TaskServer(
      { ...this.#deps, connected: arrived },
      {
        bind: settings.get('networks.iicp.bind'),
        port,
        cors: settings.get('networks.iicp.cors'),
        maxBodyBytes: mostBytesIn(settings),
        ...(perOrigin !== undefined && { limits: { perOrigin } }),
      },
    );
    await server.start();
    return server;
  }
}

/** With the program that has the port, where that can be told. */
async function named(error: PortTaken): Promise<PortTaken> {
  const by = await portOwner(error.port);
  return by === undefined ? error : new PortTaken(error.bind, error.port, error, by);
}
