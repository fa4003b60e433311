// Side by side in one run: straight to the model server, through a bare node:http pipe, and through Hearth as it ships, plain
// and sealed. Rounds are interleaved, for machines drift; the figures that count are the ratios.
//   npm run bench [-- --json FILE] [-- --short]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemRandom } from '../../src-main/base/random.ts';
import type { Figures, Order } from './load.ts';
import { cpuSeconds, firstLine, Load, median, ROOT, residentMiB, start, stop, stopAll } from './processes.ts';

const { values: flags } = parseArgs({ options: { json: { type: 'string' }, short: { type: 'boolean' } } });
const ROUNDS = flags.short ? 3 : 5;
const SECONDS = flags.short ? 2 : 4;
const IDLE_SECONDS = flags.short ? 10 : 60;
const STARTS = flags.short ? 3 : 7;

const CHAT = 'urn:iicp:intent:llm:chat:v1';
const CLI = join(ROOT, 'build/app/main/cli.js');
const MODEL = 'bench-1b';
const payload = JSON.stringify({
  model: MODEL,
  messages: [{ role: 'user', content: 'What is a hearth, in one short sentence?' }],
  max_tokens: 64,
});

interface Contender extends Pick<Order, 'url' | 'body' | 'seal' | 'expect'> {
  readonly name: string;
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  try {
    const upstream = start(['src-main/practice/main.ts', 'model', '--shape', 'openai', '--models', MODEL]);
    const { url: modelUrl } = JSON.parse(await firstLine(upstream)) as { url: string };
    const pipe = start(['tests/bench/pipe.ts', modelUrl]);
    const { url: pipeUrl } = JSON.parse(await firstLine(pipe)) as { url: string };
    const directory = start(['src-main/practice/main.ts', 'directory', '--port', '0', '--allow-private']);
    const { url: directoryUrl } = JSON.parse(await firstLine(directory)) as { url: string };
    const port = await configure(folder, modelUrl, directoryUrl);
    const started = await measureStarts(folder, port);
    const { child: hearth } = await serve(folder, port);
    const pid = hearth.pid!;
    const restMiB = residentMiB(pid);
    const idle = await measureIdle(pid);

    const url = `http://127.0.0.1:${port}/v1/task`;
    const plain = `{"task_id":"bench","intent":"${CHAT}","nonce":"@@","constraints":{"qos":"interactive"},"payload":${payload}}`;
    const sealed = `{"task_id":"bench","intent":"${CHAT}","nonce":"@@","constraints":{"qos":"interactive"},"cx_response_encryption":"required","iicp_conf":"##"}`;
    const seal = { recipient: await recipientFrom(directoryUrl), taskId: 'bench', intent: CHAT, payload };
    const contenders: Contender[] = [
      { name: 'direct', url: `${modelUrl}/v1/chat/completions`, body: payload, expect: '"choices"' },
      { name: 'pipe', url: `${pipeUrl}/v1/chat/completions`, body: payload, expect: '"choices"' },
      { name: 'hearth plain', url, body: plain, expect: '"completed"' },
      { name: 'hearth sealed', url, body: sealed, seal, expect: '"iicp_conf_resp"' },
    ];
    const table = await measure(contenders);
    const loadedMiB = residentMiB(pid);
    await stop(hearth);
    report(table, { started, restMiB, loadedMiB, idle });
  } finally {
    stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function configure(folder: string, modelUrl: string, directoryUrl: string): Promise<number> {
  const port = 20_000 + systemRandom.int(20_000);
  const settings = {
    'backends.inference': [{ kind: 'openai', url: modelUrl }],
    'networks.iicp.bind': '127.0.0.1',
    'networks.iicp.port': port,
    'networks.iicp.endpoint': `http://127.0.0.1:${port}`,
    'networks.iicp.directoryUrl': directoryUrl,
    'networks.iicp.enabled': true,
    'capacity.maxConcurrent': 64,
  };
  for (const [path, value] of Object.entries(settings)) {
    const child = start([CLI, 'settings', 'set', path, JSON.stringify(value), '--data', folder]);
    await firstLine(child);
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  }
  return port;
}

/** Started, and a task could be answered. */
async function serve(folder: string, port: number) {
  const began = performance.now();
  const child = start([CLI, 'serve', '--headless', '--data', folder, '--log-level', 'warn']);
  for (;;) {
    const health = await fetch(`http://127.0.0.1:${port}/iicp/health`).then(
      (reply) => reply.json() as Promise<{ models: string[] }>,
      () => undefined,
    );
    if (health?.models.length) return { child, ms: performance.now() - began };
    if (child.exitCode !== null) throw new Error('the node did not start');
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

async function measureStarts(folder: string, port: number): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < STARTS; count += 1) {
    const { child, ms } = await serve(folder, port);
    times.push(ms);
    await stop(child);
  }
  return times;
}

/** Share of one core while nothing comes in, in percent. */
async function measureIdle(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const before = cpuSeconds(pid);
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  return ((cpuSeconds(pid) - before) / IDLE_SECONDS) * 100;
}

/** The node's key, as a client finds it in the directory. */
async function recipientFrom(directoryUrl: string): Promise<{ key: string; key_id: string }> {
  const found = await fetch(`${directoryUrl}/v1/discover?intent=${CHAT}`);
  const { nodes } = (await found.json()) as { nodes: { cx_public_key: { key: string; key_id: string } }[] };
  return nodes[0]!.cx_public_key;
}

async function measure(contenders: readonly Contender[]): Promise<Map<string, { one: Figures[]; many: Figures[] }>> {
  const load = new Load();
  const table = new Map(contenders.map(({ name }) => [name, { one: [] as Figures[], many: [] as Figures[] }]));
  for (const contender of contenders) await load.run({ ...contender, connections: 8, seconds: 1 });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of contenders) {
      const row = table.get(contender.name)!;
      row.one.push(await load.run({ ...contender, connections: 1, seconds: SECONDS / 2 }));
      row.many.push(await load.run({ ...contender, connections: 32, seconds: SECONDS }));
    }
  }
  await load.stop();
  return table;
}

