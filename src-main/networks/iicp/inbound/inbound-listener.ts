// Where others come in, while the node runs: the task server, and the ways from outside to it and, where this node is a relay, to
// the port of its workers.

import type { Socket } from 'node:net';
import { portOwner } from '../../../inbound/port-owner.ts';
import type { InboundAddress, InboundAddresses } from '../../../reachability/inbound.ts';
import type { OutsideProber } from '../../../reachability/prober.ts';
import type { NetworkHost } from '../../host.ts';
import { PortTaken } from '../errors.ts';
import { listensForItself, mostBytesIn } from '../settings.ts';
import { AutomaticPort } from './port.ts';
import { TaskServer, type TaskServerDeps } from './task-server.ts';

export interface InboundListenerDeps
  extends Omit<TaskServerDeps, 'connected' | 'memory'>,
    Pick<NetworkHost, 'settings' | 'committer' | 'read' | 'random' | 'inboundAddresses' | 'inboundMemory'> {
  readonly nodeId: string;
  readonly prober: OutsideProber;
  /** The one who can try a port at which no HTTP is spoken. */
  readonly connectingProber: OutsideProber;
  /** Called with each connection that is let in. */
  readonly connected: (socket: Socket) => void;
  /** Called when the inbound address is another. */
  readonly changed: () => void;
}

export interface InboundListenerOptions {
  /** Others than this computer may come; a practice node has no outside. */
  readonly outside: boolean;
  /** Requests of one web page in a minute, where it is not the usual number. */
  readonly perOrigin?: number | undefined;
  /** Tunnels that lead here; `none`: no tunnel is to be used. */
  readonly tunnels?: readonly string[] | 'none' | undefined;
}

export class InboundListener {
  readonly #deps: InboundListenerDeps;
  readonly #options: InboundListenerOptions;
  #server: TaskServer | undefined;
  #inbound: InboundAddress | undefined;
  #workersPort: number | undefined;
  #workersInbound: InboundAddress | undefined;

  constructor(deps: InboundListenerDeps, options: InboundListenerOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Where it listens; undefined while it does not. */
  get address(): TaskServer['address'] {
    return this.#server?.address;
  }

  get inbound(): Omit<InboundAddress, 'close'> | undefined {
    return this.#inbound;
  }

  /** Those of workers, as `acceptWorkers` asked for them. */
  get workersInbound(): Omit<InboundAddress, 'close'> | undefined {
    return this.#workersInbound;
  }

  /** Workers of this relay are accepted at this port; undefined: no longer. */
  acceptWorkers(port: number | undefined): void {
    if (port === this.#workersPort) return;
    this.#workersPort = port;
    this.#workersInbound?.close();
    this.#workersInbound = undefined;
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

  /** Asks for the inbound address anew, as the settings are now. */
  lookOutside(): void {
    const { settings, nodeId, prober, changed } = this.#deps;
    this.closeOutside();
    const port = this.address?.port;
    const inboundAddresses = this.#inboundAddresses;
    if (!inboundAddresses || port === undefined) return;
    this.#inbound = inboundAddresses.open({
      id: 'iicp',
      transport: 'tcp',
      port,
      purpose: 'IICP tasks',
      http: { path: '/iicp/health', isOurs: (text) => nodeIdIn(text) === nodeId, tunnels: this.#options.tunnels },
      prober,
      byHand: settings.get('networks.iicp.endpoint'),
    });
    this.#inbound.onChange(changed);
    // After it: the first one speaks for the whole.
    this.#lookForWorkers();
  }

  closeOutside(): void {
    this.#inbound?.close();
    this.#inbound = undefined;
    this.#workersInbound?.close();
    this.#workersInbound = undefined;
  }

  /** A user who has set the address has seen to the ports as well. */
  #lookForWorkers(): void {
    const { settings, connectingProber, changed } = this.#deps;
    const port = this.#workersPort;
    if (port === undefined || !this.#inbound || settings.get('networks.iicp.endpoint') !== '') return;
    this.#workersInbound = this.#inboundAddresses?.open({
      id: 'iicp-relay',
      transport: 'tcp',
      port,
      purpose: 'IICP relay',
      prober: connectingProber,
    });
    this.#workersInbound?.onChange(changed);
  }

  /** Undefined where no caller from outside is to come. */
  get #inboundAddresses(): InboundAddresses | undefined {
    const { inboundAddresses, settings } = this.#deps;
    return this.#options.outside && !listensForItself(settings) ? inboundAddresses : undefined;
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
      this.#inbound?.arrived(socket.remoteAddress ?? '');
    };
    const server = new TaskServer(
      { ...this.#deps, memory: this.#deps.inboundMemory, connected: arrived },
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

/** As health tells it. */
function nodeIdIn(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as { readonly node_id?: unknown }).node_id : undefined;
  } catch {
    return undefined;
  }
}

/** With the program that has the port, where that can be found out. */
async function named(error: PortTaken): Promise<PortTaken> {
  const by = await portOwner(error.port);
  return by === undefined ? error : new PortTaken(error.bind, error.port, error, by);
}
