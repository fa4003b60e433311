// What every simulated provider has: a box, heartbeats, an outbox, and a computer that can go away and come back.
import type { BoxStatus } from '../../../src-main/backends/workloads/backend.ts';
import type { DriverPorts } from '../../../src-main/networks/paygress/durable/driver.ts';
import type { Answers } from '../../../src-main/networks/paygress/durable/look.ts';
import type { DurableBox, DurableRelays } from '../../../src-main/networks/paygress/durable/ports.ts';
import { DURABLE, majority, quorumAgeMs } from '../../../src-main/networks/paygress/durable/times.ts';
import { heartbeatEvents } from '../../../src-main/networks/paygress/wire/heartbeat.ts';
import type { NostrEvent } from '../../../src-main/nostr/event.ts';
import type { EventTemplate } from '../../../src-main/nostr/signer.ts';
import type { SimNetwork } from './network.ts';

/** The copy of the workload at one provider. It counts as running from when its start begins until its stop has ended. */
export class SimBox {
  readonly #network: SimNetwork;
  #state: 'absent' | 'stopped' | 'starting' | 'running' | 'stopping' = 'absent';
  #run = 0;
  readonly onChange: () => void;

  constructor(network: SimNetwork, onChange: () => void) {
    this.#network = network;
    this.onChange = onChange;
  }

  get runs(): boolean {
    return this.#state === 'starting' || this.#state === 'running' || this.#state === 'stopping';
  }

  get serves(): boolean {
    return this.#state === 'running';
  }

  status(): BoxStatus {
    if (this.#network.random.int(50) === 0) return 'unknown';
    if (this.#state === 'absent') return 'absent';
    return this.#state === 'stopped' ? 'stopped' : 'running';
  }

  start(done: (failed?: string) => void): void {
    const run = this.#to('starting');
    this.#network.after(this.#network.between(500, 20_000), () => {
      if (this.#run !== run) return done('it was stopped');
      const failed = this.#network.startsFail && this.#network.random.int(20) === 0;
      this.#to(failed ? 'stopped' : 'running');
      done(failed ? 'no luck' : undefined);
    });
  }

  stop(): void {
    if (!this.runs || this.#state === 'stopping') return;
    const run = this.#to('stopping');
    this.#network.after(this.#network.between(200, 20_000), () => {
      if (this.#run === run) this.#to('stopped');
    });
  }

  /** The box, or the computer around it. */
  die(): void {
    if (this.runs) this.#to('stopped');
  }

  #to(state: 'stopped' | 'starting' | 'running' | 'stopping'): number {
    this.#run += 1;
    this.#state = state;
    this.onChange();
    return this.#run;
  }
}

interface Waiting {
  readonly event: NostrEvent;
  readonly taken: Set<string>;
  readonly enough: (() => void) | undefined;
}

export abstract class SimProvider {
  readonly key: string;
  readonly box: SimBox;
  protected readonly network: SimNetwork;
  protected readonly quorum: number;
  /** By relay, when the newest heartbeat of ours that it has was signed. Written down, as all that a provider must not forget. */
  protected readonly acked = new Map<string, number>();
  readonly #saidAt = new Map<string, number>();
  readonly #outbox = new Map<string, Waiting>();
  readonly #heard = new Set<string>();
  #life = 0;
  #stamp = 0;

