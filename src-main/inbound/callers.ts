// Who a request comes from, as far as one can tell: the address of a connection and the page that a browser names.

import type { Clock } from '../base/clock.ts';

/**
 * What one caller can't easily have many of: an IPv4 address, or the /64 that one IPv6 subscriber is given.
 * `loopback` for this host, through which everybody comes where a tunnel or a reverse proxy stands in front.
 */
export function callerOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (plain === '::1' || plain.startsWith('127.')) return 'loopback';
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail ? tail.split(':') : [];
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}

/** Who shares what one caller may have; undefined where everybody may come that way: from this host, or through a relay. */
export function sharedBy(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const caller = callerOf(address);
  return caller === 'loopback' ? undefined : caller;
}

export interface OriginLimits {
  /** Requests of one origin in a window. */
  readonly perOrigin: number;
  /** Origins that are counted one by one; all further ones of a window share one count. */
  readonly origins: number;
}

const WINDOW_MS = 60_000;
/** What is longer shares the count of those that are too many. */
const LONGEST_ORIGIN = 255;

/** Counts the requests of web pages in fixed windows. */
export class OriginWindow {
  readonly #clock: Clock;
  readonly #limits: OriginLimits;
  readonly #counts = new Map<string, number>();
  #began = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, limits: OriginLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** False where the origin has had its share of this minute. */
  admits(origin: string): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#began >= WINDOW_MS) {
      this.#began = now;
      this.#counts.clear();
    }
    const known = this.#counts.has(origin);
    const apart = known || (origin.length <= LONGEST_ORIGIN && this.#counts.size < this.#limits.origins);
    const key = apart ? origin : '';
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#limits.perOrigin) return false;
    this.#counts.set(key, count + 1);
    return true;
  }
}
