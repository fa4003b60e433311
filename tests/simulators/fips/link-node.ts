// A node of which only the links are there, on the network in memory.
import { Identity } from '../../../src-main/networks/fips/identity/identity.ts';
import { type LinkPorts, Links } from '../../../src-main/networks/fips/links/links.ts';
import type { Peer } from '../../../src-main/networks/fips/links/peer.ts';
import type { FakeNetwork } from './network.ts';

export interface LinkNodeOptions {
  /** One byte, of which its secret key is made. */
  readonly seed: number;
  readonly address: string;
  readonly ports?: Partial<LinkPorts>;
}

export class LinkNode {
  readonly identity: Identity;
  readonly #network: FakeNetwork;
  readonly #options: LinkNodeOptions;
  /** What it heard of its links, as words: the other's seed, and what. */
  news: string[] = [];
  /** Messages that came, as text. */
  received: string[] = [];
  links: Links;
  address: string;
  #detach: () => void = () => undefined;
  #running = true;

  constructor(network: FakeNetwork, options: LinkNodeOptions) {
    this.#network = network;
    this.#options = options;
    this.address = options.address;
    this.identity = Identity.of(Buffer.alloc(32, options.seed))!;
    this.links = this.#start();
    this.moveTo(options.address);
    network.every(1000, () => {
      this.links.tick();
      return this.#running;
    });
  }

  get addr(): string {
    return this.identity.nodeAddr;
  }

  /** The only neighbour. */
  get peer(): Peer {
    const [peer, ...more] = this.links.peers.values();
    if (!peer || more.length > 0) throw new Error(`${more.length + (peer ? 1 : 0)} neighbours`);
    return peer;
  }

  dial(other: LinkNode) {
    const remote = { transport: 'udp', address: other.address };
    return this.links.dial({ xOnly: other.identity.xOnly, remote });
  }

  say(to: LinkNode, text: string): boolean {
    return this.links.send(to.addr, Buffer.from(`\x40${text}`));
  }

  /** From now on it is there and nowhere else. */
  moveTo(address: string): void {
    this.#detach();
    this.address = address;
    this.#detach = this.#network.attach(address, (from, frame) =>
      this.links.receive({ transport: 'udp', address: from }, Buffer.from(frame)),
    );
  }

  /** It forgets all links without a word, and comes back with another epoch. */
  restart(): void {
    this.links = this.#start();
  }

  /** It is gone without a word. */
  kill(): void {
    this.#running = false;
    this.#detach();
  }

  #start(): Links {
    const network = this.#network;
    return new Links({
      clock: network.clock,
      random: network.random,
      identity: this.identity,
      epoch: network.random.bytes(8),
      mostPeers: 128,
      send: ({ address }, frame) => network.send(this.address, address, frame),
      isOpen: () => true,
      admits: () => true,
      up: (peer) => void this.news.push(`up ${nameOf(peer)} ${peer.outbound ? 'dialled' : 'called'}`),
      down: (peer, why) => void this.news.push(`down ${nameOf(peer)} ${why}`),
      unanswered: () => void this.news.push('unanswered'),
      received: (_, message) => void this.received.push(message.toString('utf8', 1)),
      measured: () => undefined,
      ...this.#options.ports,
    });
  }
}

const NAMES = new Map([1, 2, 3, 4].map((seed) => [Identity.of(Buffer.alloc(32, seed))!.nodeAddr, String(seed)]));
const nameOf = ({ addr }: Peer) => NAMES.get(addr) ?? 'stranger';
