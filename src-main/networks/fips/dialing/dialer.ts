// Dialling the neighbours that the user wants. The addresses of a peer are tried one after another: those that the user has set first, and
// where else it may be only when none of these has led to it, so that no relay's delay holds up what is at hand. After a round in vain it
// waits. What was tried is kept on a ladder, to be shown.

import type { Clock } from '../../../base/clock.ts';
import { decodeNpub, encodeNpub, type NodeAddr, nodeAddrOf } from '../identity/names.ts';
import type { DialResult } from '../links/handshakes.ts';
import { type Climb, dialFault, Ladder, type Outcome } from './ladder.ts';
import { type PeerAddress, type WantedPeer, withoutTwins } from './peers.ts';
import { Retries } from './retries.ts';

export interface DialerPorts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly me: NodeAddr;
  /** Whether there is a transport of that name. */
  hasTransport(id: string): boolean;
  /** Resolves once a handshake is on its way; rejects where there is no way. */
  dial(to: PeerAddress, xOnly: Buffer, signal: AbortSignal): Promise<DialResult>;
  isUp(addr: NodeAddr): boolean;
  isDialling(addr: NodeAddr): boolean;
  admits(xOnly: Buffer): boolean;
  /** Where else it may be, as far as that is known at once. */
  elsewhere(addr: NodeAddr): readonly PeerAddress[];
  changed(): void;
}

export type WantedState = 'up' | 'dialling' | 'waiting' | 'held' | 'idle';

interface Entry {
  peer: WantedPeer;
  /** Of this round: those not tried yet. */
  queue: PeerAddress[];
  /** The elsewhere of this round was asked for. */
  hasAskedElsewhere: boolean;
  /** Where a handshake, or the connection for one, is under way. */
  trying: PeerAddress | undefined;
  /** Its user has disconnected it. */
  held: boolean;
  readonly ladder: Ladder;
  stop: AbortController;
}

export class Dialer {
  readonly #ports: DialerPorts;
  readonly #retries = new Retries();
  readonly #entries = new Map<NodeAddr, Entry>();
  #running = false;

  constructor(ports: DialerPorts) {
    this.#ports = ports;
  }

