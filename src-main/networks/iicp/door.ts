// Where others come in, while the node runs: the task server, and the way to it from outside.

import type { Socket } from 'node:net';
import type { WayIn } from '../../reachability/way-in.ts';
import type { OutsideWitness } from '../../reachability/witness.ts';
import type { IicpDeps } from './deps.ts';
import { TaskServer, type TaskServerDeps } from './http/server.ts';
import { AutomaticPort } from './port.ts';
import { listensForItself, mostBytesIn } from './settings.ts';

export interface DoorDeps
  extends Omit<TaskServerDeps, 'connected'>,
    Pick<IicpDeps, 'settings' | 'committer' | 'read' | 'random' | 'waysIn'> {
  readonly nodeId: string;
  readonly witness: OutsideWitness;
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

  /** Rejects with PortTaken or BindRefused. */
  async open(): Promise<void> {
    const { settings } = this.#deps;
    this.#server = settings.isSet('networks.iicp.port')
      ? await this.#listen(settings.get('networks.iicp.port'))
      : await new AutomaticPort(this.#deps).take((port) => this.#listen(port));
    this.lookOutside();
  }

  /** Finds the way in anew, as the settings are now. */
  lookOutside(): void {
    const { settings, waysIn, nodeId, witness, changed } = this.#deps;
    this.closeOutside();
    const port = this.address?.port;
    if (!waysIn || port === undefined || !this.#options.outside || listensForItself(settings)) return;
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
  }

  closeOutside(): void {
    this.#wayIn?.close();
    this.#wayIn = undefined;
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
