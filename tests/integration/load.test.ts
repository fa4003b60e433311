// Two hundred callers at once, good ones and bad ones, against the command as it ships; they, the directory and the model server are
// processes of their own. `npm run soak` does it for five minutes on a computer that does nothing else, and holds times to their
// aims; elsewhere times have room, for other tests run beside it, and all that is counted is as strict.
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import type { Recipient } from '../bench/bodies.ts';
import { Hearth, SHIPPED } from '../bench/hearth.ts';
import type { Figures, Order } from '../bench/order.ts';
import { firstLine, freePort, Load, residentMiB, start, stopAll } from '../bench/processes.ts';
import { consolePage } from '../support/console-page.ts';
import { temporaryFolder } from '../support/folder.ts';
import { inspector } from '../support/inspector.ts';
import { readProm } from '../support/prometheus.ts';
import { until } from '../support/wait.ts';

const SOAK = process.env.HEARTH_SOAK === '1';
/** Seconds of each round, and how often each caller calls: more than there are slots for, and less. The first warms up. */
const ROUNDS = [
  [6, 250],
  [5, 500],
  [5, 250],
  ...(SOAK
    ? [
        [0, 500],
        [0, 250],
      ]
    : []),
].map(([seconds, everyMs]) => ({ seconds: SOAK ? 60 : seconds!, everyMs: everyMs! }));
/** Where other programs leave the node so little that some kind of caller had nothing of it yet: as often as this, and calmly. */
const CALMER = Array.from({ length: SOAK ? 0 : 12 }, () => ({ seconds: 5, everyMs: 2000 }));
/** What each kind of caller is told in the end. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(['patient', 'sealed', 'native', 'slow'].map((name) => [name, ['200']])),
  impatient: ['200', '429'],
  malformed: ['400', '403', '404', '415', '422', '431', 'cut'],
  oversize: ['413'],
  leaving: ['left'],
};
/** What of a hundred decisions ninety-nine may take, and of answers to the page as well. */
const AIM = { decisionMs: 5, answerMs: 100 };
const HEAP_GROWTH = 1.05;

/** At 25 ms a task, at most 480 tasks a second. */
const SLOTS = 12;
const TASK_MS = 25;
const BODY_MIB = 2;

afterAll(stopAll);

