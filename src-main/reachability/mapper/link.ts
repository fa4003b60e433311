// One link to one router, as long as it is the same: its clients, the search for those that answer, and what it said of itself.
// When the line is another one all of this ends at once, with whatever was still out.

import type { Clock } from '../../base/clock.ts';
import { MappingError } from '../errors.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Family, MappingProtocol, PortClient, PortClientFactory, ProbeAnswer } from '../mapping.ts';
import { Reboots } from './reboots.ts';
import {
  idleSearch,
  quiet,
  type SearchEffect,
  type SearchEvent,
  type SearchState,
  type SearchWay,
  searchStep,
} from './search.ts';

/** A way to have a port opened; the mapper has a list of them, best first. */
export interface Way {
  /** E.g. `pcp`, `pinhole`. Kept in the journal. */
  readonly id: string;
  readonly create: PortClientFactory;
  /** Slow routers are known: worth a second, longer question when no other has answered. */
  readonly patient?: boolean;
  /** Asked only when no other has answered, and installed by when all others refused; neither while another is still out. */
  readonly lastResort?: boolean;
}

export interface LineEvents {
  searching(): void;
  answered(way: string, answer: ProbeAnswer): void;
  failed(way: string, error: MappingError): void;
  /** These can be used, best first; again when there are more. */
  found(): void;
  absent(error: MappingError | undefined): void;
  /** The router has lost its state. */
  rebooted(): void;
}

export class RouterLink {
  readonly gateway: Gateway;
  readonly reboots: Reboots;
  rebootsSeen: number;
  epoch: number | null = null;
  /** It said that it has no outside address to map from. */
  addressless = false;
  readonly #clock: Clock;
  readonly #ways: readonly Way[];
  readonly #events: LineEvents;
  readonly #clients = new Map<string, PortClient>();
  readonly #answers = new Map<string, ProbeAnswer>();
  /** That only answered when they were given time. */
  readonly #slow = new Set<string>();
  readonly #ended = new AbortController();
  #search: SearchState = idleSearch;
  #cancelTick: (() => void) | undefined;

  /** `before`: the same router, known a moment ago by other addresses of ours. */
  constructor(
    deps: { readonly clock: Clock; readonly ways: readonly Way[] },
    gateway: Gateway,
    events: LineEvents,
    before?: RouterLink,
  ) {
    this.reboots = before?.reboots ?? new Reboots();
    this.rebootsSeen = before?.rebootsSeen ?? 0;
    this.#clock = deps.clock;
    this.#ways = deps.ways;
    this.gateway = gateway;
    this.#events = events;
    for (const { id, create } of deps.ways) this.#clients.set(id, create(gateway));
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  client(way: string): PortClient | undefined {
    return this.#clients.get(way);
  }

  slow(way: string): boolean {
    return this.#slow.has(way);
  }

  answer(way: string): ProbeAnswer | undefined {
    return this.#answers.get(way);
  }

  /** None of the first round is out any more. */
  get settled(): boolean {
    return this.#search.asked.length === 0;
  }

  /**
   * That answered in the last search and can do this family, best first. Once none is out any more, the last resorts behind
   * them, unasked.
   */
  ways(family: Family): readonly string[] {
    const answered = this.#ways.filter(({ id }) => {
      return this.#search.answered.includes(id) && this.#answers.get(id)?.families.includes(family);
    });
    const others = this.#ways.filter((way) => way.lastResort && family === 4 && !answered.includes(way));
    const all = quiet(this.#search, this.#searched()) ? [...answered, ...others] : answered;
    return answered.length === 0 ? [] : all.map(({ id }) => id);
  }

  answering(): readonly string[] {
    return this.#ways.map(({ id }) => id).filter((id) => this.#search.answered.includes(id));
  }

  search(): void {
    if (!this.#ended.signal.aborted) this.#step({ kind: 'start' });
  }

  /** Any answer may carry the router's count. */
  count(protocol: MappingProtocol, family: Family, epoch: number | undefined): void {
    if (epoch === undefined) return;
    this.epoch = epoch;
    if (!this.reboots.saw(protocol, family, epoch, this.#clock.monotonic())) return;
    this.rebootsSeen += 1;
    this.#events.rebooted();
  }

  end(): void {
    this.#cancelTick?.();
    this.#ended.abort(
      new MappingError('The way to the router has changed.', {
        kind: 'unavailable',
        reason: 'no-gateway',
        protocol: null,
        phase: 'probe',
      }),
    );
    for (const client of this.#clients.values()) client.close();
  }

  #step(event: SearchEvent): void {
    const { state, effects } = searchStep(this.#search, event, this.#clock.monotonic(), this.#searched());
    this.#search = state;
    this.#arm();
    if (effects.some(({ kind }) => kind === 'probe')) this.#events.searching();
    for (const effect of effects) this.#run(effect);
  }

  #searched(): readonly SearchWay[] {
    return this.#ways.map(({ id, patient = false, lastResort = false }) => ({ id, patient, lastResort }));
  }

  #arm(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    const { decideAt } = this.#search;
    if (decideAt === Number.POSITIVE_INFINITY || this.#ended.signal.aborted) return;
    const wait = Math.max(0, decideAt - this.#clock.monotonic());
    this.#cancelTick = this.#clock.after(wait, () => this.#step({ kind: 'tick' }));
  }

  #run(effect: SearchEffect): void {
    if (effect.kind === 'found') this.#events.found();
    else if (effect.kind === 'absent') this.#events.absent(effect.error);
    else void this.#probe(effect.way, effect.timeoutMs, effect.patient);
  }

  async #probe(way: string, timeoutMs: number, patient: boolean): Promise<void> {
    const { signal } = this.#ended;
    let event: SearchEvent;
    try {
      const answer = await this.#clients.get(way)!.probe({ signal, timeoutMs });
      if (signal.aborted) return;
      this.#answers.set(way, answer);
      if (patient) this.#slow.add(way);
      else this.#slow.delete(way);
      for (const family of answer.families) this.count(answer.protocol, family, answer.epoch);
      this.#events.answered(way, answer);
      event = { kind: 'answered', way };
    } catch (caught) {
      if (signal.aborted) return;
      const error = asMappingError(caught, 'probe');
      this.#events.failed(way, error);
      event = { kind: 'failed', way, error };
    }
    this.#step(event);
  }
}

/** What is not a MappingError is a mistake of ours or of a library's; the mapper goes on with the next way. */
export function asMappingError(error: unknown, phase: MappingError['phase']): MappingError {
  if (error instanceof MappingError) return error;
  return new MappingError('Asking the router failed inside Hearth. The log has the details.', {
    kind: 'transport',
    reason: 'transport',
    protocol: null,
    phase,
    cause: error,
  });
}
