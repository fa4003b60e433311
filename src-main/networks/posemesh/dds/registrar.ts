// Registers this node, and again when it has to, by the pure steps of `registration`.

import type { Clock } from '../../../base/clock.ts';
import { type HearthError, toHearthError } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import { Refused } from '../errors.ts';
import type { RegistrationAnswer } from './dds-client.ts';
import {
  answered,
  calledBack,
  DISCONNECTED,
  firstWaitMs,
  forgotten,
  look,
  moved,
  outcomeOf,
  probed,
  type RegistrationMove,
  type RegistrationOptions,
  type RegistrationState,
  type Step,
} from './registration.ts';

export interface RegistrarDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Undefined: there is nothing to register with now. Rejects where there is no usable answer. */
  readonly register: (signal: AbortSignal) => Promise<RegistrationAnswer> | undefined;
  /** Called with what came of each registration. */
  readonly noted: (failure: HearthError | undefined) => void;
  /** Called after each change of what is shown. */
  readonly changed: () => void;
}

export interface RegistrarOptions extends RegistrationOptions {
  /** Logging in waits for a call back with a secret, and not only for an answer. */
  readonly gate: 'secret' | 'either';
}

const BUSY_EVERY_MS = 180_000;

export class Registrar {
  readonly #deps: RegistrarDeps;
  readonly #options: RegistrarOptions;
  #state: RegistrationState = DISCONNECTED;
  #secretCame = false;
  #failure: HearthError | undefined;
  #seenAt: number | null = null;
  #busyAt = Number.NEGATIVE_INFINITY;
  /** The address has changed since the last registration was sent. */
  #moved = false;
  /** Ends the wait before the next look. */
  #wake = new AbortController();

  constructor(deps: RegistrarDeps, options: RegistrarOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  get status(): RegistrationState['status'] {
    return this.#state.status;
  }

  /** The discovery service has called back. Its secret is the sign that it may be logged in, and is used for nothing else. */
  get secretCame(): boolean {
    return this.#secretCame;
  }

  /** Epoch milliseconds. */
  get seenAt(): number | null {
    return this.#seenAt;
  }

  /** Why the last registration came to nothing. */
  get failure(): HearthError | undefined {
    return this.#failure;
  }

  /** Whether this node may log in. */
  get open(): boolean {
    if (this.#options.mode === 'callback' && this.#options.gate === 'secret') return this.#secretCame;
    return this.#state.status === 'registered' || this.#secretCame;
  }

  async run(signal: AbortSignal): Promise<void> {
    let move: RegistrationMove = { do: 'wait', ms: firstWaitMs(this.#options) };
    while (!signal.aborted) {
      if (move.do === 'wait') {
        await this.#wait(move.ms, signal);
        move = this.#take(look(this.#state, this.#now(), this.#options));
      } else move = await this.#send(signal);
    }
  }

  calledBack(): void {
    this.#secretCame = true;
    this.#failure = undefined;
    this.#state = calledBack(this.#state, this.#now());
    this.#saw();
    this.#look();
  }

  /** The discovery service has looked whether this node is there. */
  probed(): void {
    this.#state = probed(this.#state, this.#now());
    this.#saw();
  }

  /** It is to be called back at another address, or at one at last: it registers with that at once. */
  moved(): void {
    this.#moved = true;
    this.#state = moved(this.#state);
    this.#look();
    this.#deps.changed();
  }

  /** A log-in was refused since the node is not known any more. */
  forgotten(): void {
    this.#state = forgotten(this.#state);
    this.#secretCame = false;
    this.#look();
    this.#deps.changed();
  }

  async #send(signal: AbortSignal): Promise<RegistrationMove> {
    const { random, register } = this.#deps;
    this.#deps.changed();
    this.#moved = false;
    let answer: RegistrationAnswer | undefined;
    try {
      answer = await register(signal);
      if (answer && answer.outcome !== 'registered') this.#failed(new Refused('dds', answer.status));
      if (answer?.outcome === 'registered') this.#registered();
    } catch (error) {
      if (signal.aborted) return { do: 'wait', ms: 0 };
      this.#failed(toHearthError(error));
      // A challenge that was refused says the same as a registration that was.
      const status = error instanceof Refused ? error.status : 0;
      answer = { outcome: status === 0 ? 'failed' : outcomeOf(status, this.#options.mode), status };
    }
    if (answer?.outcome === 'registered') this.#saw();
    // What was answered, or called back, is of the address before.
    if (this.#moved) this.#state = moved(this.#state);
    if (this.#moved) return { do: 'wait', ms: 0 };
    // It may have called back while its answer was on the way.
    if (this.#state.status === 'registered') return { do: 'wait', ms: 0 };
    const step = answered(this.#state, answer?.outcome ?? 'idle', this.#now(), this.#options, random);
    const move = this.#take(step);
    this.#deps.changed();
    return move;
  }

  #registered(): void {
    this.#failure = undefined;
    this.#deps.noted(undefined);
  }

  #failed(error: HearthError): void {
    const { logger, clock, noted } = this.#deps;
    this.#failure = error;
    noted(error);
    const busy = error instanceof Refused && error.status === 409;
    if (busy && clock.monotonic() - this.#busyAt < BUSY_EVERY_MS) return;
    if (busy) this.#busyAt = clock.monotonic();
    logger.warn('registering at the discovery service failed', { code: error.code, status: error.details.status });
  }

  #take({ state, move }: Step): RegistrationMove {
    this.#state = state;
    return move;
  }

  #saw(): void {
    this.#seenAt = this.#deps.clock.now();
    this.#deps.changed();
  }

  #now(): number {
    return this.#deps.clock.monotonic();
  }

  #look(): void {
    this.#wake.abort();
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    this.#wake = new AbortController();
    await this.#deps.clock.sleep(ms, AbortSignal.any([signal, this.#wake.signal])).catch(() => undefined);
  }
}
