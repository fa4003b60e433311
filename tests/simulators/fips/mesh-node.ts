// A whole node on the network in memory: links, routing, sessions.
import { hash } from 'node:crypto';
import { Identity } from '../../../src-main/networks/fips/identity/identity.ts';
import { Links } from '../../../src-main/networks/fips/links/links.ts';
import { Mesh, type MeshPorts } from '../../../src-main/networks/fips/mesh.ts';
import type { Saying } from '../../../src-main/networks/fips/sessions/sessions.ts';
import { SessionType } from '../../../src-main/networks/fips/wire/session-packet.ts';
import type { FakeNetwork } from './network.ts';

export class MeshNode {
  readonly identity: Identity;
  readonly name: string;
  /** What others have said in their sessions with it: who, and what. */
  readonly heard: string[] = [];
  readonly established: string[] = [];
  readonly failed: string[] = [];
  readonly downs: string[] = [];
  readonly mesh: Mesh;
  readonly links: Links;
  #detach: () => void;
  #isRunning = true;

  constructor(network: FakeNetwork, name: string, ports: Pick<MeshPorts, 'transit'> = {}) {
    this.name = name;
    this.identity = Identity.of(hash('sha256', name, 'buffer'))!;
    const { clock, random } = network;
    const { identity } = this;
    const epoch = random.bytes(8);
    this.mesh = new Mesh({
      clock,
      random,
      identity,
      mtuOf: () => 1280,
      admits: () => true,
      up: () => undefined,
      down: (_, why) => void this.downs.push(why),
      // As a node with a list of neighbours does.
      unanswered: ({ xOnly, remote }) => network.after(5000, () => void this.links.dial({ xOnly, remote })),
      epoch,
      message: (from, { body }) => void this.heard.push(`${from} ${body.toString()}`),
      established: (addr) => void this.established.push(addr),
      failed: (addr) => void this.failed.push(addr),
      ...ports,
    });
    this.links = new Links({
      clock,
      random,
      identity,
      epoch,
      mostPeers: 128,
      send: ({ address }, frame) => network.send(name, address, frame),
      isOpen: () => true,
      admits: (xOnly) => this.mesh.admits(xOnly),
      up: (peer) => this.mesh.up(peer),
      down: (peer, why) => this.mesh.down(peer, why),
      unanswered: (dial) => this.mesh.unanswered(dial),
      received: (peer, message, congestion) => this.mesh.received(peer, message, congestion),
      measured: () => this.mesh.measured(),
    });
    this.mesh.attach(this.links);
    this.#detach = network.attach(name, (from, frame) =>
      this.links.receive({ transport: 'udp', address: from }, Buffer.from(frame)),
    );
    // Not all in the same moment.
    network.after(random.int(1000), () =>
      network.every(1000, () => {
        if (this.#isRunning) {
          this.links.tick();
          this.mesh.ticked();
        }
        return this.#isRunning;
      }),
    );
  }

  get addr(): string {
    return this.identity.nodeAddr;
  }

  dial(other: MeshNode) {
    return this.links.dial({ xOnly: other.identity.xOnly, remote: { transport: 'udp', address: other.name } });
  }

  /** What becomes of it is heard by the other. */
  say(to: MeshNode, text: string): Saying {
    this.mesh.know(to.identity.xOnly);
    return this.mesh.sessions.send(to.addr, { type: SessionType.endpointData, body: Buffer.from(text) });
  }

  /** It is gone without a word. */
  kill(): void {
    this.#isRunning = false;
    this.#detach();
  }
}

export interface MeshOptions {
  readonly nodes: number;
  /** Links of each node to ones before it, besides the one that makes the mesh whole. */
  readonly more?: number;
}

/** So many nodes, each with a link to one before it, and some more. */
export function meshOf(network: FakeNetwork, { nodes: count, more = 1 }: MeshOptions): readonly MeshNode[] {
  const nodes = Array.from({ length: count }, (_, nth) => new MeshNode(network, `n${nth}`));
  for (const [nth, node] of nodes.entries()) {
    for (let link = 0; link <= more && nth > 0; link += 1) node.dial(nodes[network.random.int(nth)]!);
  }
  return nodes;
}
