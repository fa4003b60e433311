// What GET /metrics tells (IICP 2.5), in the text format of Prometheus. A task costs a few additions; the text is made when
// asked for. Labels take values of short lists only: nothing that a stranger writes becomes one.

import { taskOf } from '../intents.ts';
import type { WatchedEnd, WatchedTask } from './watch.ts';

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Upper bounds of the latency histogram, milliseconds. */
const BUCKETS = [10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];
/** The same of decisions, which take a thousandth of that. Ours: the protocol names no measure of it. */
const DECISION_BUCKETS = [0.5, 1, 2.5, 5, 10, 25, 100, 500, 2500];
const DECISIONS = ['taken', 'refused'] as const;
export type Decision = (typeof DECISIONS)[number];
const STATUSES = ['success', 'error', 'timeout', 'cancelled'] as const;
type Status = (typeof STATUSES)[number];

/** Refusals of a directory that are counted apart; others go by their hundred. */
const KNOWN_STATUS = new Set([401, 403, 404, 410, 422, 429]);
const KNOWN_REASONS = new Set(['directory-unreachable', 'directory-garbled', 'directory-redirects']);

/** Tasks of one intent and one class of urgency. */
interface Series {
  readonly intent: string;
  readonly qos: string;
  readonly byStatus: Record<Status, number>;
  readonly times: Times;
}

/** How long things took. */
interface Times {
  readonly bounds: readonly number[];
  /** How many took as long as each bound, but longer than the one before; the last is of those beyond all. */
  readonly within: number[];
  sumMs: number;
}

export class PrometheusMetrics {
  readonly #series = new Map<string, Series>();
  readonly #tokens = new Map<string, number>();
  readonly #heartbeatFailures = new Map<string, number>();
  readonly #decisions = Object.fromEntries(
    DECISIONS.map((decision) => [
      decision,
      { no: timesOf(DECISION_BUCKETS), yes: timesOf(DECISION_BUCKETS) } satisfies Record<string, Times>,
    ]),
  ) as Record<Decision, { readonly no: Times; readonly yes: Times }>;

  /** `waited`: it had to wait for a slot before. */
  decided(decision: Decision, ms: number, waited: boolean): void {
    add(this.#decisions[decision][waited ? 'yes' : 'no'], ms);
  }

  ended(task: WatchedTask, end: WatchedEnd): void {
    const intent = taskOf(task.intent) ? task.intent : 'other';
    const series = this.#seriesOf(intent, task.qos);
    series.byStatus[statusOf(end.state)] += 1;
    add(series.times, end.latencyMs);
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
      ...all.flatMap(({ intent, qos, times }) => histogram('iicp_task_latency_ms', { intent, qos }, times)),
      ...family(
        'hearth_admission_ms',
        'histogram',
        'From a task being read to it being taken or refused, milliseconds.',
      ),
      ...DECISIONS.flatMap((decision) =>
        Object.entries(this.#decisions[decision]).flatMap(([waited, times]) =>
          histogram('hearth_admission_ms', { decision, waited }, times),
        ),
      ),
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
      times: timesOf(BUCKETS),
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

const timesOf = (bounds: readonly number[]): Times => ({
  bounds,
  within: Array.from({ length: bounds.length + 1 }, () => 0),
  sumMs: 0,
});

function add(times: Times, ms: number): void {
  let at = 0;
  while (at < times.bounds.length && ms > times.bounds[at]!) at += 1;
  times.within[at]! += 1;
  times.sumMs += ms;
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

function histogram(name: string, labels: Readonly<Record<string, string>>, { bounds, within, sumMs }: Times): string[] {
  let below = 0;
  const buckets = within.map((count, index) => {
    below += count;
    const le = index < bounds.length ? String(bounds[index]) : '+Inf';
    return sample(`${name}_bucket`, { ...labels, le }, below);
  });
  return [
    ...buckets,
    sample(`${name}_sum`, labels, Math.round(sumMs * 1000) / 1000),
    sample(`${name}_count`, labels, below),
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
