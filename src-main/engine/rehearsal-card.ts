// The score card of a rehearsal: one sentence a check, and the figures.

import { reasonFor } from '../../src-i18n/reason.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { Sum } from '../../src-preload/contract/earnings.ts';
import type { RehearsalCheck, RehearsalCheckName, RehearsalView } from '../../src-preload/contract/rehearsal.ts';
import { RehearsalCheckName as Names } from '../../src-preload/contract/rehearsal.ts';
import type { TaskView, WorkView } from '../../src-preload/contract/work.ts';
import type { Backends } from '../backends/pool.ts';
import type { Clock } from '../base/clock.ts';
import type { RehearsedKind, TaskReply } from '../practice/practice.ts';

type Answered = Extract<TaskReply, { kind: 'answered' }>;

/** What is asked for in each kind of work that can be rehearsed with words alone; the words of an audit come after its own. */
const TASKS = {
  'llm:chat': (more: string) => ({
    messages: [{ role: 'user', content: `Describe a warm hearth on a winter evening.${more}` }],
    temperature: 0,
  }),
  'llm:completion': (more: string) => ({ prompt: `${more}A warm hearth on a winter evening is`, temperature: 0 }),
  'llm:embedding': (more: string) => ({ input: `A warm hearth on a winter evening.${more}` }),
} as const satisfies Record<RehearsedKind, (more: string) => object>;

export interface ChosenTask {
  readonly kind: RehearsedKind;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly model: string;
}

