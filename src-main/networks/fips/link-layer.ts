// The links of this node on real transports and real time: what `links` decides, with sockets.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { Datagrams } from '../../reachability/stun/socket.ts';
import { FIPS } from './bounds.ts';
import type { Identity } from './identity/identity.ts';
import type { DialResult } from './links/handshakes.ts';
import { Links } from './links/links.ts';
import { TICK_MS } from './links/times.ts';
import type { LinkNews } from './mesh.ts';
import type { Transport } from './transports/transport.ts';

export interface LinkLayerDeps {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly random: Random;
  readonly identity: Identity;
  /** Eight bytes, drawn once in the life of this node. */
  readonly epoch: Buffer;
  readonly transports: readonly Transport[];
}

export interface DialTarget {
  /** The id of a transport. */
  readonly transport: string;
  /** `host:port`. */
  readonly target: string;
  /** The key that the node there is to have, x alone. */
  readonly xOnly: Uint8Array;
}

export class LinkLayer {
  readonly #clock: LinkLayerDeps['clock'];
  readonly #transports: Map<string, Transport>;
  readonly #news: LinkNews;
  readonly links: Links;
  /** Those that could be started. */
  readonly #started = new Set<Transport>();
  /** Those that are closed and forgotten once no link uses them. */
  readonly #adopted = new Set<Transport>();
  #cancelTick: () => void = () => undefined;

  /** `news` is called in the middle of the links' work, so none of it may wait. */
  constructor({ clock, random, identity, epoch, transports }: LinkLayerDeps, news: LinkNews) {
    this.#clock = clock;
    this.#news = news;
    this.#transports = new Map(transports.map((each) => [each.id, each]));
    this.links = new Links({
      admits: (xOnly) => news.admits(xOnly),
      up: (peer) => news.up(peer),
      down: (peer, why) => news.down(peer, why),
      unanswered: (dial) => news.unanswered(dial),
      received: (peer, message, congestion) => news.received(peer, message, congestion),
      measured: (peer) => news.measured(peer),
      clock,
      random,
      identity,
      epoch,
      mostPeers: FIPS.peers,
      send: ({ transport, address }, frame) => this.#transports.get(transport)?.send(address, frame),
      isOpen: (transport) => this.#transports.get(transport)?.isOpen ?? false,
    });
  }

  /** Transports that can't be started are left out: why, by their ids. */
  async start(): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>();
    for (const transport of this.#transports.values()) {
      try {
        await this.#begin(transport);
      } catch (error) {
        failed.set(transport.id, error);
      }
    }
    this.#tickLater();
    return failed;
  }

  /** One more, with an id of its own, for as long as a link uses it: a hole that was punched is for one socket alone. */
  async adopt(transport: Transport): Promise<void> {
    this.#adopted.add(transport);
    this.#transports.set(transport.id, transport);
    await this.#begin(transport);
  }

  /** Where a transport listens; undefined: nowhere, or there is none of that id. */
  localOf(transport: string): string | undefined {
    return this.#transports.get(transport)?.local;
  }

  /** What else may go through the socket of a transport, where it has one without connections. */
  datagramsOf(transport: string): Datagrams | undefined {
    return this.#transports.get(transport)?.datagrams;
  }

  /** Of a transport, in bytes; undefined: there is none of that id. */
  mtuOf(transport: string): number | undefined {
    return this.#transports.get(transport)?.mtu;
  }

  /** Says goodbye to all neighbours, and closes everything. */
  async stop(): Promise<void> {
    this.#cancelTick();
    this.links.stop();
    await Promise.all([...this.#started].map((transport) => transport.stop()));
    this.#started.clear();
    for (const { id } of this.#adopted) this.#transports.delete(id);
    this.#adopted.clear();
  }

  /** Resolves once a handshake is on its way. Rejects where there is no way to the target. */
  async dial({ transport: id, target, xOnly }: DialTarget, signal: AbortSignal): Promise<DialResult> {
    const transport = this.#transports.get(id);
    if (!transport || !this.#started.has(transport))
      throw new RangeError('there is no such transport, or it is not started');
    const address = await transport.connect(target, signal);
    return this.links.dial({ xOnly, remote: { transport: id, address } });
  }

  #tickLater(): void {
    this.#cancelTick = this.#clock.after(TICK_MS, () => {
      this.#tickLater();
      this.links.tick();
      this.#closeUnused();
      this.#dropUnused();
      this.#news.ticked();
    });
  }

  async #begin(transport: Transport): Promise<void> {
    const remote = (address: string) => ({ transport: transport.id, address });
    await transport.start({
      received: (address, frame) => this.links.receive(remote(address), frame),
      closed: (address) => this.links.closed(remote(address)),
      unreachable: (address) => this.links.unreachable(remote(address)),
    });
    this.#started.add(transport);
  }

  #dropUnused(): void {
    for (const transport of this.#adopted) {
      if (this.links.usesTransport(transport.id)) continue;
      this.#adopted.delete(transport);
      this.#started.delete(transport);
      this.#transports.delete(transport.id);
      void transport.stop();
    }
  }

  #closeUnused(): void {
    for (const transport of this.#started) {
      for (const address of transport.openFor(FIPS.unusedMs)) {
        if (!this.links.uses({ transport: transport.id, address })) transport.close(address);
      }
    }
  }
}