const json = (path: string, body: string, head = '') =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const task = (text: string) => json('/v1/task', text);
const frame = (type: number, length: number, payload: string) => {
  const head = Buffer.from([0x49, 0x49, 0x43, 0x50, 1, type, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(length, 8);
  return head.toString('latin1') + payload;
};
const CHAT = '"task_id":"x","intent":"urn:iicp:intent:llm:chat:v1"';

const MALFORMED = [
  task('{"task_id": '),
  task('[]'),
  task('{"intent":"urn:iicp:intent:llm:chat:v1"}'),
  task(`{${CHAT},"payload":{"messages":[]}}`),
  task(`{${CHAT},"payload":{"messages":[{"role":"user","content":"hi"}],"model":"nobody's"}}`),
  task(`{${CHAT},"iicp_conf":{"version":1,"encrypted_body":"AAAA"}}`),
  task('{"task_id":"x","intent":"urn:iicp:intent:tool:shell:v1","payload":{}}'),
  json('/v1/nothing', '{}'),
  `POST /v1/task HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi`,
  `POST /v1/task HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  'this is no HTTP\r\n\r\n',
  frame(5, 3, '\xff\xff\xff'),
  frame(5, 0x7fffffff, 'x'),
  frame(77, 0, '').replace('\x01', '\x09'),
];
const TOO_LARGE = [
  'POST /v1/task HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{',
  `POST /v1/task HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n280000\r\n${'x'.repeat(0x280000)}\r\n`,
];

/** Who calls, and how: two hundred together. */
function crowd(url: string, recipient: Recipient, pace: { readonly seconds: number; readonly everyMs: number }) {
  const full = { ...pace, url: `${url}/v1/task`, bytes: 0, expect: '"completed"', also: [429] };
  const orders: Record<string, Order> = {
    patient: { ...full, connections: 55, wrapping: { kind: 'task' } },
    impatient: { ...full, connections: 45, wrapping: { kind: 'task', qos: 'best-effort' } },
    sealed: { ...full, connections: 30, wrapping: { kind: 'sealed', recipient }, expect: '"iicp_conf_resp"' },
    native: { ...full, connections: 30, wrapping: { kind: 'native' }, expect: 'choices' },
    slow: {
      ...full,
      connections: 15,
      wrapping: { kind: 'task' },
      dialect: { kind: 'slow', pieces: 8, pauseMs: 100 },
    },
    leaving: {
      ...full,
      connections: 15,
      wrapping: { kind: 'task' },
      dialect: { kind: 'leaves', withinMs: 2 * TASK_MS },
    },
    malformed: {
      ...full,
      connections: 7,
      wrapping: { kind: 'raw', texts: MALFORMED },
      also: [400, 403, 404, 415, 422, 429, 431],
      mayCut: true,
    },
    oversize: { ...full, connections: 3, wrapping: { kind: 'raw', texts: TOO_LARGE }, also: [413], mayCut: true },
  };
  return orders;
}

async function urlOf(args: readonly string[]): Promise<string> {
  return (JSON.parse(await firstLine(start(args))) as { url: string }).url;
}

it(
  'two hundred callers of all kinds take no more slots than there are, leave none taken, and hold up neither node nor page',
  async () => {
    vi.stubEnv('HEARTH_SENSORS', 'none');
    vi.stubEnv('HEARTH_CONFIG', temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const upstream = await urlOf(['tests/bench/upstream.ts', '--delay-ms', String(TASK_MS)]);
    const port = await freePort();
    const hearth = await Hearth.configure({
      cli: SHIPPED,
      folder: temporaryFolder(),
      upstream,
      directory: await urlOf(['src-main/practice/iicp/main.ts', 'directory', '--port', '0', '--allow-private']),
      settings: {
        'capacity.maxConcurrent': SLOTS,
        'networks.iicp.maxBodyMiB': BODY_MIB,
        'networks.iicp.metrics': true,
      },
      nodeArgs: [`--inspect=127.0.0.1:${port}`, '--inspect-publish-uid=http'],
      mode: ['--console', '--no-open'],
    });
    await hearth.serve();
    const inside = await inspector(port);
    const page = await consolePage(/http:\S+#t=\S+/.exec(hearth.said)![0]);
    onTestFinished(() => {
      inside.close();
      page.close();
    });
    const { cx_public_key: recipient } = await hearth.listed();
    const load = new Load();

    // The page, which asks for something else each time, as fast as a person could click.
    const answers: { readonly name: string; readonly ms: number }[] = [];
    let overfull = 0;
    let over = false;
    let collecting = false;
    const asks: Record<string, () => Promise<unknown>> = {
      node: async () => {
        const { value } = await page.ask('node.get', undefined);
        if (value.working > SLOTS) overfull += 1;
      },
      work: () => page.ask('work.get', undefined),
      list: () => page.ask('work.list', { limit: 50 }),
      earnings: () => page.ask('earnings.get', undefined),
      series: () => page.ask('earnings.series', { by: 'day', weekStartsOn: 1 }),
      networks: () => page.ask('networks.get', undefined),
    };
    const looking = (async () => {
      while (!over) {
        for (const [name, ask] of Object.entries(asks)) {
          const began = performance.now();
          await ask();
          // All stands still while garbage is collected by order.
          if (!collecting) answers.push({ name, ms: performance.now() - began });
          await new Promise((later) => setTimeout(later, 100));
        }
      }
    })();

    const heaps: number[] = [];
    const sums: Record<string, Record<string, number>> = {};
    let atOnce = 0;
    const missing = () =>
      Object.entries(TOLD).flatMap(([name, answers]) =>
        answers.filter((answer) => (sums[name]?.[answer] ?? 0) === 0).map((answer) => `${name}: ${answer}`),
      );
    for (const [round, pace] of [...ROUNDS, ...CALMER].entries()) {
      if (round >= ROUNDS.length && missing().length === 0) break;
      const orders = crowd(hearth.url, recipient, pace);
      const figures = await load.runTogether(Object.values(orders));
      for (const [at, name] of Object.keys(orders).entries()) add(sums, name, figures[at]!);
      await until('the slots to be free', async () => (await health(hearth.url)).active_jobs === 0);
      const { most } = (await (await fetch(`${upstream}/at-once`)).json()) as { most: number };
      atOnce = Math.max(atOnce, most);
      collecting = true;
      heaps.push(await inside.heapInUse());
      collecting = false;
    }
    over = true;
    await looking;
    await load.stop();

    const { value: node } = await page.ask('node.get', undefined);
    const { value: work } = await page.ask('work.get', undefined);
    const metrics = await (await fetch(`${hearth.url}/metrics`)).text();
    const decisions = { taken: decisionsOf(metrics, 'taken'), refused: decisionsOf(metrics, 'refused') };
    answers.sort((one, other) => other.ms - one.ms);
    tell({
      sums,
      atOnce,
      heaps,
      taken: Object.fromEntries(decisions.taken),
      refused: Object.fromEntries(decisions.refused),
      answers: answers.length,
      slowest: answers.slice(0, 30),
      rssMiB: residentMiB(hearth.pid),
    });

    // Everybody was told what is right for what he did, and had his share.
    expect(Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum.errors]))).toEqual(
      Object.fromEntries(Object.keys(sums).map((name) => [name, 0])),
    );
    expect(missing()).toEqual([]);
    // All slots were taken, and never one more.
    expect([atOnce, overfull]).toEqual([SLOTS, 0]);
    expect([node.working, work.live]).toEqual([0, []]);
    expect(work.today.done).toBeGreaterThan(0);
    // Times are judged on a quiet computer alone.
    for (const [decision, upTo] of SOAK ? Object.entries(decisions) : []) {
      expect(upTo.get(String(AIM.decisionMs))! / upTo.get('+Inf')!, decision).toBeGreaterThanOrEqual(0.99);
    }
    expect(Math.max(...heaps.slice(1)) / heaps[0]!).toBeLessThan(HEAP_GROWTH);
    if (SOAK) expect(answers[Math.floor(answers.length / 100)]!.ms).toBeLessThan(AIM.answerMs);
    expect(page.pushes()).toBeGreaterThan(0);
  },
  ([...ROUNDS, ...CALMER].reduce((sum, { seconds }) => sum + seconds, 0) + 300) * 1000,
);

function add(
  sums: Record<string, Record<string, number>>,
  name: string,
  { answers, errors, firstError }: Figures,
): void {
  sums[name] ??= { errors: 0 };
  const sum = sums[name];
  sum.errors! += errors;
  for (const [what, count] of Object.entries(answers)) sum[what] = (sum[what] ?? 0) + count;
  if (errors > 0) process.stderr.write(`${name}: ${errors} errors, first: ${firstError}\n`);
}

async function health(url: string): Promise<{ active_jobs: number }> {
  return (await (await fetch(`${url}/iicp/health`)).json()) as { active_jobs: number };
}

/** Of the decisions for callers who did not have to wait for a slot: how many took up to so many milliseconds. */
function decisionsOf(text: string, decision: 'taken' | 'refused') {
  const { samples } = readProm(text);
  const own = samples.filter(
    ({ name, labels }) =>
      name === 'hearth_admission_ms_bucket' && labels.decision === decision && labels.waited === 'no',
  );
  return new Map(own.map(({ labels, value }) => [labels.le!, value]));
}

function tell(figures: Record<string, unknown>): void {
  if (SOAK) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
}
