// The node as strangers meet it: a client that knows nothing but the protocol finds and uses it across process borders, and
// senders that are slow, broken or hostile get their answer, cost nobody else anything, and leave nothing behind.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer, Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { InboundMemory } from '../../src-main/inbound/memory.ts';
import type { TaskServerLimits } from '../../src-main/networks/iicp/inbound/bounds.ts';
import { TaskServer, type TaskServerOptions } from '../../src-main/networks/iicp/inbound/task-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { CHAT, chatTask, freePort } from '../support/network.ts';
import { practiceCall, practiceServer } from '../support/practice-process.ts';
import { hearth, serving } from '../support/serving.ts';
import { until } from '../support/wait.ts';

const EMBEDDING = 'urn:iicp:intent:llm:embedding:v1';
/** What the node of these tests is told to take. */
const MOST_BODY = 2 * 1024 * 1024;
const HEAD = 'Host: node\r\nContent-Type: application/json\r\n';

/** A node of its own process with a model server of its own process, set up as a user would, by the command. */
async function prepared(settings: Record<string, unknown> = {}, modelArgs: readonly string[] = []) {
  const model = await practiceServer('model', '--models', 'llama3,nomic-embed-text', ...modelArgs);
  const dataDir = temporaryFolder();
  const port = await freePort();
  const all = {
    'backends.inference': [{ kind: 'ollama', url: model }],
    'networks.iicp.bind': '127.0.0.1',
    'networks.iicp.port': port,
    'networks.iicp.enabled': true,
    'networks.iicp.maxBodyMiB': MOST_BODY / 1024 / 1024,
    ...settings,
  };
  for (const [path, value] of Object.entries(all)) {
    const { code, stderr } = await hearth(['settings', 'set', path, JSON.stringify(value), '--data', dataDir]);
    if (code !== 0) throw new Error(stderr);
  }
  return {
    dataDir,
    port,
    async serve() {
      const node = await serving(dataDir, port);
      onTestFinished(() => node.kill('SIGKILL'));
      return node;
    },
  };
}

/** What the node's database holds, read beside it. */
function books(dataDir: string) {
  const db = new Database(join(dataDir, 'hearth.db'), { readonly: true });
  try {
    const outcomes = db
      .prepare(
        'SELECT o.state, i.sealed, count(*) AS count FROM inference i JOIN outcomes o ON o.job = i.job GROUP BY 1, 2',
      )
      .all() as { state: string; sealed: number; count: number }[];
    const { entries } = db.prepare('SELECT count(*) AS entries FROM ledger').get() as { entries: number };
    return { outcomes, entries };
  } finally {
    db.close();
  }
}

/** Passes bytes on to a port and keeps all of them, as somebody on the way would. */
async function tap(to: number) {
  let seen = '';
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('data', (chunk) => {
        seen += chunk.toString('latin1');
      });
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, seen: () => seen };
}

describe('a client that knows only the protocol', () => {
  it('finds, calls and gets replies, sealed both ways, across four processes', async () => {
    const directory = await practiceServer('directory', '--allow-private');
    const { dataDir, port, serve } = await prepared({ 'networks.iicp.directoryUrl': directory });
    const wire = await tap(port);
    await hearth(['settings', 'set', 'networks.iicp.endpoint', JSON.stringify(wire.url), '--data', dataDir]);
    const node = await serve();
    await until('the node to be listed', async () => {
      const reply = await fetch(`${directory}/v1/discover?intent=${CHAT}`);
      return ((await reply.json()) as { count: number }).count === 1;
    });

    const call = (...args: readonly string[]) => practiceCall('--directory', directory, '--allow-private', ...args);
    const chat = await call('--prompt', 'an unmistakable question', '--max-tokens', '12');
    const embedding = await call('--intent', EMBEDDING, '--prompt', 'another unmistakable text');
    expect([chat, embedding]).toMatchObject([
      { code: 0, line: { status: 'completed', result: { choices: [{ message: { role: 'assistant' } }] } } },
      { code: 0, line: { status: 'completed', result: { data: [{ embedding: expect.any(Array) }] } } },
    ]);

    const words = (chat.line.result as { choices: { message: { content: string } }[] }).choices[0]!.message.content;
    expect(words.length).toBeGreaterThan(10);
    const seen = wire.seen();
    expect({
      asked: seen.match(/"iicp_conf":/g)?.length,
      replied: seen.match(/"iicp_conf_resp":/g)?.length,
      question: seen.includes('unmistakable'),
      answer: seen.includes(words),
    }).toEqual({ asked: 2, replied: 2, question: false, answer: false });
    expect(books(dataDir)).toEqual({ outcomes: [{ state: 'done', sealed: 1, count: 2 }], entries: 2 });

    await node.kill('SIGTERM');
    const gone = await call('--prompt', 'anybody there?');
    expect([gone.code, gone.line]).toMatchObject([1, { error: { code: 'practice.no-node' } }]);
  });
});

