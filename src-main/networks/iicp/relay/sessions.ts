// Who is bound to this relay, whichever way they came, and what is on its way to them (IICP 2.7, 2.8, 6.6). A relay never displaces a
// worker that is alive: the worker that holds an id keeps it until it is gone.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { RELAY, type RelayLimits } from './bounds.ts';
import type { TicketVerdict } from './tickets.ts';

export interface SessionsDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** This node's own id, which no worker may bind. */
  readonly nodeId: string;
  /** Called when a worker is bound or gone. */
  readonly changed?: () => void;
  /** Undefined where no ticket is asked for. */
  readonly tickets?: { check(ticket: string | undefined, worker: string): TicketVerdict } | undefined;
}

/** How a bound worker is reached. */
export interface Carrier {
  alive(): boolean;
  /** Hands over a task's JSON; false: it can't take one more now. */
  push(callId: string, task: Buffer): boolean;
  /** No caller waits for it any more: what was not handed over yet is let go. */
  drop(callId: string): void;
  close(): void;
}

export interface BindRequest {
  readonly worker: string;
  readonly models: readonly string[];
  readonly ticket: string | undefined;
  /** Who asks, as far as one can tell: see callerOf. */
  readonly principal: string;
}

export type BindRefusal = 'malformed' | 'ticket' | 'replayed' | 'alive' | 'rate' | 'full';

/** What a worker answered; `status` of its own where it tells one. */
export interface Relayed {
  readonly status: number;
  /** Most likely JSON: it has not been parsed yet. */
  readonly text: Buffer;
}

export interface Session {
  readonly worker: string;
  readonly models: readonly string[];
  /** An answer without a waiting caller is dropped. */
  settle(callId: string, answer: Relayed): void;
  /** Removes this session and no other, and fails what is on its way. */
  end(): void;
}

export const SESSION_LIMITS: Pick<RelayLimits, 'sessions' | 'binds' | 'principals' | 'forwardMs' | 'callsEach'> = RELAY;

/** In which binds are counted. */
const WINDOW_MS = 60_000;
const WORKER = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,35}$/;

interface Entry {
  readonly session: Session;
  readonly carrier: Carrier;
  readonly principal: string;
  readonly calls: Map<string, (answer: Relayed | undefined) => void>;
}

export class Sessions {
  readonly #deps: SessionsDeps;
  readonly #limits: typeof SESSION_LIMITS;
  readonly #bound = new Map<string, Entry>();
  readonly #binds = new Map<string, number>();
  #windowBegan = Number.NEGATIVE_INFINITY;

  constructor(deps: SessionsDeps, limits: Partial<typeof SESSION_LIMITS> = {}) {
    this.#deps = deps;
    this.#limits = { ...SESSION_LIMITS, ...limits };
  }

  get size(): number {
    return this.#bound.size;
  }

  /** 0 to 1. */
  get load(): number {
    return this.#bound.size / this.#limits.sessions;
  }

  bind(request: BindRequest, carrier: Carrier): Session | BindRefusal {
    const { worker, models, ticket, principal } = request;
    if (!WORKER.test(worker)) return 'malformed';
    if (worker === this.#deps.nodeId) return 'alive';
    const holder = this.#bound.get(worker);
    if (holder?.carrier.alive()) return 'alive';
    const comesBack = holder?.principal === principal;
    if (!comesBack && !this.#mayBind(principal)) return 'rate';
    if (!holder && this.#bound.size >= this.#limits.sessions) this.#sweep();
    if (!holder && this.#bound.size >= this.#limits.sessions) return 'full';
    // Last: a ticket is good once, and must not be used up by a refusal.
    const verdict = this.#deps.tickets?.check(ticket, worker) ?? 'good';
    if (verdict !== 'good') return verdict === 'replayed' ? 'replayed' : 'ticket';
    holder?.session.end();
    const calls: Entry['calls'] = new Map();
    const session: Session = {
      worker,
      models: models.slice(0, RELAY.models),
      settle: (callId, answer) => calls.get(callId)?.(answer),
      end: () => {
        if (this.#bound.get(worker) === entry) this.#bound.delete(worker);
        for (const settle of calls.values()) settle(undefined);
        carrier.close();
        this.#deps.changed?.();
      },
    };
    const entry: Entry = { session, carrier, principal, calls };
    this.#bound.set(worker, entry);
    this.#deps.changed?.();
    return session;
  }

  /** The models of a bound worker; undefined: no living worker is bound so. */
  modelsOf(worker: string): readonly string[] | undefined {
    return this.#alive(worker)?.session.models;
  }

  /** Undefined: it was bound, and did not answer. */
  async forward(worker: string, task: Buffer, signal: AbortSignal): Promise<Relayed | 'unbound' | undefined> {
    const entry = this.#alive(worker);
    if (!entry) return 'unbound';
    const { calls, carrier } = entry;
    if (signal.aborted || calls.size >= this.#limits.callsEach) return undefined;
    const callId = this.#deps.random.id();
    return new Promise((resolve) => {
      const settle = (answer: Relayed | undefined) => {
        calls.delete(callId);
        carrier.drop(callId);
        cancel();
        signal.removeEventListener('abort', gone);
        resolve(answer);
      };
      const gone = () => settle(undefined);
      const cancel = this.#deps.clock.after(this.#limits.forwardMs, gone);
      signal.addEventListener('abort', gone, { once: true });
      calls.set(callId, settle);
      if (!carrier.push(callId, task)) settle(undefined);
    });
  }

  end(): void {
    for (const { session } of this.#bound.values()) session.end();
  }

  #alive(worker: string): Entry | undefined {
    const entry = this.#bound.get(worker);
    return entry?.carrier.alive() ? entry : undefined;
  }

  #sweep(): void {
    for (const { session, carrier } of this.#bound.values()) if (!carrier.alive()) session.end();
  }

  #mayBind(principal: string): boolean {
    const { binds, principals } = this.#limits;
    const now = this.#deps.clock.monotonic();
    if (now - this.#windowBegan >= WINDOW_MS) {
      this.#windowBegan = now;
      this.#binds.clear();
    }
    const key = this.#binds.has(principal) || this.#binds.size < principals ? principal : '';
    const count = this.#binds.get(key) ?? 0;
    if (count >= binds) return false;
    this.#binds.set(key, count + 1);
    return true;
  }
}
