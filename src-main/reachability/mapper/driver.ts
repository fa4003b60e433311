// Drives one machine, for one request and one family: gives it what happens, asks the router for what it wants done, and wakes it
// when it is due.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Endpoint, Family, PortRequest } from '../mapping.ts';
import type { CallFor, RouterCalls } from './calls.ts';
import type { Changes } from './changes.ts';
import { asMappingError, type RouterLink } from './link.ts';
import { mappingStep } from './machine.ts';
import { type MappingEffect, type MappingEvent, type MappingState, newMapping, nextTick } from './state.ts';
import type { MapperStep, MapperStepCode, Steps } from './steps.ts';

export interface DriverDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly calls: RouterCalls;
  readonly steps: Steps;
  readonly changes: Changes;
  readonly renewEveryMs: () => number;
  readonly link: () => RouterLink | undefined;
}

/** What is asked of the router. */
export type Asking = Exclude<MappingEffect, { kind: 'search' | 'cancel' }>;

export interface DriverEvents {
  /** Its time has come, at `due` of `Clock.monotonic()`: it wants a tick. */
  due(due: number): void;
  /** The router has answered, and the machine knows of it. */
  answered(asked: Asking, event: MappingEvent, link: RouterLink): void;
  /** For good. */
  stopped(): void;
}

/** What a driver is for. */
export interface Slot {
  readonly request: PortRequest;
  readonly family: Family;
  /** Which of our addresses: by IPv4 there is one. */
  readonly nth: number;
}

export class MappingDriver {
  readonly key: string;
  /** Where the router is to lead to, on the line that there is now; undefined: nowhere. */
  internal: Endpoint | undefined;
  readonly request: PortRequest;
  readonly family: Family;
  readonly nth: number;
  readonly #deps: DriverDeps;
  readonly #events: DriverEvents;
  #state: MappingState = newMapping;
  #call: { readonly number: number; readonly abort: AbortController } | undefined;
  #cancelTick: (() => void) | undefined;

  constructor(deps: DriverDeps, { request, family, nth }: Slot, events: DriverEvents) {
    this.key = keyOf(request.id, family, nth);
    this.request = request;
    this.family = family;
    this.nth = nth;
    this.#deps = deps;
    this.#events = events;
  }

  get state(): MappingState {
    return this.#state;
  }

  /** Within a change. */
  send(event: MappingEvent): void {
    const { clock, random, changes, renewEveryMs } = this.#deps;
    const before = this.#state;
    const around = { now: clock.monotonic(), random, renewEveryMs: renewEveryMs() };
    const { state, effects } = mappingStep(before, event, around);
    this.#state = state;
    if (before.lease && !state.lease) this.note('withdrawn', { phase: state.phase });
    for (const effect of effects) changes.afterwards(() => this.#run(effect));
    this.#arm();
    if (state.phase !== 'stopped') return;
    this.rest();
    this.#events.stopped();
  }

  note(code: MapperStepCode, facts: MapperStep['facts'] = {}): void {
    this.#deps.steps.add(code, facts, { request: this.request.id, family: this.family });
  }

  /** Wakes no more by itself. */
  rest(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  #arm(): void {
    this.rest();
    const due = nextTick(this.#state);
    if (due === Number.POSITIVE_INFINITY || this.#state.phase === 'stopped') return;
    const { clock } = this.#deps;
    this.#cancelTick = clock.after(Math.max(0, due - clock.monotonic()), () => this.#events.due(due));
  }

  #run(effect: MappingEffect): void {
    const link = this.#deps.link();
    if (effect.kind === 'cancel') {
      if (this.#call?.number === effect.call) this.#call.abort.abort(new Error('no longer of use'));
    } else if (effect.kind === 'search') link?.search();
    else if (link) void this.#ask(effect, link);
  }

  async #ask(asked: Asking, link: RouterLink): Promise<void> {
    const { call, kind, way } = asked;
    const { request, family, internal } = this;
    const abort = new AbortController();
    this.#call = { number: call, abort };
    const signal = AbortSignal.any([abort.signal, link.signal]);
    const about = { link, way, request, family, internal, signal, again: this.#state.triedTwice };
    let event: MappingEvent;
    try {
      if (kind !== 'check') this.note('asked', { kind, way });
      event = await this.#perform(asked, about);
    } catch (error) {
      event = { kind: 'failed', call, error: this.#explained(error, kind) };
    }
    if (signal.aborted || this.#deps.link() !== link) return;
    this.#deps.changes.run(() => {
      this.#noteAnswer(kind, way, event);
      this.send(event);
      this.#events.answered(asked, event, link);
    });
  }

  async #perform(asked: Asking, about: CallFor): Promise<MappingEvent> {
    const { calls } = this.#deps;
    const { call } = asked;
    switch (asked.kind) {
      case 'install':
        return { kind: 'granted', call, mapping: await calls.install(about, asked.otherPort) };
      case 'renew':
        return { kind: 'granted', call, mapping: await calls.renew(about, asked.mapping) };
      case 'check':
        return { kind: 'checked', call, answer: await calls.check(about, asked.mapping) };
      default:
        await calls.remove(about, asked.mapping);
        return { kind: 'removed', call };
    }
  }

  #explained(error: unknown, phase: Asking['kind']) {
    const known = asMappingError(error, phase);
    if (known !== error) this.#deps.logger.debug('asking the router failed', { phase, error });
    return known;
  }

  #noteAnswer(asked: Asking['kind'], way: string, event: MappingEvent): void {
    if (event.kind === 'failed') {
      const { kind, reason, raw } = event.error;
      this.note('failed', { asked, way, kind, reason, ...(raw === undefined ? {} : { raw }) });
    } else if (event.kind === 'removed') this.note('removed', { way });
    else if (event.kind === 'granted') {
      const { external, lifetimeMs } = event.mapping;
      // Zero: without an end.
      const seconds = Number.isFinite(lifetimeMs) ? Math.round(lifetimeMs / 1000) : 0;
      const facts = { way, address: external.address, port: external.port, seconds };
      this.note(asked === 'renew' ? 'renewed' : 'granted', facts);
    }
  }
}

export function keyOf(requestId: string, family: Family, nth: number): string {
  return `${requestId}/${family}/${nth}`;
}
