// Which relays have which of our heartbeats: how long it is since a majority of them took one.

import type { Clock } from '../../../base/clock.ts';
import { quorumAgeMs } from './times.ts';

interface Signed {
  readonly wall: number;
  /** undefined: before this start of the program. */
  readonly monotonic: number | undefined;
}

/** Heartbeats whose answers may still come. */
const MOST = 64;

export class HeartbeatAcks {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #signed = new Map<string, Signed>();
  readonly #newest = new Map<string, Signed>();

  /** `kept`: as `toKeep` gave it in the run before: by relay, epoch milliseconds. */
  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, kept: Readonly<Record<string, number>> = {}) {
    this.#clock = clock;
    for (const [relay, wall] of Object.entries(kept)) this.#newest.set(relay, { wall, monotonic: undefined });
  }

  /** A heartbeat is signed, and on its way. */
  signed(id: string): void {
    this.#signed.set(id, { wall: this.#clock.now(), monotonic: this.#clock.monotonic() });
    const [oldest] = this.#signed.keys();
    if (this.#signed.size > MOST && oldest !== undefined) this.#signed.delete(oldest);
  }

  /** A relay has taken an event, of whatever kind. */
  taken(id: string, relay: string): void {
    const signed = this.#signed.get(id);
    const known = this.#newest.get(relay);
    if (signed && (known?.monotonic === undefined || known.monotonic < (signed.monotonic ?? 0))) {
      this.#newest.set(relay, signed);
    }
  }

  /** Of those relays that are chosen now. */
  quorumAgeMs(relays: readonly string[]): number {
    const ages = relays.flatMap((relay) => {
      const signed = this.#newest.get(relay);
      return signed ? [this.#age(signed)] : [];
    });
    return quorumAgeMs(ages, relays.length);
  }

  toKeep(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#newest].map(([relay, { wall }]) => [relay, wall]));
  }

  /** One clock may be set, the other stands still in sleep: whichever says more. */
  #age({ wall, monotonic }: Signed): number {
    const since = this.#clock.now() - wall;
    if (monotonic !== undefined) return Math.max(since, this.#clock.monotonic() - monotonic);
    // Signed in the future: nothing is known of it.
    return since < 0 ? Number.POSITIVE_INFINITY : since;
  }
}
