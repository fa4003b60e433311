// Whatever a node is asked and whatever befalls it, none of the secrets that it holds comes out: not in an answer of any face, a
// push, a page, a task server's answer, an error, nor in the log at its most talkative.
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { gatherFaces } from '../../src-main/faces/gather.ts';
import { createConsoleFace } from '../../src-main/faces/http.ts';
import { connectSocket, createSocketFace } from '../../src-main/faces/socket.ts';
import { createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import { open } from '../../src-main/secrets/seal.ts';
import { pushNames, requestNames } from '../../src-preload/contract/names.ts';
import { temporaryFolder } from '../support/folder.ts';
import { CHAT, chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

const own = { clock: systemClock, random: systemRandom };
const BEAT_MS = 100;
const OPERATOR_KEY = 'planted-operator-hmac-key-51c0';
const PASSPHRASE = 'planted-passphrase-77d3';
const API_KEY = 'planted-api-key-8e2b';
const CAPABILITY = '/examples/nothing/v1';

/** What each request is asked with, besides nonsense. */
const INPUTS: Partial<Record<(typeof requestNames)[number], readonly unknown[]>> = {
  'work.list': [{ limit: 50 }, { filter: { text: 'a' } }],
  'work.count': [{}, { sealed: true }],
  'work.detail': [{ id: 1 }],
  'earnings.series': [{ by: 'day' }],
  'earnings.rows': [{}],
  'earnings.check': [{ shown: [] }],
  'earnings.export': [{ format: 'csv' }, { format: 'json', year: 2026 }],
  'networks.history': [{ id: 'iicp' }],
  'networks.check': [{ id: 'iicp' }],
  'diagnostics.get': [{}, { addresses: true }],
  'backup.create': [{ passphrase: PASSPHRASE }],
  'backup.test': [{ name: 'hearth-1.hearth-backup', passphrase: PASSPHRASE }],
  'backup.restore': [{ name: 'hearth-1.hearth-backup', passphrase: PASSPHRASE, confirm: PASSPHRASE }],
  'removal.run': [{ confirm: 'please' }],
  'about.licence': [{ name: 'zod', version: '0' }],
  'runners.try': [{ capability: CAPABILITY }],
  'settings.set': [
    { path: 'node.name', value: 'attic' },
    { path: 'networks.iicp.operatorHmacKey', value: OPERATOR_KEY },
    // Too long, of the wrong kind, in the wrong place: what is wrong is told, not what it was.
    { path: 'networks.iicp.operatorHmacKey', value: OPERATOR_KEY.repeat(20) },
    { path: 'networks.iicp.operatorHmacKey', value: [OPERATOR_KEY] },
    { path: 'backends.inference', value: [{ kind: 'openai', url: 'nowhere', apiKey: API_KEY }] },
    {
      path: 'backends.inference',
      value: [{ kind: API_KEY, url: 'http://127.0.0.1:1', apiKey: API_KEY, [API_KEY]: 1 }],
    },
    { path: 'node.region', value: { apiKey: API_KEY } },
    { path: API_KEY, value: 1 },
  ],
};
const NONSENSE = [null, 'x', { path: 7, limit: -1 }];

/** Every form in which a secret might be seen. */
function forms(secret: string | Buffer): string[] {
  const raw = typeof secret === 'string' ? [Buffer.from(secret), Buffer.from(secret, 'base64url')] : [secret];
  // A key is the end of whatever it is wrapped in (RFC 8410).
  const tails = raw.filter(({ length }) => length > 32).map((bytes) => bytes.subarray(-32));
  const encoded = [...raw, ...tails]
    .filter(({ length }) => length >= 12)
    .flatMap((bytes) => [
      bytes.toString('base64url'),
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('hex'),
    ]);
  return [...new Set(typeof secret === 'string' ? [secret, ...encoded] : encoded)];
}

/** Opens the sealed values as somebody with the whole data folder would. */
function heldBy(dataDir: string): Map<string, string> {
  const key = Buffer.from(readFileSync(join(dataDir, 'keys/data.key'), 'utf8').trim(), 'base64url');
  const db = new Database(join(dataDir, 'hearth.db'), { readonly: true });
  const rows = db.prepare('SELECT name, sealed FROM secrets').all() as { name: string; sealed: Buffer }[];
  db.close();
  return new Map(rows.map(({ name, sealed }) => [name, open(key, name, sealed)!.toString('utf8')]));
}

it('keeps every secret it holds to itself', async () => {
  const list = await directory({ nextHeartbeatMs: BEAT_MS, registrationsPerMinute: 10_000 });
  const model = await modelServer({ shape: 'openai', apiKey: API_KEY });
  const server = await node({
    modelUrl: model.url,
    directoryUrl: list.url,
    beatMs: BEAT_MS,
    settings: {
      'backends.inference': [{ kind: 'openai', url: model.url, apiKey: API_KEY }],
      'backends.runners': [{ kind: 'noop', capability: CAPABILITY }],
      'networks.iicp.operatorHmacKey': OPERATOR_KEY,
    },
  });
  const { dataDir, engine } = server;
  const seen: string[] = [];
  const see = (what: unknown) => void seen.push(typeof what === 'string' ? what : (JSON.stringify(what) ?? ''));

  // All faces of the one engine.
  const pages = temporaryFolder();
  mkdirSync(join(pages, 'assets'));
  writeFileSync(join(pages, 'index.html'), '<!doctype html><script src="/assets/a.js"></script>');
  writeFileSync(join(pages, 'assets/a.js'), 'export {}');
  const faces = gatherFaces(own, engine);
  const socket = createSocketFace({ ...faces, verbs: new Map() }, { dataDir });
  const console = createConsoleFace(faces, { pages });
  await socket.start();
  await console.start();
  onTestFinished(async () => {
    faces.stop();
    await console.stop();
    await socket.stop();
  });

  const page = new WebSocket(`${console.address().replace('http', 'ws')}/socket`, { origin: console.address() });
  await once(page, 'open');
  const token = new URL(console.issueLink()).hash.slice('#t='.length);
  page.send(JSON.stringify({ token }));
  const [greeting] = (await once(page, 'message')) as [Buffer];
  const { session } = JSON.parse(greeting.toString()) as { session: string };
  const pushed = new Set<string>();
  const answered = new Set<number>();
  page.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { push?: string; id?: number };
    if (message.push) pushed.add(message.push);
    if (message.id !== undefined) answered.add(message.id);
    see(data.toString());
  });

  // Each request, asked well and badly, over the socket and the console.
  const client = (await connectSocket(dataDir))!;
  onTestFinished(() => client.close());
  let id = 0;
  for (const name of [...requestNames, 'no.such.request' as 'node.get']) {
    for (const input of [undefined, ...(INPUTS[name] ?? []), ...NONSENSE]) {
      // The words of the wallet are shown to whom the command line belongs, when it asks for them; a page has to be let first.
      const answer = (shown: unknown) => (name === 'wallet.words' ? undefined : see(shown));
      await client.request(name, input as never).then(answer, (error: Error) => see(inspect(error, { depth: 9 })));
      id += 1;
      page.send(JSON.stringify({ id, name, input }));
    }
  }
  await until('all answers', () => answered.size === id);
  await client.verb('no-such-verb', { key: API_KEY }).catch((error: Error) => see(inspect(error, { depth: 9 })));
  // Among all that was asked for was a pause.
  await engine.handle('availability.resume', undefined);
  await until('the directory to offer it again', async () => {
    const offers = (await (await fetch(`${list.url}/v1/discover?intent=${CHAT}`)).json()) as { count: number };
    return offers.count > 0;
  });

  // The doors that strangers and other pages of this computer can knock at.
  const paths = [
    '/',
    '/index.html',
    '/assets/a.js',
    '/run.json',
    '/keys/data.key',
    '/%2e%2e/hearth.db',
    `/?t=${'x'.repeat(9)}`,
  ];
  for (const path of paths) {
    const reply = await fetch(`${console.address()}${path}`);
    see([reply.status, ...reply.headers, await reply.text()].join('\n'));
  }
  for (const path of ['/iicp/health', '/metrics', '/', '/v1/task']) {
    const reply = await fetch(`${server.url}${path}`);
    see([reply.status, ...reply.headers, await reply.text()].join('\n'));
  }
  const consumer = createConsumer(own, { directoryUrl: list.url, allowPrivate: true });
  const payload = { messages: [{ role: 'user', content: 'hello' }], max_tokens: 9 };
  see(await consumer.call({ intent: CHAT, payload }));
  consumer.close();
  see((await post(server.url, chatTask())).text);
  // A model server and a directory that turn on their node, and say its secrets back to it.
  model.failNext({ status: 401, body: { error: { message: `wrong key ${API_KEY}`, type: API_KEY } }, times: 2 });
  see((await post(server.url, chatTask())).text);
  model.failNext({ garbage: true });
  see((await post(server.url, chatTask())).text);
  see((await post(server.url, `{"task_id": "${OPERATOR_KEY}`)).text);
  const { nodeId } = (await server.state()).network;
  for (const fault of [{ status: 401 }, 'garbage', { redirect: 'http://localhost:9' }, 'drop'] as const) {
    list.fault(fault);
    await until('the trouble to be noticed', async () => (await server.state()).network.state !== 'online');
    see(await server.state());
    list.fault(null);
    await until('it to be back', async () => (await server.state()).network.state === 'online');
  }
  const beats = list.beatsOf(nodeId!);
  await until('a beat', () => list.beatsOf(nodeId!) > beats);
  // A node without a window has nothing to say of a desktop, and one that asks no router nothing of the way in.
  const silent = ['desktop.changed', 'reachability.changed'];
  const awaited = pushNames.filter((name) => !silent.includes(name));
  await until('each push', () => awaited.every((name) => pushed.has(name)));

  const sealed = heldBy(dataDir);
  const note = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as { token: string };
  const dataKey = Buffer.from(readFileSync(join(dataDir, 'keys/data.key'), 'utf8').trim(), 'base64url');
  page.terminate();
  await server.stop();
  const logs = globSync('logs/**/*', { cwd: dataDir }).map((name) => readFileSync(join(dataDir, name), 'utf8'));
  expect(logs.join('')).toContain('"level":20');

  for (const harmless of ['check', 'iicp.node-id']) sealed.delete(harmless);
  expect([...sealed.keys()].map((name) => name.replace(/:http.*/, '')).sort()).toEqual([
    'backend',
    'iicp.cx-key',
    'iicp.grant-at',
    'setting:networks.iicp.operatorHmacKey',
    'wallet.words',
  ]);
  const [grant] = [...sealed].filter(([name]) => name.startsWith('iicp.grant')).map(([, value]) => String(value));
  const { token: nodeToken, hmacKey } = JSON.parse(grant!) as { token: string; hmacKey: string };
  expect([nodeToken, hmacKey]).toEqual([expect.stringMatching(/.{16}/), expect.stringMatching(/.{16}/)]);
  const held = new Map<string, string | Buffer>([
    ...[...sealed].filter(([name]) => !name.startsWith('iicp.grant')),
    ['node token', nodeToken],
    ['key for signing', hmacKey],
    ['data key', dataKey],
    ['token of the command line', note.token],
    ['link to the console', token],
    ['session of the console', session],
    ['passphrase of a backup', PASSPHRASE],
  ]);
  const found = (texts: readonly string[]) =>
    [...held].flatMap(([name, secret]) =>
      texts
        .filter((text) => forms(secret).some((form) => text.includes(form)))
        .map((text) => `${name}: ${text.slice(0, 300)}`),
    );
  expect(found([...seen, ...logs])).toEqual([]);
  // And it would have been seen.
  const shown = [...held.values()].map((secret) => `{"x":"${forms(secret).at(-1)}"}`);
  expect(found(shown)).toHaveLength(held.size);
}, 120_000);
