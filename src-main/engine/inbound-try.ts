// Tries whether callers will get in before the user joins anything. It ends on request, and by itself where no page says
// any more that it is still looked at: a page that is gone says nothing.

import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Network } from '../networks/network.ts';

export interface InboundTryDeps {
  readonly clock: Clock;
  readonly networks: readonly Pick<Network, 'inbound'>[];
}

/** Longer than a page in the background is let sleep. */
const LASTS_MS = 3 * 60_000;

export class InboundTry implements Service {
  readonly name = 'try of the inbound address';
  readonly #deps: InboundTryDeps;
  #cancelEnd: (() => void) | undefined;
  /** One change after the other. */
  #turning: Promise<void> = Promise.resolve();

  constructor(deps: InboundTryDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {}

  /** Begins it, or says that it is still looked at; ends it. Rejects where the port could not be opened on this computer. */
  turn(on: boolean): Promise<void> {
    const turned = this.#turning.then(() => (on ? this.#begin() : this.#end()));
    this.#turning = turned.catch(() => undefined);
    return turned;
  }

  async stop(): Promise<void> {
    await this.turn(false);
  }

  async #begin(): Promise<void> {
    const { clock, networks } = this.#deps;
    this.#cancelEnd?.();
    this.#cancelEnd = clock.after(LASTS_MS, () => void this.turn(false));
    try {
      await Promise.all(networks.map(async (network) => await network.inbound?.try()));
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  async #end(): Promise<void> {
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    await Promise.all(this.#deps.networks.map(async (network) => await network.inbound?.endTry()));
  }
}