interface Vitals {
  readonly started: readonly number[];
  readonly restMiB: number;
  readonly loadedMiB: number;
  readonly idle: number;
}

function report(table: Map<string, { one: Figures[]; many: Figures[] }>, vitals: Vitals) {
  const rows = [...table].map(([name, { one, many }]) => ({
    name,
    p50at1: median(one.map(({ p50 }) => p50)),
    rpsAt32: median(many.map(({ rps }) => rps)),
    p99at32: median(many.map(({ p99 }) => p99)),
    rpsRange: [Math.min(...many.map(({ rps }) => rps)), Math.max(...many.map(({ rps }) => rps))],
    errors: [...one, ...many].reduce((sum, { errors }) => sum + errors, 0),
  }));
  const row = (name: string) => rows.find((each) => each.name === name)!;
  const direct = row('direct').p50at1;
  const ratios = {
    plainOfPipe: row('hearth plain').rpsAt32 / row('pipe').rpsAt32,
    sealedOfPlain: row('hearth sealed').rpsAt32 / row('hearth plain').rpsAt32,
    addedMsPipe: row('pipe').p50at1 - direct,
    addedMsPlain: row('hearth plain').p50at1 - direct,
    addedMsSealed: row('hearth sealed').p50at1 - direct,
  };
  const startMs = median(vitals.started);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print(
    `${cpus().length} cores, ${cpus()[0]?.model ?? ''}, Node ${process.versions.node}, ${ROUNDS} rounds of ${SECONDS} s\n`,
  );
  print('| | p50 at 1, ms | requests/s at 32 (range) | p99 at 32, ms | errors |');
  print('|---|---|---|---|---|');
  for (const { name, p50at1, rpsAt32, rpsRange, p99at32, errors } of rows) {
    const range = rpsRange.map((rps) => rps.toFixed(0)).join(' to ');
    print(`| ${name} | ${p50at1.toFixed(2)} | ${rpsAt32.toFixed(0)} (${range}) | ${p99at32.toFixed(1)} | ${errors} |`);
  }
  print('');
  print(`plain / pipe at 32: ${ratios.plainOfPipe.toFixed(2)} (aim 0.8)`);
  print(`sealed / plain at 32: ${ratios.sealedOfPlain.toFixed(2)} (aim 0.6)`);
  print(
    `added at 1 connection, ms: pipe ${ratios.addedMsPipe.toFixed(2)}, plain ${ratios.addedMsPlain.toFixed(2)}, sealed ${ratios.addedMsSealed.toFixed(2)}`,
  );
  print(`start to serving: ${startMs.toFixed(0)} ms (aim 400)`);
  print(
    `memory: ${vitals.restMiB.toFixed(0)} MiB at rest (aim 110), ${vitals.loadedMiB.toFixed(0)} MiB after the load`,
  );
  print(`idle: ${vitals.idle.toFixed(2)} % of a core over ${IDLE_SECONDS} s (aim 0.3)`);
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ rows, ratios, startMs, ...vitals }, null, 2)}\n`);
  if (rows.some(({ errors }) => errors > 0)) throw new Error('a benchmark with errors measures nothing');
}

await main();
