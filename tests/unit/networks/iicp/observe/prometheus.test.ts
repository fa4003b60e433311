// The counters of GET /metrics, read back from their text as a scraper reads them.
import { describe, expect, it } from 'vitest';
import { PrometheusMetrics } from '../../../../../src-main/networks/iicp/observe/prometheus.ts';
import type { WatchedEnd, WatchedTask } from '../../../../../src-main/networks/iicp/observe/watch.ts';
import { readProm } from '../../../../support/prometheus.ts';

const CHAT = 'urn:iicp:intent:llm:chat:v1';
const EMBED = 'urn:iicp:intent:llm:embedding:v1';

function task(changes: Partial<WatchedTask> = {}): WatchedTask {
  return {
    taskId: 't-1',
    intent: CHAT,
    kind: 'llm:chat',
    qos: 'interactive',
    model: 'llama3',
    asked: undefined,
    backendId: 'b',
    traceparent: undefined,
    ...changes,
  };
}

const scrape = (prometheus: PrometheusMetrics, peers = 0) => readProm(prometheus.text({ peers }));

describe('the counters', () => {
  it('start with all families, and nothing counted', () => {
    const { families, samples } = scrape(new PrometheusMetrics(), 3);
    expect(families).toEqual({
      iicp_tasks_total: 'counter',
      iicp_task_latency_ms: 'histogram',
      hearth_admission_ms: 'histogram',
      iicp_tokens_used_total: 'counter',
      iicp_peers_active: 'gauge',
      iicp_heartbeat_failures_total: 'counter',
    });
    expect(samples.filter(({ value }) => value > 0)).toEqual([{ name: 'iicp_peers_active', labels: {}, value: 3 }]);
  });

  it.each<[WatchedEnd['state'], string]>([
    ['done', 'success'],
    ['failed', 'error'],
    ['interrupted', 'error'],
    ['timeout', 'timeout'],
    ['cancelled', 'cancelled'],
  ])('count a task that ended as %s under %s', (state, status) => {
    const prometheus = new PrometheusMetrics();
    prometheus.ended(task({ qos: 'best-effort' }), { state, latencyMs: 7 });
    const [counted] = scrape(prometheus).samples.filter(({ name }) => name === 'iicp_tasks_total');
    expect(counted).toEqual({
      name: 'iicp_tasks_total',
      labels: { status, intent: CHAT, qos: 'best_effort' },
      value: 1,
    });
  });

  it('put times into cumulative buckets whose bounds belong to them', () => {
    const prometheus = new PrometheusMetrics();
    for (const latencyMs of [0, 10, 10.5, 5000, 5001, 30_000, 31_000.25])
      prometheus.ended(task(), { state: 'done', latencyMs });
    const { samples } = scrape(prometheus);
    const buckets = samples.filter(({ name }) => name === 'iicp_task_latency_ms_bucket');
    expect(buckets.map(({ labels, value }) => [labels.le, value])).toEqual([
      ['10', 2],
      ['50', 3],
      ['100', 3],
      ['250', 3],
      ['500', 3],
      ['1000', 3],
      ['2500', 3],
      ['5000', 4],
      ['10000', 5],
      ['30000', 6],
      ['+Inf', 7],
    ]);
    const value = (name: string) => samples.find((sample) => sample.name === name)!.value;
    expect(value('iicp_task_latency_ms_count')).toBe(7);
    expect(value('iicp_task_latency_ms_sum')).toBeCloseTo(71_021.75, 3);
  });

  it('tell decisions apart by what they were and by whether they waited for a slot', () => {
    const prometheus = new PrometheusMetrics();
    for (const ms of [0.1, 5, 5.1]) prometheus.decided('taken', ms, false);
    prometheus.decided('refused', 1999, true);
    const { samples } = scrape(prometheus);
    const upTo = (decision: string, waited: string) =>
      ['0.5', '5', '10', '500', '2500', '+Inf'].map(
        (le) =>
          samples.find(({ labels }) => labels.decision === decision && labels.waited === waited && labels.le === le)
            ?.value,
      );
    expect([upTo('taken', 'no'), upTo('taken', 'yes'), upTo('refused', 'no'), upTo('refused', 'yes')]).toEqual([
      [1, 2, 3, 3, 3, 3],
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 1, 1],
    ]);
  });

  it('sum tokens by intent', () => {
    const prometheus = new PrometheusMetrics();
    prometheus.ended(task(), { state: 'done', latencyMs: 1, tokensIn: 3, tokensOut: 4 });
    prometheus.ended(task({ qos: 'batch' }), { state: 'done', latencyMs: 1, tokensIn: 10, tokensOut: 0 });
    prometheus.ended(task({ intent: EMBED }), { state: 'done', latencyMs: 1, tokensIn: 5 });
    prometheus.ended(task({ intent: EMBED }), { state: 'failed', latencyMs: 1 });
    const tokens = scrape(prometheus).samples.filter(({ name }) => name === 'iicp_tokens_used_total');
    expect(tokens.map(({ labels, value }) => [labels.intent, value])).toEqual([
      [CHAT, 17],
      [EMBED, 5],
    ]);
  });

  it.each([
    [401, 'unauthorized', 'http_401'],
    [429, 'IICP-E034', 'http_429'],
    [418, 'IICP-"\n\\', 'http_4xx'],
    [502, 'HTTP-502', 'http_5xx'],
    [0, 'iicp.directory-unreachable', 'directory_unreachable'],
    [0, 'iicp.directory-garbled', 'directory_garbled'],
    [0, 'whatever a directory makes up', 'other'],
    [302, 'HTTP-302', 'other'],
  ])('give a heartbeat that failed with %s %j the reason %s', (status, code, reason) => {
    const prometheus = new PrometheusMetrics();
    prometheus.heartbeatFailed(status, code);
    prometheus.heartbeatFailed(status, code);
    expect(scrape(prometheus).samples.at(-1)).toEqual({
      name: 'iicp_heartbeat_failures_total',
      labels: { reason },
      value: 2,
    });
  });

  it('do not grow with what strangers write', () => {
    const prometheus = new PrometheusMetrics();
    prometheus.ended(task(), { state: 'done', latencyMs: 1 });
    for (let n = 0; n < 5000; n += 1) {
      prometheus.ended(task({ intent: `urn:iicp:intent:x:y${n}:v1"\n`, taskId: `${n}` }), {
        state: 'failed',
        latencyMs: 1,
      });
      prometheus.heartbeatFailed(0, `made-up-${n}`);
      prometheus.heartbeatFailed(430 + (n % 60), `IICP-${n}`);
    }
    const { samples } = scrape(prometheus);
    expect(samples.length).toBeLessThan(100);
    expect(samples.find(({ labels }) => labels.intent === 'other')?.value).toBe(5000);
  });
});
