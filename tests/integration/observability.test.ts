// What a node tells whoever looks after it: counters to scrape, none of which says what a task was about.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { collector } from '../support/collector.ts';
import { CHAT, chatTask, directory, freePort, modelServer, node, post } from '../support/network.ts';
import { readProm } from '../support/prometheus.ts';
import { until } from '../support/wait.ts';

const BEAT_MS = 200;

async function scrape(url: string) {
  const reply = await fetch(`${url}/metrics`);
  const text = await reply.text();
  return { status: reply.status, type: reply.headers.get('content-type'), text };
}

describe('the metrics of a node', () => {
  it('are off until they are switched on, and count from the start', async () => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: BEAT_MS });
    const reply = await post(server.url, chatTask({ constraints: { qos: 'interactive' } }, 'PAYLOAD-WORD'));
    expect(reply.status).toBe(200);
    expect(await scrape(server.url)).toMatchObject({ status: 503, type: 'text/plain', text: 'metrics are off' });
    list.fault({ status: 500 });
    await until('a failed beat', async () => (await server.state()).network.state === 'degraded');
    await server.set('networks.iicp.metrics', true);
    const { status, type, text } = await scrape(server.url);
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const { samples } = readProm(text);
    const of = (wanted: string) => samples.filter(({ name }) => name === wanted);
    expect(of('iicp_tasks_total')).toEqual([
      { name: 'iicp_tasks_total', labels: { status: 'success', intent: CHAT, qos: 'interactive' }, value: 1 },
    ]);
    expect(of('iicp_task_latency_ms_count').map(({ value }) => value)).toEqual([1]);
    const { tokens_used: tokens } = reply.json.metrics as { tokens_used: number };
    expect(of('iicp_tokens_used_total')).toMatchObject([{ labels: { intent: CHAT }, value: tokens }]);
    expect(of('iicp_heartbeat_failures_total')).toMatchObject([{ labels: { reason: 'http_5xx' } }]);
    expect(text).not.toMatch(/PAYLOAD-WORD|llama|task-/);
    await server.set('networks.iicp.metrics', false);
    expect((await scrape(server.url)).status).toBe(503);
  });
});