  constructor(network: SimNetwork, key: string, onChange: () => void) {
    this.network = network;
    this.key = key;
    this.quorum = majority(network.relays.length);
    this.box = new SimBox(network, onChange);
    network.listen(key, (event) => this.#hear(event));
  }

  protected abstract heard(event: NostrEvent): void;
  protected abstract tick(): void;
  protected abstract recovered(): void;

  isThere = false;

  /** The process, after a start of the computer as after an update. */
  begin(): void {
    this.isThere = true;
    this.#life += 1;
    this.recovered();
    this.#again(() => this.beat(), DURABLE.heartbeatMs, 0);
    this.#again(() => this.tick(), DURABLE.tickMs, 3000);
    this.#again(() => this.#resend(), 8000, 4000);
    this.#again(() => this.#catchUp(), 30_000, 10_000);
  }

  /** The process alone: the engine lives on, and with it the box. */
  end(): void {
    this.isThere = false;
    this.#life += 1;
  }

  crash(): void {
    this.end();
    this.box.die();
  }

  /** What the drivers need of relays. */
  protected ports(): DurableRelays {
    return {
      own: this.key,
      ask: (filters, done) => {
        const answered = this.alive(() => done(answers));
        let answers: Answers = { events: [], answered: [] };
        this.network.ask(this.key, filters, (found) => {
          answers = found;
          answered();
        });
      },
      say: (template, enough) => this.put(String(template.kind), template, { enough }),
      quorumAgeMs: () => {
        const ages = [...this.acked.values()].map((signedAt) => this.network.now - signedAt);
        return quorumAgeMs(ages, this.network.relays.length);
      },
      beat: () => this.beat(),
    };
  }

  /** A disk that takes a moment, and forgets what was on its way when the process ends. */
  protected disk<State>(keep: (state: State) => void): DriverPorts<State> {
    return {
      now: () => this.network.now,
      write: (state, then) =>
        this.later(this.network.between(1, 200), () => {
          keep(state);
          then();
        }),
    };
  }

  protected engine(): DurableBox {
    return {
      status: (done) => done(this.box.status()),
      start: (done) => {
        let failed: string | undefined;
        const ended = this.alive(() => done(failed));
        this.box.start((reason) => {
          failed = reason;
          ended();
        });
      },
      stop: () => this.box.stop(),
    };
  }

  /** While this process lives. */
  protected later(ms: number, fn: () => void): void {
    const life = this.#life;
    this.network.after(ms, () => {
      if (this.#life === life) fn();
    });
  }

  protected alive(fn: () => void): () => void {
    const life = this.#life;
    return () => {
      if (this.#life === life) fn();
    };
  }

  protected beat(): void {
    const signedAt = this.network.now;
    // Never back, whatever the clock does.
    this.#stamp = Math.max(Math.floor(signedAt / 1000), this.#stamp + 1);
    const { stored } = heartbeatEvents({
      provider_npub: this.key,
      timestamp: this.#stamp,
      active_workloads: 1,
      available_capacity: { cpu_available: 1, memory_mb_available: 1, storage_gb_available: 1 },
      version: 1,
    });
    this.put('heartbeat', stored, { onTaken: (relay) => this.acked.set(relay, signedAt) });
  }

  /** Until a majority has it, or another of the same name takes its place. */
  protected put(
    name: string,
    given: EventTemplate,
    { enough, onTaken }: { readonly enough?: () => void; readonly onTaken?: (relay: string) => void } = {},
  ): void {
    const now = given.created_at ?? Math.floor(this.network.now / 1000);
    const created_at = Math.max(now, (this.#saidAt.get(name) ?? 0) + 1);
    this.#saidAt.set(name, created_at);
    const event = this.network.sign(this.key, { ...given, created_at });
    const waiting: Waiting = { event, taken: new Set(), enough };
    this.#outbox.set(name, waiting);
    this.#send(name, waiting, onTaken);
    this.#onTaken.set(waiting, onTaken);
  }
  readonly #onTaken = new WeakMap<Waiting, ((relay: string) => void) | undefined>();

  #send(name: string, waiting: Waiting, onTaken: ((relay: string) => void) | undefined): void {
    for (const relay of this.network.relays) {
      if (waiting.taken.has(relay)) continue;
      const taken = this.alive(() => {
        if (waiting.taken.has(relay)) return;
        waiting.taken.add(relay);
        onTaken?.(relay);
        if (waiting.taken.size < this.quorum || this.#outbox.get(name) !== waiting) return;
        this.#outbox.delete(name);
        waiting.enough?.();
      });
      this.network.publish(this.key, relay, waiting.event, taken);
    }
  }

  #resend(): void {
    for (const [name, waiting] of this.#outbox) this.#send(name, waiting, this.#onTaken.get(waiting));
  }

  /** What was missed while a line was down. */
  #catchUp(): void {
    const since = Math.floor(this.network.now / 1000) - 7200;
    this.network.ask(this.key, [{ kinds: [38_384, 38_385], since }], ({ events }) => {
      for (const { event } of events) this.#hear(event);
    });
  }

  #hear(event: NostrEvent): void {
    if (!this.isThere || this.#heard.has(event.id)) return;
    this.#heard.add(event.id);
    this.heard(event);
  }

  #again(act: () => void, everyMs: number, lateMs: number): void {
    act();
    this.later(everyMs + this.network.random.int(lateMs + 1), () => this.#again(act, everyMs, lateMs));
  }
}
