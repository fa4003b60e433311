// All that is known of one task, and what others could see of it on its way. Of its content nothing is kept, so nothing of it
// can be shown.

import type { Database, Statement } from 'better-sqlite3';
import type { EarningRow } from '../../src-preload/contract/earnings.ts';
import type { Exposure, TaskDetail, TaskView } from '../../src-preload/contract/work.ts';
import { JOB_COLUMNS, JOB_PARTS, type JobRow, toView } from './store.ts';

export interface DetailsDeps {
  readonly read: Database;
  readonly ledger: { ofTask(task: number): EarningRow[] };
  /** Those that run: one that has just begun is not on disk yet. */
  readonly live: () => readonly TaskView[];
  /** How tasks of a network reach this computer. */
  readonly arrival: (network: string) => Exposure['arrived'];
  /** What kind of server it is, as far as it is still known. */
  readonly kindOf: (backend: string) => string | undefined;
}

interface DetailRow extends JobRow {
  ref: string;
  took_ms: number | null;
  waited_ms: number | null;
  server_ms: number | null;
}

interface FactsRow {
  id: number;
  ref: string;
  intent: string;
  model: string | null;
  tokens_in: number | null;
  tokens_out: number | null;
}

export class Details {
  readonly #deps: DetailsDeps;
  readonly #task: Statement<[number], DetailRow>;

  constructor(deps: DetailsDeps) {
    this.#deps = deps;
    this.#task = deps.read.prepare(`SELECT ${JOB_COLUMNS}, j.ref, o.took_ms, i.waited_ms, i.server_ms
      FROM jobs j LEFT JOIN outcomes o ON o.job = j.id ${JOB_PARTS} WHERE j.id = ?`);
  }

  /** Null where there is no such task, or not any more. */
  of(id: number): TaskDetail | null {
    const row = this.#task.get(id);
    const live = this.#deps.live().find((task) => task.id === id);
    const task = row ? toView(row) : live;
    if (!task) return null;
    const { startedAt } = task;
    const waited = row?.waited_ms ?? null;
    const tookMs = row?.took_ms ?? null;
    return {
      task,
      ref: row?.ref ?? '',
      timings: {
        receivedAt: waited === null ? null : startedAt - waited,
        startedAt,
        serverMs: row?.server_ms ?? null,
        tookMs,
        finishedAt: task.finishedAt,
      },
      entries: this.#deps.ledger.ofTask(id),
      exposure: this.#exposure(task, tookMs === null ? null : tookMs + (waited ?? 0)),
    };
  }

  #exposure({ network, inference }: TaskView, inMemoryMs: number | null): Exposure | null {
    if (!inference) return null;
    const { backend, sealed } = inference;
    return {
      arrived: this.#deps.arrival(network),
      carried: sealed ? 'sealed' : 'plain',
      readBy: backend === null ? null : readBy(backend, this.#deps.kindOf(backend)),
      inMemoryMs,
      contentKept: false,
    };
  }
}

/** What the ledger's rows say of their tasks. */
export class TaskFactsStore {
  readonly #facts: Statement<[string], FactsRow>;

  constructor(read: Database) {
    this.#facts = read.prepare(`SELECT j.id, j.ref, j.what AS intent, i.model, i.tokens_in, i.tokens_out
      FROM json_each(?) e CROSS JOIN jobs j ON j.id = e.value LEFT JOIN inference i ON i.job = j.id`);
  }

  factsOf(tasks: readonly number[]): ReadonlyMap<number, NonNullable<EarningRow['task']>> {
    const rows = tasks.length === 0 ? [] : this.#facts.all(JSON.stringify(tasks));
    return new Map(
      rows.map(({ id, ref, intent, model, tokens_in, tokens_out }) => [
        id,
        { id, ref, intent, model, tokensIn: tokens_in ?? 0, tokensOut: tokens_out ?? 0 },
      ]),
    );
  }
}

/** Kinds of servers that pass on what they are asked to computers of other people. */
const ELSEWHERE = new Set(['anthropic', 'meshllm']);

/** Where an address leads. Of a forgotten server it is not known whether it passes things on. */
function readBy(url: string, kind: string | undefined): Exposure['readBy'] {
  if (kind === undefined || !URL.canParse(url)) return null;
  if (ELSEWHERE.has(kind)) return 'elsewhere';
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host) || host.endsWith('.localhost')) return 'this-computer';
  return isNearby(host) ? 'own-network' : 'elsewhere';
}

/** Private and link-local addresses (RFC 1918, 3927, 4193, 4291), and names without a dot or under .local. */
function isNearby(host: string): boolean {
  if (host.includes(':')) return /^(f[cd]|fe[89ab])/i.test(host);
  if (/^\d+(\.\d+){3}$/.test(host)) return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host);
  return !host.includes('.') || /\.(local|lan|home\.arpa|internal)$/.test(host);
}
