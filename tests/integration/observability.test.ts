// What a node tells whoever looks after it: counters to scrape, none of which says what a task was about.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHAT, chatTask, directory, modelServer, node, post } from '../support/network.ts';
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
    await until('a failed beat', async () => (await server.state()).network.registration === 'offline');
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
    await until('the trouble', async () => (await server.state()).network.registration === 'offline');
    list.fault(null);
    await until('it to be back', async () => (await server.state()).network.registration === 'online');
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