/** Sends bytes; answers what came back by the time the connection ended. */
function talk(port: number, bytes: string | Buffer, { end = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('data', (chunk) => parts.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')));
    socket.write(bytes);
    if (end) socket.end();
  });
}

/** Open until the test ends; resolves once connected and sent. */
function held(port: number, bytes = ''): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, () => resolve(socket)));
    socket.on('error', reject);
    onTestFinished(() => void socket.destroy());
  });
}

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

function post(
  body: string,
  { target = '/v1/task', headers = '', length = Buffer.byteLength(body), close = true } = {},
) {
  const connection = close ? 'Connection: close\r\n' : '';
  return `POST ${target} HTTP/1.1\r\n${HEAD}${connection}${headers}Content-Length: ${length}\r\n\r\n${body}`;
}

const chunks = (body: string) =>
  `POST /v1/task HTTP/1.1\r\n${HEAD}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${Array.from(body, (one) => `1\r\n${one}\r\n`).join('')}0\r\n\r\n`;

const task = (changes: Record<string, unknown> = {}) => JSON.stringify(chatTask(changes));
const padded = (size: number) => task().padEnd(size, ' ');

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const deepTask = (member: string) =>
  `{"task_id":"deep","intent":"${CHAT}","payload":{"messages":[{"role":"user","content":"x"}],"${member}":${DEEP}}}`;

/** Name, what is sent, the statuses that come back, and how many of them earned. */
const LETTERS: readonly [name: string, bytes: () => string | Buffer, answers: number[], earned?: number][] = [
  ['an absolute-form target', () => post(task(), { target: 'http://node.example:80/v1/task?a=b' }), [200], 1],
  ['a query', () => post(task(), { target: '/v1/task?a=b' }), [200], 1],
  ['Expect: 100-continue', () => post(task(), { headers: 'Expect: 100-continue\r\n' }), [100, 200], 1],
  ['an expectation nobody knows', () => post(task(), { headers: 'Expect: gold\r\n' }), [417]],
  ['an offer to upgrade', () => post(task(), { headers: 'Upgrade: websocket\r\n' }), [200], 1],
  ['a body in chunks of one byte', () => chunks(padded(4000)), [200], 1],
  ['a large body in chunks of one byte', () => chunks(padded(50_000)), [], 0],
  ['a body of exactly the limit', () => post(padded(MOST_BODY)), [200], 1],
  ['a body of one byte more', () => post(padded(MOST_BODY + 1)), [413]],
  ['GET', () => `GET /v1/task HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`, [405]],
  ['HEAD', () => `HEAD /v1/task HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`, [405]],
  ['DELETE', () => `DELETE /v1/task HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`, [405]],
  ['CONNECT', () => `CONNECT example.com:443 HTTP/1.1\r\n${HEAD}\r\n`, []],
  ['a header of 20 KB', () => post(task(), { headers: `X-Long: ${'a'.repeat(20_000)}\r\n` }), [431]],
  ['a length shorter than the body', () => post(task(), { length: 20 }), [400]],
  ['a length that is no number', () => post(task()).replace(/Content-Length: \d+/, 'Content-Length: many'), [400]],
  ['two lengths', () => post(task(), { headers: 'Content-Length: 5\r\n' }), [400]],
  ['a length and chunks', () => post(task(), { headers: 'Transfer-Encoding: chunked\r\n' }), [400]],
  ['chunks that are none', () => chunks('ab').replace('1\r\na', 'zz'), [400]],
  ['no host', () => 'GET /iicp/health HTTP/1.1\r\n\r\n', [400]],
  ['the hello of TLS', () => Buffer.from('16030102000100 01fc0303'.replaceAll(' ', ''), 'hex'), [400]],
  [
    'native frames of greeting and parting',
    () => Buffer.from('494943500101000000000003a10101494943500107000000000000', 'hex'),
    [],
  ],
  ['a native frame of a later version', () => Buffer.from('494943500201000000000003a10101', 'hex'), []],
  ['brackets a hundred thousand deep', () => post(DEEP), [413]],
  ['messages as deep', () => post(deepTask('messages')), [413]],
  ['an unknown member as deep', () => post(deepTask('anything')), [413]],
  ['half a million empty arrays', () => post(task({ more: 'x' }).replace('"x"', `[${'[],'.repeat(500_000)}0]`)), [413]],
];