  /** Those that are set from now on. One that is no longer there is not dialled again; its link stays as it is. */
  set(peers: readonly WantedPeer[]): void {
    const wanted = new Map(peers.filter(({ addr }) => addr !== this.#ports.me).map((peer) => [peer.addr, peer]));
    for (const [addr, entry] of this.#entries) if (!wanted.has(addr)) this.#drop(addr, entry);
    for (const [addr, peer] of wanted) {
      const before = this.#entries.get(addr);
      if (before && sameWay(before.peer, peer)) before.peer = peer;
      else {
        const held = before?.held ?? false;
        if (before) this.#drop(addr, before);
        const entry = this.#entryOf(peer, held);
        this.#entries.set(addr, entry);
        if (this.#running && peer.connects && !held) this.#round(entry);
      }
    }
    this.#ports.changed();
  }

  start(): void {
    this.#running = true;
    for (const entry of this.#entries.values()) if (entry.peer.connects) this.#round(entry);
  }

  stop(): void {
    this.#running = false;
    for (const entry of this.#entries.values()) entry.stop.abort();
  }

  /** Once a second. */
  tick(): void {
    for (const addr of this.#retries.takeDue(this.#now())) {
      const entry = this.#entries.get(addr);
      if (entry) this.#round(entry);
    }
  }

  /** This computer was away: nobody waits any longer. */
  hurry(): void {
    this.#retries.hurry(this.#now());
  }

  up(addr: NodeAddr): void {
    const entry = this.#entries.get(addr);
    if (!entry) return;
    if (entry.trying) note(entry, entry.trying, 'connected');
    entry.ladder.settle();
    entry.trying = undefined;
    entry.queue = [];
    entry.held = false;
    this.#retries.forget(addr);
  }

  down(addr: NodeAddr): void {
    const entry = this.#entries.get(addr);
    if (entry && this.#running && entry.peer.connects && !entry.held) this.#retries.lost(addr, this.#now());
  }

  /** The handshake on its way came to nothing. */
  unanswered(addr: NodeAddr): void {
    const entry = this.#entries.get(addr);
    if (!entry?.trying) return;
    this.#ended(entry, 'unanswered');
  }

  /** By its user's word, now; at that address alone, or where it is set to be. */
  connect(npub: string, at?: PeerAddress): 'dialling' | 'up' | 'no-npub' | 'self' | 'no-address' {
    const xOnly = decodeNpub(npub);
    if (!xOnly) return 'no-npub';
    const addr = nodeAddrOf(xOnly);
    if (addr === this.#ports.me) return 'self';
    if (this.#ports.isUp(addr)) return 'up';
    const known = this.#entries.get(addr);
    if (!at && !known) return 'no-address';
    const entry =
      known ??
      this.#entryOf({ npub: encodeNpub(xOnly), xOnly, addr, alias: undefined, addresses: [], connects: false });
    this.#entries.set(addr, entry);
    this.#forgetStrangers();
    entry.held = false;
    if (entry.trying) return 'dialling';
    if (at) {
      entry.queue = [at];
      entry.hasAskedElsewhere = true;
      this.#next(entry);
    } else this.#round(entry);
    return 'dialling';
  }

  /** It is not dialled again by itself. */
  hold(addr: NodeAddr): void {
    const entry = this.#entries.get(addr);
    this.#retries.forget(addr);
    if (!entry) return;
    entry.held = true;
    entry.queue = [];
  }

  knows(addr: NodeAddr): boolean {
    return this.#entries.has(addr);
  }

  /** What else was tried to reach it; of a node that nobody wants nothing is kept. */
  tried(addr: NodeAddr, climb: Climb, outcome: Outcome, said?: string): void {
    const entry = this.#entries.get(addr);
    if (!entry) return;
    entry.ladder.note(climb, outcome, said);
    this.#ports.changed();
  }

  aliasOf(addr: NodeAddr): string | undefined {
    return this.#entries.get(addr)?.peer.alias;
  }

  /** How each stands, with what was tried; `againAt` is monotonic. */
  standing() {
    return [...this.#entries.values()].map((entry) => {
      const { addr, npub, alias, addresses } = entry.peer;
      return {
        npub,
        alias,
        state: this.#stateOf(entry),
        againAt: this.#againAt(addr),
        attempts: this.#retries.count(addr),
        addresses: addresses.length,
        ladder: entry.ladder.rungs,
      };
    });
  }

  #stateOf({ peer: { addr }, trying, held }: Entry): WantedState {
    if (this.#ports.isUp(addr)) return 'up';
    if (trying) return 'dialling';
    if (held) return 'held';
    return this.#againAt(addr) === undefined ? 'idle' : 'waiting';
  }

  #againAt(addr: NodeAddr): number | undefined {
    const at = this.#retries.at(addr);
    return at === undefined || !Number.isFinite(at) ? undefined : at;
  }

  #round(entry: Entry): void {
    const { addr, addresses } = entry.peer;
    if (!this.#running || entry.trying || entry.held || this.#ports.isUp(addr)) return;
    entry.queue = [...addresses];
    entry.hasAskedElsewhere = false;
    this.#next(entry);
  }

  #next(entry: Entry): void {
    const { addr, xOnly } = entry.peer;
    if (entry.queue.length === 0 && !entry.hasAskedElsewhere) {
      entry.hasAskedElsewhere = true;
      const tried = new Set(entry.peer.addresses.map(({ transport, address }) => `${transport} ${address}`));
      entry.queue = withoutTwins(this.#ports.elsewhere(addr)).filter(
        ({ transport, address }) => !tried.has(`${transport} ${address}`),
      );
    }
    const to = entry.queue.shift();
    if (!to || this.#ports.isDialling(addr)) {
      if (entry.peer.connects && !entry.held) this.#retries.failed(addr, this.#now());
      this.#ports.changed();
      return;
    }
    note(entry, to, 'dialling');
    entry.trying = to;
    if (!this.#ports.admits(xOnly)) {
      // No other address makes it another node.
      entry.queue = [];
      entry.hasAskedElsewhere = true;
      this.#ended(entry, 'denied');
    } else if (!this.#ports.hasTransport(to.transport)) this.#ended(entry, 'no-transport');
    else this.#dial(entry, to);
  }

  #dial(entry: Entry, to: PeerAddress): void {
    const stop = new AbortController();
    entry.stop = stop;
    void this.#ports.dial(to, entry.peer.xOnly, stop.signal).then(
      (result) => {
        if (stop.signal.aborted || !entry.trying) return;
        if (result === 'full') this.#ended(entry, 'full');
        else if (result === 'connected') this.up(entry.peer.addr);
        else if (result === 'no-key' || result === 'self') this.#ended(entry, 'unanswered');
        this.#ports.changed();
      },
      (error: unknown) => {
        if (!stop.signal.aborted && entry.trying) this.#ended(entry, dialFault(error, to.transport));
      },
    );
  }

  #ended(entry: Entry, outcome: Outcome): void {
    if (entry.trying) note(entry, entry.trying, outcome);
    entry.trying = undefined;
    if (this.#running) this.#next(entry);
  }

  #drop(addr: NodeAddr, { stop }: Entry): void {
    stop.abort();
    this.#retries.forget(addr);
    this.#entries.delete(addr);
  }

  /** Those that were dialled by hand and are not set: the oldest go first. */
  #forgetStrangers(): void {
    const strangers = [...this.#entries].filter(([, { peer, trying }]) => !trying && isStranger(peer));
    for (const [addr, entry] of strangers.slice(0, -MOST_STRANGERS)) this.#drop(addr, entry);
  }

  #entryOf(peer: WantedPeer, held = false): Entry {
    const ladder = new Ladder(() => this.#ports.clock.now());
    return { peer, queue: [], hasAskedElsewhere: false, trying: undefined, held, ladder, stop: new AbortController() };
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}

const MOST_STRANGERS = 16;

const isStranger = ({ connects, addresses }: WantedPeer) => !connects && addresses.length === 0;

const sameWay = (one: WantedPeer, other: WantedPeer) =>
  one.connects === other.connects && JSON.stringify(one.addresses) === JSON.stringify(other.addresses);

const note = ({ ladder }: Entry, { transport, address }: PeerAddress, outcome: Outcome) =>
  ladder.note({ way: 'dial', transport, address }, outcome);
