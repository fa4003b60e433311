// The score card of a rehearsal: one sentence a check, and the figures.

import type { Sum } from '../../src-preload/contract/earnings.ts';
import type { RehearsalCheck, RehearsalCheckName, RehearsalView } from '../../src-preload/contract/rehearsal.ts';
import { RehearsalCheckName as Names } from '../../src-preload/contract/rehearsal.ts';
import type { TaskView, WorkView } from '../../src-preload/contract/work.ts';
import type { Backends } from '../backends/pool.ts';
import type { Clock } from '../base/clock.ts';
import type { Rehearsed } from './rehearsal-client.ts';

type Answered = Extract<Rehearsed, { kind: 'answered' }>;

/** What is asked for in each kind of work that can be rehearsed with words alone; the words of an audit come after its own. */
const TASKS = {
  'llm:chat': (more: string) => ({
    messages: [{ role: 'user', content: `Describe a warm hearth on a winter evening.${more}` }],
    temperature: 0,
  }),
  'llm:completion': (more: string) => ({ prompt: `${more}A warm hearth on a winter evening is`, temperature: 0 }),
  'llm:embedding': (more: string) => ({ input: `A warm hearth on a winter evening.${more}` }),
} as const;
type WordTask = keyof typeof TASKS;

/** Credits in millionths for each token (IICP: a thousand tokens make one). */
const MICRO_A_TOKEN = 1000;

const LOG = "The model server's own log may tell more.";

export interface ChosenTask {
  readonly intent: string;
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

  pass(name: RehearsalCheckName, says: string): void {
    this.#checks.set(name, { name, state: 'ok', says });
    this.#changed();
  }

  fail(name: RehearsalCheckName, says: string, action?: string): void {
    this.#checks.set(name, { name, state: 'failed', says, ...(action !== undefined && { action }) });
    this.#changed();
  }

  /** What has been looked at so far. */
  checks(): RehearsalCheck[] {
    return Names.options.flatMap((name) => this.#checks.get(name) ?? []);
  }

  view(): RehearsalView {
    const checks = Names.options.map(
      (name): RehearsalCheck => this.#checks.get(name) ?? { name, state: 'skipped', says: 'Not reached.' },
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
    for (const task of Object.keys(TASKS) as WordTask[]) {
      const choice = backends.choose(task, wanted);
      if (choice.kind !== 'chosen') continue;
      const server = servers.find(({ id }) => id === choice.backend.id)!;
      this.#figures = { ...this.#figures, backend: { kind: server.kind, url: server.url }, model: choice.model };
      const others = servers.length > 1 ? ` ${servers.length} model servers answer in all.` : '';
      this.pass('found', `${choice.model} at ${server.url} can be asked.${others}`);
      return {
        intent: `urn:iicp:intent:${task}:v1`,
        payload: TASKS[task](marker && ` ${marker} `),
        model: choice.model,
      };
    }
    if (servers.length === 0) {
      const why = backends.views().find(({ reason }) => reason)?.reason;
      this.fail(
        'found',
        why?.message ?? 'No model server answers on this computer.',
        why?.action ?? 'Start Ollama, LM Studio or another one. "hearth detect" shows where it was looked for.',
      );
    } else if (wanted !== undefined) {
      this.fail('found', `No model server can be asked for ${wanted} now.`, '"hearth models" lists what there is.');
    } else {
      this.fail('found', 'No model that works with words can be asked now.', '"hearth models" lists what there is.');
    }
    return undefined;
  }

  /** The first task, from which sealing, admission and the answer itself are judged. */
  first(first: Rehearsed, work: WorkView, serverMs: number | undefined): void {
    if (first.kind === 'lost') this.fail('admitted', 'The node did not answer the task at all.');
    else if (first.kind === 'answered') this.#answered(first, work);
    else if (serverMs === undefined) {
      this.fail('admitted', `The node refused the task (${first.status} ${first.code}).`);
    } else {
      this.pass('admitted', 'The task got a slot.');
      const why = work.recent[0]?.code ?? first.code;
      this.fail('answered', `The model server gave no usable answer: ${why}.`, LOG);
    }
  }

  #answered(first: Answered, work: WorkView): void {
    if (first.sealed && work.recent[0]?.inference?.sealed) {
      this.pass('sealed', 'The prompt came sealed; the answer went back sealed and could be opened.');
    } else this.fail('sealed', 'The task was not sealed both ways.');
    this.pass('admitted', 'The task got a slot.');
    this.pass('answered', `The first answer took ${seconds(first.ms)}.`);
    this.#figures = { ...this.#figures, firstMs: first.ms };
  }

  /** A later task that did not come back. */
  unsteady(task: Exclude<Rehearsed, Answered>): void {
    const how = task.kind === 'lost' ? 'got no answer' : `was refused (${task.status} ${task.code})`;
    this.fail(
      'answered',
      `The first task was answered, but a later one ${how}.`,
      "The model server's own log may tell more.",
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

  refused(name: 'replay-refused' | 'tampering-refused', answer: Rehearsed): void {
    const [status, what] =
      name === 'replay-refused'
        ? [409, 'The same request sent twice']
        : [400, 'A sealed task that was changed on the way'];
    if (answer.kind === 'refused' && answer.status === status) this.pass(name, `${what} was refused.`);
    else this.fail(name, `${what} was not refused as it should be.`);
  }

  metered(asked: readonly Answered[], rows: readonly TaskView[]): void {
    const charged = sum(asked.map(({ tokensUsed }) => tokensUsed));
    const told = sum(asked.map(({ tokensIn, tokensOut }) => tokensIn + tokensOut));
    const recorded = sum(
      rows.flatMap(({ state, inference }) =>
        state === 'done' && inference ? inference.tokensIn + inference.tokensOut : [],
      ),
    );
    if (told === 0) {
      const message = 'The model server does not count tokens, so nothing could be earned with it.';
      this.fail('metered', message, 'Update it, or switch its usage reports on.');
    } else if (told !== charged || charged !== recorded) {
      this.fail('metered', `The server counted ${told} tokens, the node charged ${charged} and recorded ${recorded}.`);
    } else this.pass('metered', `${recorded} tokens were counted by the server, charged and recorded alike.`);
  }

  booked(asked: readonly Answered[], total: readonly Sum[]): void {
    const expected = sum(asked.map(({ tokensUsed }) => tokensUsed)) * MICRO_A_TOKEN;
    const booked = sum(total.map(({ amountMicro }) => amountMicro));
    if (booked === expected)
      this.pass('booked', `${asked.length} tasks are in the rehearsal's ledger, and their sum is right.`);
    else this.fail('booked', `The rehearsal's ledger holds ${booked} millionths of a credit instead of ${expected}.`);
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const seconds = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