describe('senders that are slow, broken or hostile', () => {
  it('get their answer and leave no slot taken, nothing in the ledger and no lasting weight', async () => {
    const { dataDir, port, serve } = await prepared({ 'capacity.maxConcurrent': 4 }, ['--delay-ms', '20']);
    const node = await serve();
    const before = memoryOf(dataDir);

    const got: Record<string, number[]> = {};
    for (const [name, bytes] of LETTERS) got[name] = statuses(await talk(port, bytes()));
    expect(got).toEqual(Object.fromEntries(LETTERS.map(([name, , answers]) => [name, answers])));
    let earned = LETTERS.reduce((sum, [, , , each = 0]) => sum + each, 0);

    // A body that ends before its length: whoever sent it has only closed its own half.
    expect(statuses(await talk(port, post(task(), { length: 5000 }), { end: true }))).toEqual([400]);

    // Five at once on one connection: each answered, in order.
    const five = [1, 2, 3, 4, 5].map((number) => `pipelined-${number}`);
    const urgent = { qos: 'interactive' };
    const pipelined = five.map((task_id, index) =>
      post(task({ task_id, constraints: urgent }), { close: index === 4 }),
    );
    const replies = await talk(port, pipelined.join(''));
    expect([statuses(replies), [...replies.matchAll(/"task_id":"(.*?)"/g)].map(([, id]) => id)]).toEqual([
      five.map(() => 200),
      five,
    ]);
    earned += five.length;

    // Garbage behind a good request does not cost it its answer.
    expect(statuses(await talk(port, `${post(task(), { close: false })}\u0000garbage\r\n\r\n`))).toEqual([200]);
    earned += 1;

    // Uploads that are given up, and callers that go while their task runs.
    for (let count = 0; count < 50; count += 1) {
      const half = await held(port, post(task(), { length: 100_000 }));
      half.destroy();
      const whole = await held(port, post(task({ task_id: `gone-${count}` })));
      whole.destroy();
    }

    // Three hundred who say nothing, a hundred with half a header, a hundred whose bodies dribble; the rest is served while they last.
    const silent: Socket[] = [];
    for (let count = 0; count < 300; count += 1) silent.push(await held(port));
    for (let count = 0; count < 100; count += 1) silent.push(await held(port, 'POST /v1/task HTTP/1.1\r\nHost: no'));
    for (let count = 0; count < 100; count += 1)
      silent.push(await held(port, post('{"task_id":', { length: 1_000_000 })));
    for (const each of silent) each.resume();
    const open = () => silent.filter(({ destroyed }) => !destroyed).length;
    const served = statuses(await talk(port, post(task())));
    expect([served, open() > 0]).toEqual([[200], true]);
    earned += 1;

    const health = async () => (await (await fetch(`${node.url}/iicp/health`)).json()) as { active_jobs: number };
    await until('the slots to be free', async () => (await health()).active_jobs === 0);
    const status = await hearth(['status', '--json', '--data', dataDir]);
    expect(JSON.parse(status.stdout)).toMatchObject({ node: { working: 0, sharing: true }, work: { live: [] } });
    const { outcomes, entries } = books(dataDir);
    const count = (state: string) => outcomes.find((row) => row.state === state)?.count ?? 0;
    expect(outcomes.map(({ state }) => state).filter((state) => state !== 'done' && state !== 'cancelled')).toEqual([]);
    expect(entries).toBe(count('done'));
    // A caller that goes at once may have been served by then, and counts like any other.
    expect(entries).toBeGreaterThanOrEqual(earned);
    expect(entries).toBeLessThanOrEqual(earned + 50);
    expect(memoryOf(dataDir) - before).toBeLessThan(300);
  });
});

