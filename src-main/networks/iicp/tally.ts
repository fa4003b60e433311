// What GET /metrics tells (IICP 2.5), in the text format of Prometheus. A task costs a few additions; the text is made when
// somebody asks. Labels take values of short lists only: nothing that a stranger writes becomes one.

import { taskOf } from './intents.ts';
import type { WatchedEnd, WatchedTask } from './watch.ts';

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Upper bounds of the latency histogram, milliseconds. */
const BUCKETS = [10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];
const STATUSES = ['success', 'error', 'timeout', 'cancelled'] as const;
type Status = (typeof STATUSES)[number];

/** Refusals of a directory that are told apart; others go by their hundred. */
const KNOWN_STATUS = new Set([401, 403, 404, 410, 422, 429]);
const KNOWN_REASONS = new Set(['directory-unreachable', 'directory-garbled', 'directory-redirects']);

/** Tasks of one intent and one class of urgency. */
interface Series {
  readonly intent: string;
  readonly qos: string;
  readonly byStatus: Record<Status, number>;
  /** How many ended within each bound, but not within the one before; the last is of those beyond all. */
  readonly within: number[];
  sumMs: number;
}

export class Tally {
  readonly #series = new Map<string, Series>();
  readonly #tokens = new Map<string, number>();
  readonly #heartbeatFailures = new Map<string, number>();

  ended(task: WatchedTask, end: WatchedEnd): void {
    const intent = taskOf(task.intent) ? task.intent : 'other';
    const series = this.#seriesOf(intent, task.qos);
    series.byStatus[statusOf(end.state)] += 1;
    series.within[bucketOf(end.latencyMs)]! += 1;
    series.sumMs += end.latencyMs;
    const tokens = (end.tokensIn ?? 0) + (end.tokensOut ?? 0);
    if (tokens > 0) this.#tokens.set(intent, (this.#tokens.get(intent) ?? 0) + tokens);
  }

  /** `status` 0: the directory was not understood or not reached, for the reason that `code` names. */
  heartbeatFailed(status: number, code: string): void {
    const reason = reasonOf(status, code);
    this.#heartbeatFailures.set(reason, (this.#heartbeatFailures.get(reason) ?? 0) + 1);
  }

  /** `peers`: nodes that this one exchanges peers with now. */
  text({ peers }: { readonly peers: number }): string {
    const all = [...this.#series.values()];
    return [
      ...family('iicp_tasks_total', 'counter', 'Tasks that reached a model server, by how they ended.'),
      ...all.flatMap(({ intent, qos, byStatus }) =>
        STATUSES.filter((status) => byStatus[status] > 0).map((status) =>
          sample('iicp_tasks_total', { status, intent, qos }, byStatus[status]),
        ),
      ),
      ...family('iicp_task_latency_ms', 'histogram', 'From the arrival of a task to its outcome, milliseconds.'),
      ...all.flatMap(histogram),
      ...family('iicp_tokens_used_total', 'counter', 'Tokens of tasks, read and written together.'),
      ...[...this.#tokens].map(([intent, tokens]) => sample('iicp_tokens_used_total', { intent }, tokens)),
      ...family('iicp_peers_active', 'gauge', 'Nodes that this one exchanges peers with.'),
      sample('iicp_peers_active', {}, peers),
      ...family('iicp_heartbeat_failures_total', 'counter', 'Heartbeats that the directory did not accept.'),
      ...[...this.#heartbeatFailures].map(([reason, count]) =>
        sample('iicp_heartbeat_failures_total', { reason }, count),
      ),
      '',
    ].join('\n');
  }

  #seriesOf(intent: string, qos: WatchedTask['qos']): Series {
    const key = `${intent} ${qos}`;
    const known = this.#series.get(key);
    if (known) return known;
    const series: Series = {
      intent,
      qos: qos.replace('-', '_'),
      byStatus: { success: 0, error: 0, timeout: 0, cancelled: 0 },
      within: Array.from({ length: BUCKETS.length + 1 }, () => 0),
      sumMs: 0,
    };
    this.#series.set(key, series);
    return series;
  }
}

function statusOf(state: WatchedEnd['state']): Status {
  switch (state) {
    case 'done':
      return 'success';
    case 'timeout':
    case 'cancelled':
      return state;
    default:
      return 'error';
  }
}

function bucketOf(ms: number): number {
  const index = BUCKETS.findIndex((bound) => ms <= bound);
  return index === -1 ? BUCKETS.length : index;
}

function reasonOf(status: number, code: string): string {
  if (KNOWN_STATUS.has(status)) return `http_${status}`;
  if (status >= 400 && status <= 599) return `http_${Math.floor(status / 100)}xx`;
  const name = code.replace(/^iicp\./, '');
  return KNOWN_REASONS.has(name) ? name.replace('-', '_') : 'other';
}

function family(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function histogram({ intent, qos, within, sumMs }: Series): string[] {
  let below = 0;
  const buckets = within.map((count, index) => {
    below += count;
    const le = index < BUCKETS.length ? String(BUCKETS[index]) : '+Inf';
    return sample('iicp_task_latency_ms_bucket', { intent, qos, le }, below);
  });
  return [
    ...buckets,
    sample('iicp_task_latency_ms_sum', { intent, qos }, Math.round(sumMs * 1000) / 1000),
    sample('iicp_task_latency_ms_count', { intent, qos }, below),
  ];
}

function sample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

/** As the text format asks of label values. */
function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
