// The onion service by which others reach this node, as the file tells in which Tor keeps its name. Tor may write that file later than
// this node starts, or anew with another name, so it is read again now and then.

import type { Clock } from '../../../base/clock.ts';
import { onionAddress } from './tor.ts';

interface OnionServiceOptions {
  readonly hostnameFile: string;
  readonly port: number;
  readonly changed: () => void;
}

const EVERY_MS = 10_000;

export class OnionService {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #options: OnionServiceOptions;
  #address: string | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'monotonic'>, options: OnionServiceOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** `<name>.onion:port`; undefined: there is none, or not yet. */
  get address(): string | undefined {
    return this.#address;
  }

  /** To be called as often as one likes. Never rejects. */
  async look(): Promise<void> {
    const now = this.#clock.monotonic();
    if (now - this.#lookedAt < EVERY_MS) return;
    this.#lookedAt = now;
    const { hostnameFile, port, changed } = this.#options;
    const found = await onionAddress(hostnameFile, port);
    if (found === this.#address) return;
    this.#address = found;
    changed();
  }
}