/** Resident memory of the node, in megabytes; 0 where `ps` can't say. */
function memoryOf(dataDir: string): number {
  if (process.platform === 'win32') return 0;
  const { pid } = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as { pid: number };
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

describe('the limits of the task server', () => {
  async function limited(
    limits: Partial<TaskServerLimits>,
    answer = async () => '{}',
    options: Partial<TaskServerOptions> = {},
  ) {
    const tasks: unknown[] = [];
    let refused = 0;
    const server = new TaskServer(
      {
        memory: new InboundMemory(),
        clock: systemClock,
        logger: silentLogger,
        admission: {
          handle: async (json) => {
            tasks.push(json);
            return { status: 200, text: await answer() };
          },
        },
        health: () => ({ status: 'ok' }),
        refused: () => {
          refused += 1;
        },
      },
      { bind: '127.0.0.1', port: 0, limits, ...options },
    );
    await server.start();
    onTestFinished(() => server.stop());
    return { server, port: server.address!.port, tasks, refused: () => refused };
  }

  it('end a body that dribbles with 408, however steadily it does', async () => {
    const { port, tasks, refused } = await limited({ bodyMs: 200, lingerMs: 50 });
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.write(post('{', { length: 1_000_000 }));
    const drip = setInterval(() => socket.write(' '), 10);
    await new Promise((resolve) => socket.on('close', resolve));
    clearInterval(drip);
    expect([statuses(text), tasks, refused()]).toEqual([[408], [], 1]);
  });

  it.each([
    ['half a header', 'POST /v1/task HTTP/1.1\r\nHost: no', [408]],
    ['nothing at all', '', [408]],
  ])('end a connection that sends %s', async (_what, bytes, answers) => {
    const { port, tasks } = await limited({ headersMs: 200 });
    expect([statuses(await talk(port, bytes)), tasks]).toEqual([answers, []]);
  });

  it('end a connection that stays idle after its answer', async () => {
    const { port } = await limited({ keepAliveMs: 100 });
    expect(statuses(await talk(port, `GET /iicp/health HTTP/1.1\r\n${HEAD}\r\n`))).toEqual([200]);
  });

  it('hold for all bodies together while they arrive, and give the room back', async () => {
    const { port, tasks } = await limited({ bodiesTogether: 100_000 });
    const slow = [
      await held(port, post('x'.repeat(60_000), { length: 65_000 })),
      await held(port, post('{', { length: 9 })),
    ];
    const asked = () => talk(port, post(task().padEnd(50_000)));
    await until('the room to be taken', async () => statuses(await asked())[0] === 503);
    expect(statuses(await talk(port, post(task())))).toEqual([200]);
    for (const socket of slow) socket.destroy();
    await until('the room to be given back', async () => statuses(await asked())[0] === 200);
    const half = tasks.length;
    expect(half).toBeGreaterThanOrEqual(2);
  });

  it('charge a large body thrice while it is worked on', async () => {
    let finish = () => {};
    const running = new Promise<string>((resolve) => {
      finish = () => resolve('{}');
    });
    const { port, tasks } = await limited({ bodiesTogether: 400_000 }, () => running);
    const first = talk(port, post(padded(100_000)));
    await until('the first to be worked on', () => tasks.length === 1);
    expect(statuses(await talk(port, post(padded(100_000))))).toEqual([503]);
    finish();
    expect(statuses(await first)).toEqual([200]);
    expect(statuses(await talk(port, post(padded(100_000))))).toEqual([200]);
  });

  it('count the memory that a body takes, not only what of it has come', async () => {
    const { port } = await limited({ bodiesTogether: 28_000 });
    const chunk = (size: number) => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`;
    const slow = await held(port, `POST /v1/task HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk(7000)}`);
    const ask = (size: number) => talk(port, post(padded(size)));
    await until('the first piece to be held', async () => statuses(await ask(14_500))[0] === 503);
    expect(statuses(await ask(10_500))).toEqual([200]);
    slow.write(chunk(1));
    await until('twice the piece to be held', async () => statuses(await ask(10_500))[0] === 503);
  });

  it('take the size of a body from the options', async () => {
    const { port } = await limited({}, undefined, { maxBodyBytes: 1000 });
    expect(statuses(await talk(port, post(padded(1000))))).toEqual([200]);
    expect(statuses(await talk(port, post(padded(1001))))).toEqual([413]);
    const large = await limited({}, undefined, { maxBodyBytes: 32 * 1024 * 1024 });
    expect(statuses(await talk(large.port, post(padded(32 * 1024 * 1024))))).toEqual([200]);
  });

  it('let a sender hear that its body is too large, although it sends all of it first', async () => {
    const { port, tasks } = await limited({ body: 1000 });
    const reply = await fetch(`http://127.0.0.1:${port}/v1/task`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'x'.repeat(8_000_000),
    });
    expect([reply.status, await reply.json(), tasks]).toEqual([
      413,
      { error: { code: 'IICP-E000', message: 'body_too_large', max_bytes: 1000 } },
      [],
    ]);
  });

  it('end a connection whose answer nobody reads', async () => {
    const { port } = await limited({ connections: 1, silentMs: 200 }, async () => 'x'.repeat(50_000_000));
    const deaf = await held(port, post(task()));
    deaf.pause();
    const health = () => talk(port, `GET /iicp/health HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
    await until('room for another', async () => statuses(await health())[0] === 200);
  });

  it('are not moved by garbage that goes on while a task runs', async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => void warnings.push(warning);
    process.on('warning', warn);
    onTestFinished(() => void process.off('warning', warn));
    let finish = () => {};
    const running = new Promise<string>((resolve) => {
      finish = () => resolve('{}');
    });
    const { port, tasks } = await limited({}, () => running);
    const socket = await held(port, post(task(), { close: false }));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    await until('the task to run', () => tasks.length === 1);
    for (let count = 0; count < 30; count += 1) {
      await new Promise((resolve) => socket.write(`\u0000garbage ${count}\r\n\r\n`, resolve));
      // A turn of the server, so that each piece arrives alone.
      await fetch(`http://127.0.0.1:${port}/iicp/health`);
    }
    finish();
    await new Promise((resolve) => socket.on('close', resolve));
    expect([statuses(text), warnings]).toEqual([[200], []]);
  });

  it('keep connections above their number out, and let others in when some go', async () => {
    const { port } = await limited({ connections: 3 });
    const [first] = [await held(port, 'POST'), await held(port, 'POST'), await held(port, 'POST')];
    const health = () => talk(port, `GET /iicp/health HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
    expect(statuses(await health())).toEqual([]);
    first!.destroy();
    await until('room for another', async () => statuses(await health())[0] === 200);
  });

  const exchange = (port: number, method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'POST' ? { body: task() } : {}),
    });
  const permission = (reply: Response) => [...reply.headers.keys()].filter((name) => name.startsWith('access-control'));

  it('give web pages no permission unless the user said so', async () => {
    const { port } = await limited({});
    const replies = [
      await exchange(port, 'OPTIONS', '/v1/task', { origin: 'https://page.example' }),
      await exchange(port, 'POST', '/v1/task', { origin: 'https://page.example' }),
      await exchange(port, 'GET', '/iicp/health'),
      await exchange(port, 'GET', '/nowhere'),
    ];
    expect(replies.map((reply) => [reply.status, permission(reply)])).toEqual([
      [405, []],
      [200, []],
      [200, []],
      [404, []],
    ]);
    expect(replies[0]!.headers.get('allow')).toBe('POST');
  });

  it('hold for each web page by itself, and leave callers alone that are none', async () => {
    const { port, refused } = await limited({ perOrigin: 2, origins: 2 }, undefined, { cors: true });
    const preflight = await exchange(port, 'OPTIONS', '/v1/task');
    expect([preflight.status, permission(preflight).length]).toEqual([204, 4]);
    const ask = async (origin?: string) => (await exchange(port, 'POST', '/v1/task', origin ? { origin } : {})).status;
    const asked: Record<string, number[]> = {};
    for (const origin of ['https://a.example', 'https://b.example', 'https://c.example', 'https://d.example', '']) {
      asked[origin] = [await ask(origin), await ask(origin), await ask(origin)];
    }
    expect(asked).toEqual({
      'https://a.example': [200, 200, 429],
      'https://b.example': [200, 200, 429],
      // Too many origins to tell apart: these two share one count.
      'https://c.example': [200, 200, 429],
      'https://d.example': [429, 429, 429],
      '': [200, 200, 200],
    });
    const limitedReply = await exchange(port, 'POST', '/v1/task', { origin: 'https://a.example' });
    expect([limitedReply.headers.get('retry-after'), permission(limitedReply), await limitedReply.json()]).toEqual([
      '60',
      ['access-control-allow-origin'],
      { error: { code: 'IICP-E023', message: 'rate_limited', retry_after_ms: 60_000 } },
    ]);
    expect(refused()).toBe(7);
  });

  it('say that metrics are off', async () => {
    const { port } = await limited({});
    const reply = await exchange(port, 'GET', '/metrics');
    expect([reply.status, reply.headers.get('content-type'), await reply.text()]).toEqual([
      503,
      'text/plain',
      'metrics are off',
    ]);
  });

  const large = 20_000_000;
  const largeReply = async () => JSON.stringify('x'.repeat(large));

  it('let a slow reader have the whole of its answer while the node stops', async () => {
    const { server, port, tasks } = await limited({}, largeReply);
    const idle = await held(port);
    const reader = await held(port, post(task(), { close: false }));
    reader.pause();
    let size = 0;
    reader.on('data', (chunk) => {
      size += chunk.length;
    });
    reader.pause();
    await until('the task to be done', () => tasks.length === 1);
    await fetch(`http://127.0.0.1:${port}/iicp/health`);
    const ended = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));
    const idleEnded = ended(idle);
    idle.resume();
    const stopped = server.stop();
    await idleEnded;
    expect(size).toBeLessThan(large);
    const readerEnded = ended(reader);
    reader.resume();
    await Promise.all([stopped, readerEnded]);
    expect(size).toBeGreaterThan(large);
  });

  it('do not let a reader that takes nothing hold up the stop for longer than its time', async () => {
    const { server, port, tasks } = await limited({ stopMs: 100 }, largeReply);
    const deaf = await held(port, post(task(), { close: false }));
    deaf.pause();
    await until('the task to be done', () => tasks.length === 1);
    // Its time is up long before what an answer may take, which is longer than a test may.
    await server.stop();
  });

  it('hold for all answers that nobody takes, and end with the readers', async () => {
    const { port, tasks } = await limited({ repliesTogether: 2 * large }, largeReply);
    const deaf: Socket[] = [];
    const ask = () => talk(port, post(padded(1000)));
    for (const count of [1, 2]) {
      const socket = await held(port, post(task(), { close: false }));
      socket.pause();
      deaf.push(socket);
      await until('the task to be done', () => tasks.length === count);
    }
    await until('the answers to be handed over', async () => statuses(await ask())[0] === 503);
    const before = tasks.length;
    for (let count = 0; count < 20; count += 1) expect(statuses(await ask())).toEqual([503]);
    expect(tasks.length).toBe(before);
    for (const socket of deaf) socket.destroy();
    await until('tasks to be taken again', async () => statuses(await ask())[0] === 200);
  });

  it('end a connection that takes its answer too slowly', async () => {
    const { port } = await limited({ connections: 1, sendMs: 200 }, largeReply);
    const slow = await held(port, post(task()));
    slow.pause();
    const health = () => talk(port, `GET /iicp/health HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
    await until('room for another', async () => statuses(await health())[0] === 200);
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

  it.skipIf(outside === undefined)('keep one address from taking all connections', async () => {
    const { port } = await limited({ perAddress: 2 }, undefined, { bind: '0.0.0.0' });
    const from = (host: string, bytes = '') =>
      new Promise<Socket>((resolve) => {
        const socket = connect(port, host, () => socket.write(bytes, () => resolve(socket)));
        socket.on('error', () => {});
        onTestFinished(() => void socket.destroy());
      });
    const health = async (host: string) => {
      const socket = await from(host, `GET /iicp/health HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return statuses(text);
    };
    const first = await from(outside!, 'GET');
    await from(outside!, 'GET');
    expect(await health(outside!).catch(() => [])).toEqual([]);
    // Through a tunnel on this host everybody comes from one address.
    for (let count = 0; count < 5; count += 1) await from('127.0.0.1', 'GET');
    expect(await health('127.0.0.1')).toEqual([200]);
    first.destroy();
    await until('room for another', async () => (await health(outside!).catch(() => []))[0] === 200);
  });

  it.skipIf(outside === undefined)('leave others room beside one who reads no answers and ends no body', async () => {
    const limits = { repliesTogether: 4 * large, bodiesTogether: 400_000 };
    const { port } = await limited(limits, largeReply, { bind: '0.0.0.0' });
    const from = (bytes: string) =>
      new Promise<Socket>((resolve) => {
        const socket = connect(port, outside!, () => socket.write(bytes, () => resolve(socket)));
        socket.on('error', () => {});
        onTestFinished(() => void socket.destroy());
      });
    const heard = async (bytes: string) => {
      const socket = await from(bytes);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1', 0, 100);
      });
      await until('an answer', () => text.length > 0);
      socket.destroy();
      return statuses(text)[0];
    };
    // More than one may hold of what is not there whole, though less than there is.
    const piece = 'x'.repeat(350_000);
    const endless = `POST /v1/task HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n${piece.length.toString(16)}\r\n${piece}\r\n`;
    expect(await heard(endless)).toBe(503);
    await until('no more to be taken of one who reads nothing', async () => {
      (await from(post(task(), { close: false }))).pause();
      return (await heard(post(task()))) === 503;
    });
    expect(statuses(await talk(port, post(padded(20_000))))).toEqual([200]);
  });

  it('hold for requests that are sent without waiting for answers', async () => {
    const { port } = await limited({ pipelined: 4 });
    const health = `GET /iicp/health HTTP/1.1\r\n${HEAD}\r\n`;
    const socket = await held(port, health.repeat(5));
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    await new Promise((resolve) => socket.on('close', resolve));
    expect(statuses(text).length).toBeLessThanOrEqual(4);
    expect(statuses(await talk(port, health.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')))).toEqual([200]);
  });

  it('bear a connection that can’t be accepted', async () => {
    const listen = vi.spyOn(Server.prototype, 'listen');
    const warn = vi.spyOn(silentLogger, 'warn');
    onTestFinished(() => {
      listen.mockRestore();
      warn.mockRestore();
    });
    const { port } = await limited({});
    const error = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
    (listen.mock.contexts[0] as Server).emit('error', error);
    (listen.mock.contexts[0] as Server).emit('error', error);
    expect(warn.mock.calls.map(([, fields]) => fields)).toEqual([{ error }, { error }]);
    expect((await exchange(port, 'POST', '/v1/task')).status).toBe(200);
  });
});
