// Side by side in one run: straight to the model server, through others that pass requests on, and through Hearth as it ships,
// plain, sealed, in native framing and through a relay. Run by scripts/bench.mjs, where the arguments are explained.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Aim, judge } from './aims.ts';
import type { Wrapping } from './bodies.ts';
import { Hearth, listed, SHIPPED, type Vitals, vitalsOf } from './hearth.ts';
import { PEERS, startPeer } from './peers.ts';
import { firstLine, Load, residentMiB, start, stopAll, syncMs } from './processes.ts';
import {
  type Beside,
  growthAims,
  growthTables,
  mainTable,
  mixedAims,
  mixedTable,
  ratioAims,
  ratios,
  threadTable,
  vitalsAims,
  vitalsTable,
} from './report.ts';
import { Bench, type Contender, orderOf, type Point, pidsOf, type Sample } from './rounds.ts';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    part: { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    cli: { type: 'string', default: SHIPPED },
    before: { type: 'string' },
    data: { type: 'string', default: tmpdir() },
  },
});

/** All but the last are one node, which the last one is not. */
const OURS = ['plain', 'sealed', 'native', 'relayed'];
const NAMES = ['direct', ...Object.keys(PEERS), ...OURS];
const PARTS = ['main', 'connections', 'sizes', 'mixed', 'vitals'];
const only = chosen(flags.only, NAMES);
const parts = chosen(flags.part, PARTS);
const { short } = flags;

const KIB = 1024;
const CONNECTIONS = [1, 8, 32, 128];
const SIZES = [KIB, 16 * KIB, 256 * KIB, 2048 * KIB];
/** Large bodies on many connections measure memory copies and nothing else. */
const SIZES_AT = 8;
const BESIDE = /^(pipe|nginx|plain|sealed)/;
const SMALL: Omit<Point, 'seconds'> = { connections: 1, bytes: 0, everyMs: 20 };
const BULK: Omit<Point, 'seconds'> = { connections: 4, bytes: 2048 * KIB };

const seconds = short
  ? { main: [0.5, 1], growth: 0.6, mixed: 3, idle: 5 }
  : { main: [1, 3], growth: 1, mixed: 4, idle: 30 };
const rounds = short ? { main: 3, growth: 1, mixed: 1, starts: 3 } : { main: 5, growth: 3, mixed: 3, starts: 7 };

const print = (line: string) => process.stdout.write(`${line}\n`);
const say = (line: string) => process.stderr.write(`${line}\n`);

