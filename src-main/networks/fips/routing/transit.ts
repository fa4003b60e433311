// Being a router for others, as far as the user has chosen it: off, or within a rate and a volume a month, and only while this computer
// lends anything at all. What is this node's own is never counted here.

import type { NodeAddr } from '../identity/names.ts';

export type TransitState = 'off' | 'open' | 'closed' | 'spent';

export interface TransitLimits {
  readonly on: boolean;
  /** 0: no limit, as below. */
  readonly bytesPerSecond: number;
  readonly bytesPerMonth: number;
}

export interface TransitPorts {
  /** Monotonic milliseconds. */
  now(): number;
  limits(): TransitLimits;
  /** Whether this computer lends anything now: hours, battery, a metered connection, a pause. */
  isLending(): boolean;
  /** Bytes that were passed on in this month. */
  monthBytes(): number;
  passed(bytes: number): void;
}

/** As much at once as a second may have, and a few packets at least. */
const LEAST_BURST = 16 * 1024;

interface Moved {
  in: number;
  out: number;
}

export class Transit {
  readonly #ports: TransitPorts;
  readonly #peers = new Map<NodeAddr, Moved>();
  #allowance = 0;
  #since: number;
  #packets = 0;
  #bytes = 0;
  #refused = 0;

  constructor(ports: TransitPorts) {
    this.#ports = ports;
    this.#since = ports.now();
    this.#allowance = burstOf(ports.limits());
  }

  get state(): TransitState {
    const { on, bytesPerMonth } = this.#ports.limits();
    if (!on) return 'off';
    if (bytesPerMonth > 0 && this.#ports.monthBytes() >= bytesPerMonth) return 'spent';
    return this.#ports.isLending() ? 'open' : 'closed';
  }

  /** Whether this node tells its neighbours that others are reached through it. */
  get isOpen(): boolean {
    return this.state === 'open';
  }

  get figures() {
    return { packets: this.#packets, bytes: this.#bytes, refused: this.#refused };
  }

  /** Of a neighbour: what came from it for others, and went to it from others. */
  of(peer: NodeAddr): Readonly<Moved> {
    return this.#peers.get(peer) ?? { in: 0, out: 0 };
  }

  /** Asked of each datagram of others, and counted if it may go. */
  take(from: NodeAddr, to: NodeAddr, bytes: number): boolean {
    if (!this.isOpen || !this.#spend(bytes)) {
      this.#refused += 1;
      return false;
    }
    this.#packets += 1;
    this.#bytes += bytes;
    this.#count(from).in += bytes;
    this.#count(to).out += bytes;
    this.#ports.passed(bytes);
    return true;
  }

  lose(peer: NodeAddr): void {
    this.#peers.delete(peer);
  }

  #spend(bytes: number): boolean {
    const limits = this.#ports.limits();
    const { bytesPerSecond } = limits;
    if (bytesPerSecond === 0) return true;
    const now = this.#ports.now();
    const grown = this.#allowance + ((now - this.#since) * bytesPerSecond) / 1000;
    this.#allowance = Math.min(burstOf(limits), grown);
    this.#since = now;
    if (this.#allowance < bytes) return false;
    this.#allowance -= bytes;
    return true;
  }

  #count(peer: NodeAddr): Moved {
    let moved = this.#peers.get(peer);
    if (!moved) {
      moved = { in: 0, out: 0 };
      this.#peers.set(peer, moved);
    }
    return moved;
  }
}

const burstOf = ({ bytesPerSecond }: TransitLimits) => Math.max(LEAST_BURST, bytesPerSecond);
