// FIPS: a mesh in which computers reach each other by key. Here is what the rest of the node sees of it; each run of it is a `FipsNode`.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { FipsDetail } from '../../../src-preload/contract/networks/fips.ts';
import type { NetworkCheck, NetworkHistory } from '../../../src-preload/contract/networks/index.ts';
import { Emitter } from '../../base/emitter.ts';
import { HearthError, toReason } from '../../base/errors.ts';
import type { NetworkHost } from '../host.ts';
import type { IdentityCapability, Network, NetworkStatus, PublicIdentity } from '../network.ts';
import { CHECKS, checkLines } from './check.ts';
import { configIn, transitIn } from './config.ts';
import { NotRunning, PeerRefused } from './errors.ts';
import { History } from './history.ts';
import type { Identity } from './identity/identity.ts';
import { knownIdentity, openIdentity } from './identity/keys.ts';
import { decodeNpub, nodeAddrOf, shortNpub } from './identity/names.ts';
import { meshView } from './mesh-view.ts';
import type { FipsNode } from './node.ts';
import { programsDetail } from './programs-detail.ts';
import { TransitVolume } from './transit-volume.ts';
import { parseHostPort } from './transports/address.ts';

export class FipsNetwork implements Network {
  readonly id = 'fips';
  readonly name = 'network fips';
  readonly identity: IdentityCapability = { open: () => this.#identify() };
  readonly #host: NetworkHost;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #history: History;
  readonly #volume: TransitVolume;
  #node: FipsNode | undefined;
  #identity: Identity | undefined;
  #opening: Promise<unknown> = Promise.resolve();

  constructor(host: NetworkHost) {
    this.#host = host;
    this.#history = new History(host);
    this.#volume = new TransitVolume(host);
  }

  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Rejects with ListenRefused or KeyInvalid. */
  async start(): Promise<void> {
    if (this.#node) return;
    const { FipsNode } = await import('./node.ts');
    const node = new FipsNode(
      {
        host: this.#host,
        identity: await this.#open(),
        history: this.#history,
        volume: this.#volume,
        changed: () => this.#changed(),
      },
      configIn(this.#host.settings),
    );
    await node.start();
    this.#node = node;
    this.#changed();
  }

  async stop(): Promise<void> {
    const node = this.#node;
    if (!node) return;
    this.#node = undefined;
    await node.stop();
    await this.#history.flush();
    this.#changed();
  }

  tellNow(): void {
    this.#node?.lookAround();
  }

  /** Neighbours are told goodbye as it stops; there is nobody else to tell. */
  async leave(): Promise<void> {
    if (this.#node) this.#history.note('left');
  }

  status(): NetworkStatus {
    const node = this.#node;
    const neighbours = [...(node?.layer.links.peers.values() ?? [])];
    const last = neighbours.toSorted((one, other) => other.receivedAt - one.receivedAt)[0];
    return {
      state: stateOf(node),
      reason: node?.trouble ?? null,
      nodeId: node?.identity.npub ?? null,
      address: node?.identity.ipv6 ?? null,
      relay: null,
      seen: last
        ? { by: node!.dialer.aliasOf(last.addr) ?? shortNpub(last.npub), at: node!.wall(last.receivedAt) }
        : null,
      events: this.#history.noted,
    };
  }

  detail(): FipsDetail {
    const node = this.#node;
    const identity = node?.identity ?? this.#known();
    const standing = node?.dialer.standing() ?? [];
    const limit = transitIn(this.#host.settings).bytesPerMonth;
    return {
      npub: identity?.npub ?? null,
      ipv6: identity?.ipv6 ?? null,
      listening: [
        ...(node?.transports ?? []).flatMap(({ id, local }) => (local === undefined ? [] : [`${id} ${local}`])),
        ...(node?.onion === undefined ? [] : [`tor ${node.onion}`]),
      ],
      neighbours: node?.layer.links.peers.size ?? 0,
      wanted: standing.length,
      wantedUp: standing.filter(({ state }) => state === 'up').length,
      sessions: node?.mesh.sessions.all.size ?? 0,
      transit: {
        state: node?.transit.state ?? 'off',
        ...(node?.transit.figures ?? { packets: 0, bytes: 0, refused: 0 }),
        monthBytes: this.#volume.bytes,
        monthLimit: limit === 0 ? null : limit,
      },
      control: node?.controlPath ?? null,
      programs: programsDetail(node),
    };
  }

  blockers(): readonly Reason[] {
    return [];
  }

  async check(): Promise<NetworkCheck> {
    const verdicts = await checkLines(this.#node, this.#known(), this.#host);
    const lines = CHECKS.map((id) => ({ id, ...verdicts[id] }));
    const ok = lines.every(({ state }) => state === 'ok' || state === 'skipped');
    return { id: this.id, at: this.#host.clock.now(), ok, lines } as NetworkCheck;
  }

  history(before: number, limit: number): NetworkHistory {
    return this.#history.page(before, limit);
  }

  async visit(node: string): Promise<string> {
    if (!this.#node) throw new NotRunning();
    return this.#node.visit(node);
  }

  async ask(name: string, input: unknown): Promise<unknown> {
    if (name === 'look') return look(input as Looked);
    const node = this.#node;
    if (!node) throw new NotRunning();
    if (name === 'adverts') {
      const { advertsView } = await import('./adverts-view.ts');
      return advertsView(node, this.#host);
    }
    if (name === 'mesh') return meshView(node, this.#host.clock.now());
    return name === 'connect' ? connect(node, input as Connecting) : disconnect(node, (input as Connecting).npub);
  }

  #changed(): void {
    this.#events.emit('changed', undefined);
  }

  async #identify(): Promise<PublicIdentity> {
    const { npub, xOnly } = await this.#open();
    return { nodeId: npub, publicKey: xOnly.toString('hex') };
  }

  /** Another key than the one before is another node, from the next start on. */
  #known(): Identity | undefined {
    try {
      this.#identity ??= knownIdentity(this.#host);
      return this.#identity;
    } catch (error) {
      // The start says so: a key that is none is as good as none to be shown.
      if (error instanceof HearthError) return undefined;
      throw error;
    }
  }

  /** One at a time: of two that find none, the second takes what the first has made. */
  #open(): Promise<Identity> {
    const opened = this.#opening.then(async () => {
      this.#identity = await openIdentity(this.#host);
      return this.#identity;
    });
    this.#opening = opened.catch(() => undefined);
    return opened;
  }
}

interface Looked {
  readonly npub: string;
  readonly addr: string;
}

function look({ npub, addr }: Looked): Reason | null {
  if (!decodeNpub(npub)) return toReason(new PeerRefused('npub'));
  return addr !== '' && !parseHostPort(addr) ? toReason(new PeerRefused('address')) : null;
}

interface Connecting {
  readonly npub: string;
  readonly at?: { readonly transport: string; readonly addr: string };
}

function connect(node: FipsNode, { npub, at }: Connecting) {
  if (at && !parseHostPort(at.addr)) throw new PeerRefused('address');
  const done = node.dialer.connect(npub, at && { transport: at.transport, address: at.addr });
  if (done === 'no-npub') throw new PeerRefused('npub');
  if (done === 'self' || done === 'no-address') throw new PeerRefused(done);
  return { npub };
}

function disconnect(node: FipsNode, npub: string) {
  const xOnly = decodeNpub(npub);
  if (!xOnly) throw new PeerRefused('npub');
  if (!node.disconnect(nodeAddrOf(xOnly))) throw new PeerRefused('not-neighbour');
  return { npub, disconnected: true };
}

function stateOf(node: FipsNode | undefined): NetworkStatus['state'] {
  if (!node) return 'off';
  if (node.trouble) return 'degraded';
  return node.layer.links.peers.size > 0 ? 'online' : 'starting';
}