async function main() {
  const folder = mkdtempSync(join(flags.data, 'hearth-bench-'));
  const end = () => {
    stopAll();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  process.once('SIGINT', () => {
    end();
    process.exit(130);
  });
  try {
    const { contenders, vitals } = await gather(folder);
    const load = new Load();
    const bench = new Bench(load, say);
    const warm = { connections: 8, bytes: 0, seconds: 0.7 };
    for (const contender of contenders) await bench.sample(contender, warm);
    const results: Record<string, unknown> = { vitals, short };
    const errors: number[] = [];
    const aims: Aim[] = [];
    const run = async (points: readonly Point[], count: number, those = contenders) => {
      const table = await bench.rounds(those, points, count);
      errors.push(...table.flat(2).map((sample) => sample.errors));
      return table;
    };
    const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
    print(`${machine}, a synced write takes ${syncMs(join(folder, 'sync')).toFixed(2)} ms${short ? ', short' : ''}
`);
    if (parts.has('main')) {
      const points = [1, 32].map((connections, at) => ({ connections, bytes: 0, seconds: seconds.main[at]! }));
      const table = await run(points, rounds.main);
      const memory = contenders.map((each) => pidsOf(each).reduce((sum, pid) => sum + residentMiB(pid), 0));
      print(mainTable(contenders, table, memory));
      print(ratios(contenders, table));
      aims.push(...ratioAims(contenders, table));
      print(threadTable(contenders, table));
      results.main = named(contenders, table);
    }
    if (parts.has('connections')) {
      const points = CONNECTIONS.map((connections) => ({ connections, bytes: 0, seconds: seconds.growth }));
      const wide = contenders.filter(({ most = Number.POSITIVE_INFINITY }) => most >= Math.max(...CONNECTIONS));
      const table = await run(points, rounds.growth, wide);
      print(growthTables(wide, points, table));
      aims.push(...growthAims(wide, points, table));
      results.connections = named(wide, table);
    }
    if (parts.has('sizes')) {
      const points = SIZES.map((bytes) => ({ connections: SIZES_AT, bytes, seconds: seconds.growth }));
      const table = await run(points, rounds.growth);
      print(growthTables(contenders, points, table));
      aims.push(...growthAims(contenders, points, table));
      results.sizes = named(contenders, table);
    }
    if (parts.has('mixed')) {
      const beside = contenders.filter(({ name }) => BESIDE.test(name));
      const table = await mixed(bench, beside);
      print(mixedTable(beside, table, BULK));
      aims.push(...mixedAims(beside, table));
      results.mixed = named(
        beside,
        table.map((samples) => [samples]),
      );
      errors.push(...table.flat().map((sample) => sample.errors));
    }
    if (vitals.length > 0) print(vitalsTable(vitals));
    aims.push(...vitalsAims(vitals));
    await load.stop();
    if (flags.json) writeFileSync(flags.json, `${JSON.stringify(results, null, 2)}\n`);
    if (errors.some((count) => count > 0)) throw new Error('a benchmark with errors measures nothing, see above');
    judge(aims);
  } finally {
    end();
  }
}

/** Starts everybody who takes part; says who does not. */
async function gather(folder: string): Promise<{ contenders: Contender[]; vitals: readonly Vitals[] }> {
  const upstream = start(['tests/bench/upstream.ts']);
  const { url } = JSON.parse(await firstLine(upstream)) as { url: string };
  const bare: Wrapping = { kind: 'bare' };
  const chat = { wrapping: bare, expect: '"choices"' };
  const contenders: Contender[] = [];
  if (only.has('direct')) {
    contenders.push({ name: 'direct', pid: upstream.pid!, url: `${url}/v1/chat/completions`, ...chat });
  }
  for (const name of Object.keys(PEERS) as (keyof typeof PEERS)[]) {
    if (!only.has(name)) continue;
    const peer = await startPeer(name, url, folder);
    if (typeof peer === 'string') print(`left out: ${name}, ${peer}`);
    else contenders.push({ name, ...peer, ...chat });
  }
  let vitals: readonly Vitals[] = [];
  if (OURS.slice(0, -1).some((name) => only.has(name))) {
    const nodes: { hearth: Hearth; suffix: string }[] = [];
    for (const [suffix, cli] of Object.entries({ '': flags.cli, ' before': flags.before })) {
      if (cli === undefined) continue;
      const options = { cli, folder: join(folder, `data${suffix}`), upstream: url, directory: await startDirectory() };
      nodes.push({ hearth: await Hearth.configure(options), suffix });
    }
    const all = nodes.map(({ hearth }) => hearth);
    if (parts.has('vitals')) vitals = await vitalsOf(all, rounds.starts, seconds.idle);
    else for (const hearth of all) await hearth.serve();
    for (const { hearth, suffix } of nodes) {
      const ours = await wrapped(hearth, suffix);
      contenders.push(...ours.filter(({ name }) => only.has(name.slice(0, name.length - suffix.length))));
    }
  }
  if (only.has('relayed')) contenders.push(await startRelayed(flags.cli, folder, url));
  return { contenders, vitals };
}

async function wrapped(hearth: Hearth, suffix: string): Promise<Contender[]> {
  const task = { pid: hearth.pid, url: `${hearth.url}/v1/task` };
  const { cx_public_key: recipient, transport_endpoint: native } = await hearth.listed();
  const sealed: Wrapping = { kind: 'sealed', recipient };
  const contenders: Contender[] = [
    { name: `plain${suffix}`, ...task, wrapping: { kind: 'task' }, expect: '"completed"' },
    { name: `sealed${suffix}`, ...task, wrapping: sealed, expect: '"iicp_conf_resp"' },
    { name: `native${suffix}`, ...task, wrapping: { kind: 'native' }, expect: 'choices' },
  ];
  // An older build may not speak it.
  return native ? contenders : contenders.slice(0, -1);
}

/** Calls of one worker that a relay has on their way at once. */
const RELAYED_AT_ONCE = 64;

/** Plain tasks for a node that can't be reached, by another one that passes them on; both are measured. */
async function startRelayed(cli: string, folder: string, upstream: string): Promise<Contender> {
  const own = { cli, upstream, directory: await startDirectory() };
  const serving = { 'networks.iicp.relayServe': true, 'networks.iicp.relayPort': 0 };
  const relay = await Hearth.configure({ ...own, folder: join(folder, 'relay'), settings: serving });
  await relay.serve();
  await relay.listed();
  const hidden = { 'networks.iicp.endpoint': '', 'networks.iicp.relayUse': 'auto' };
  const worker = await Hearth.configure({ ...own, folder: join(folder, 'worker'), settings: hidden });
  await worker.serve();
  const { endpoint } = await listed(own.directory, (node) => node.endpoint.startsWith(`${relay.url}/v1/relay-for/`));
  return {
    name: 'relayed',
    pid: worker.pid,
    others: [relay.pid],
    most: RELAYED_AT_ONCE,
    url: `${endpoint}/v1/task`,
    wrapping: { kind: 'task' },
    expect: '"completed"',
  };
}

async function startDirectory(): Promise<string> {
  const directory = start(['src-main/practice/iicp/main.ts', 'directory', '--port', '0', '--allow-private']);
  const { url } = JSON.parse(await firstLine(directory)) as { url: string };
  return url;
}

/** Small tasks at a steady pace while others send large ones without a pause: samples by contender, then round. */
async function mixed(bench: Bench, contenders: readonly Contender[]): Promise<Beside[][]> {
  const table = contenders.map((): Beside[] => []);
  const bulk = new Load();
  for (let round = 0; round < rounds.mixed; round += 1) {
    for (const [c, contender] of contenders.entries()) {
      // The bulk lasts longer than what is measured beside it; sealed bulk is made for that long beforehand.
      const order = orderOf(contender, { ...BULK, seconds: seconds.mixed + 1 }, Math.ceil(60 * (seconds.mixed + 1)));
      await bulk.prepare(order);
      const under = bulk.run();
      await new Promise((later) => setTimeout(later, 300));
      const sample = await bench.sample(contender, { ...SMALL, seconds: seconds.mixed });
      const { errors, firstError, rps } = await under;
      if (errors > 0) say(`${contender.name}: ${errors} errors in the bulk, first: ${firstError}`);
      table[c]!.push({ ...sample, errors: sample.errors + errors, bulkRps: rps });
    }
    say(`round ${round + 1} of ${rounds.mixed} of small tasks beside large ones`);
  }
  await bulk.stop();
  return table;
}

function named(contenders: readonly Contender[], table: readonly Sample[][][]) {
  return Object.fromEntries(contenders.map(({ name }, at) => [name, table[at]]));
}

function chosen(list: string | undefined, all: readonly string[]): ReadonlySet<string> {
  const names = list?.split(',') ?? all;
  const strange = names.find((name) => !all.includes(name));
  if (strange !== undefined) throw new TypeError(`${strange} is not one of ${all.join(', ')}`);
  return new Set(names);
}

await main();