export class RehearsalCard {
  readonly #clock: Clock;
  readonly #began: number;
  readonly #at: number;
  readonly #changed: () => void;
  readonly #checks = new Map<RehearsalCheckName, RehearsalCheck>();
  #figures: Pick<RehearsalView, 'backend' | 'model' | 'firstMs' | 'addedMs' | 'tokensPerSecond'> = {
    backend: null,
    model: null,
    firstMs: null,
    addedMs: null,
    tokensPerSecond: null,
  };

  /** `changed` is called after each check. */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#at = clock.now();
    this.#began = clock.monotonic();
  }

  pass(name: RehearsalCheckName, reason: Reason): void {
    this.#checks.set(name, { name, state: 'ok', reason });
    this.#changed();
  }

  fail(name: RehearsalCheckName, reason: Reason): void {
    this.#checks.set(name, { name, state: 'failed', reason });
    this.#changed();
  }

  /** What has been looked at so far. */
  checks(): RehearsalCheck[] {
    return Names.options.flatMap((name) => this.#checks.get(name) ?? []);
  }

  view(): RehearsalView {
    const checks = Names.options.map(
      (name): RehearsalCheck =>
        this.#checks.get(name) ?? { name, state: 'skipped', reason: reasonFor('check.not-reached') },
    );
    return {
      at: this.#at,
      took: this.#clock.monotonic() - this.#began,
      ok: checks.every(({ state }) => state === 'ok'),
      ...this.#figures,
      checks,
    };
  }

  /** Picks what to rehearse with; undefined where there is nothing. */
  found(backends: Backends, wanted: string | undefined, marker = ''): ChosenTask | undefined {
    const servers = backends.views().filter(({ models }) => models.some(({ offered }) => offered));
    for (const kind of Object.keys(TASKS) as RehearsedKind[]) {
      const choice = backends.choose(kind, wanted);
      if (choice.kind !== 'chosen') continue;
      const server = servers.find(({ id }) => id === choice.backend.id)!;
      this.#figures = { ...this.#figures, backend: { kind: server.kind, url: server.url }, model: choice.model };
      const asked = { model: choice.model, url: server.url };
      const { length } = servers;
      this.pass(
        'found',
        length > 1
          ? reasonFor('rehearsal.found-several', { ...asked, servers: length })
          : reasonFor('rehearsal.found', asked),
      );
      return {
        kind,
        payload: TASKS[kind](marker && ` ${marker} `),
        model: choice.model,
      };
    }
    if (servers.length === 0) {
      const why = backends.views().find(({ reason }) => reason)?.reason;
      this.fail('found', why ?? reasonFor('rehearsal.no-server'));
    } else if (wanted !== undefined) this.fail('found', reasonFor('rehearsal.no-such-model', { model: wanted }));
    else this.fail('found', reasonFor('rehearsal.no-words'));
    return undefined;
  }

  /** The first task: whether it was sealed, let in and answered. */
  first(first: TaskReply, work: WorkView, serverMs: number | undefined): void {
    if (first.kind === 'lost') this.fail('admitted', reasonFor('rehearsal.no-reply'));
    else if (first.kind === 'answered') this.#answered(first, work);
    else if (serverMs === undefined) {
      this.fail('admitted', reasonFor('rehearsal.rejected', { status: first.status, why: first.code }));
    } else {
      this.pass('admitted', reasonFor('rehearsal.admitted'));
      const why = work.recent[0]?.code ?? first.code;
      this.fail('answered', reasonFor('rehearsal.no-answer', { why }));
    }
  }

  #answered(first: Answered, work: WorkView): void {
    if (first.sealed && work.recent[0]?.inference?.sealed) {
      this.pass('sealed', reasonFor('rehearsal.sealed'));
    } else this.fail('sealed', reasonFor('rehearsal.not-sealed'));
    this.pass('admitted', reasonFor('rehearsal.admitted'));
    this.pass('answered', reasonFor('rehearsal.answered', { seconds: Math.round(first.ms) / 1000 }));
    this.#figures = { ...this.#figures, firstMs: first.ms };
  }

  /** A later task that did not come back. */
  unsteady(task: Exclude<TaskReply, Answered>): void {
    this.fail(
      'answered',
      task.kind === 'lost'
        ? reasonFor('rehearsal.later-lost')
        : reasonFor('rehearsal.later-rejected', { status: task.status, why: task.code }),
    );
  }

  speed({
    added,
    tokens,
    ms,
  }: {
    readonly added: readonly number[];
    readonly tokens: number;
    readonly ms: number;
  }): void {
    const sorted = added.toSorted((a, b) => a - b);
    const addedMs = sorted[Math.floor(sorted.length / 2)] ?? null;
    const tokensPerSecond = tokens > 0 && ms > 0 ? (tokens / ms) * 1000 : null;
    this.#figures = { ...this.#figures, addedMs, tokensPerSecond };
  }

  refused(name: 'replay-refused' | 'tampering-refused', refused: boolean): void {
    const accepted = name === 'replay-refused' ? 'rehearsal.replay-accepted' : 'rehearsal.tampering-accepted';
    if (refused) this.pass(name, reasonFor(`rehearsal.${name}`));
    else this.fail(name, reasonFor(accepted));
  }

  metered(asked: readonly Answered[], rows: readonly TaskView[]): void {
    const charged = sum(asked.map(({ tokensUsed }) => tokensUsed));
    const counted = sum(asked.map(({ tokensIn, tokensOut }) => tokensIn + tokensOut));
    const done = rows.filter(({ state }) => state === 'done').flatMap(({ inference }) => inference ?? []);
    const recorded = sum(done.map(({ tokensIn, tokensOut }) => tokensIn + tokensOut));
    if (counted === 0) this.fail('metered', reasonFor('rehearsal.no-count'));
    else if (counted !== charged || charged !== recorded) {
      this.fail('metered', reasonFor('rehearsal.miscounted', { counted, charged, recorded }));
    } else this.pass('metered', reasonFor('rehearsal.metered', { tokens: recorded }));
  }

  booked(asked: readonly Answered[], total: readonly Sum[], microAToken: number): void {
    const expected = sum(asked.map(({ tokensUsed }) => tokensUsed)) * microAToken;
    const booked = sum(total.map(({ amountMicro }) => amountMicro));
    if (booked === expected) this.pass('booked', reasonFor('rehearsal.booked', { tasks: asked.length }));
    else this.fail('booked', reasonFor('rehearsal.misbooked', { booked, expected }));
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