describe('the log files of a node', () => {
  it('tell of registering, beats and being forgotten as the official nodes do, and hold no token', async () => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: BEAT_MS });
    const { nodeId } = (await server.state()).network;
    await until('a beat', () => list.beatsOf(nodeId!) >= 1);
    list.fault({ status: 401 });
    await until('the trouble', async () => (await server.state()).network.state === 'degraded');
    list.fault(null);
    await until('it to be back', async () => (await server.state()).network.state === 'online');
    await server.stop();
    const logs = join(server.dataDir, 'logs');
    const lines = readFileSync(join(logs, `${nodeId}.log`), 'utf8')
      .trim()
      .split('\n');
    const events = readFileSync(join(logs, 'events.jsonl'), 'utf8').trim().split('\n');
    const read = events.map((line) => JSON.parse(line) as Record<'ts' | 'event' | 'node_id' | 'details', string>);
    expect(lines).toEqual(read.map(({ ts, event, details }) => `${ts} [${event}] node=${nodeId} ${details}`.trimEnd()));
    expect(lines.every((line) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \[[a-z_]+\] node=\S+( \S+=\S+)*$/.test(line))).toBe(
      true,
    );
    expect(read.slice(0, 2)).toMatchObject([{ event: 'register_ok' }, { event: 'heartbeat_ok', details: 'seq=1' }]);
    expect(read.find(({ event }) => event === 'heartbeat_fail')?.details).toMatch(/^seq=\d+ status=401$/);
    expect(read.find(({ event }) => event === 'reregister_fail')?.details).toMatch(/^seq=\d+ after_status=401$/);
    expect(read.find(({ event }) => event === 'reregister_ok')?.details).toMatch(/^seq=\d+ after_status=401$/);
  });
});

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('the traces of a node', () => {
  /** A node that was started under these variables of OpenTelemetry. */
  async function traced(env: Record<string, string>, model?: Parameters<typeof modelServer>[0]) {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    return node({ modelUrl: (await modelServer(model)).url });
  }

  it('have a span for each task, child of the caller’s, with models and tokens and nothing of what was said', async () => {
    const sink = await collector();
    const server = await traced({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_SERVICE_NAME: 'my-hearth' });
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
    const task = chatTask({ task_id: 'traced-1' }, 'PROMPT-WORD');
    const reply = await post(server.url, task, { headers });
    expect(reply.headers.get('x-iicp-trace-id')).toBe(TRACE);
    const { model_used: model } = reply.json as { model_used: string };
    await server.stop();
    const [span, ...others] = sink.spans();
    expect(others).toEqual([]);
    expect(span).toMatchObject({ name: 'iicp.task.execute', kind: 2, traceId: TRACE, parentSpanId: PARENT, status: 0 });
    const { total_tokens: total } = (reply.json.result as { usage: { total_tokens: number } }).usage;
    const { attributes, resource } = span!;
    const { 'gen_ai.usage.input_tokens': input, 'gen_ai.usage.output_tokens': output, ...rest } = attributes;
    expect(Number(input) + Number(output)).toBe(total);
    expect(rest).toEqual({
      'iicp.task_id': 'traced-1',
      'iicp.intent': CHAT,
      'iicp.qos': 'best-effort',
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'ollama',
      'gen_ai.request.model': model,
      'gen_ai.response.model': model,
    });
    expect(resource).toMatchObject({ 'service.name': 'my-hearth', 'service.version': expect.any(String) });
    const { content } = (reply.json.result as { choices: { message: { content: string } }[] }).choices[0]!.message;
    expect(content.length).toBeGreaterThan(3);
    expect(sink.bodies.join('')).not.toContain('PROMPT-WORD');
    expect(sink.bodies.join('')).not.toContain(content);
  });

  it('begin anew where the header is missing or broken, whatever the body says', async () => {
    const sink = await collector();
    const server = await traced({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
    const spoofed = { _trace: { traceparent: `00-${TRACE}-${PARENT}-01` } };
    await post(server.url, chatTask(spoofed));
    await post(server.url, chatTask(spoofed), { headers: { traceparent: `00-${'0'.repeat(32)}-${PARENT}-01` } });
    await post(server.url, chatTask(spoofed), { headers: { traceparent: `99-${TRACE}-${PARENT}-01` } });
    await post(server.url, chatTask(), { headers: { traceparent: `00-${TRACE}-${PARENT}-00` } });
    await server.stop();
    // The last caller's trace is not recorded anywhere, so ours is not either.
    expect(sink.spans()).toHaveLength(3);
    for (const span of sink.spans()) {
      expect(span.parentSpanId).toBeUndefined();
      expect(span.traceId).not.toBe(TRACE);
    }
  });

  it('say by which kind of error a task ended, in our own words', async () => {
    const sink = await collector();
    const server = await traced({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url }, { delayMs: 5000 });
    const reply = await post(server.url, chatTask({ constraints: { timeout_ms: 100 } }));
    expect(reply.status).toBe(504);
    await server.stop();
    expect(sink.spans()).toMatchObject([{ status: 2, attributes: { 'error.type': 'deadline-too-short' } }]);
  });

  it('cost no task its answer while the collector is away, and hold nobody up at the end', async () => {
    const away = `http://127.0.0.1:${await freePort()}`;
    // Longer than a test may take: a stop that waited for the collector would fail.
    const OTEL_EXPORTER_OTLP_TIMEOUT = '600000';
    const server = await traced({
      OTEL_EXPORTER_OTLP_ENDPOINT: away,
      OTEL_BSP_SCHEDULE_DELAY: '10',
      OTEL_EXPORTER_OTLP_TIMEOUT,
    });
    for (let n = 0; n < 30; n += 1) expect((await post(server.url, chatTask())).status).toBe(200);
    await server.stop();
  });
});
