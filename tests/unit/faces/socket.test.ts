import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HearthError } from '../../../src-main/base/errors.ts';
import type { Service } from '../../../src-main/base/lifecycle.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { createDispatch } from '../../../src-main/faces/dispatch.ts';
import { connectSocket, createSocketFace, type SocketClient, type Verb } from '../../../src-main/faces/socket.ts';
import { socketPath } from '../../../src-main/faces/socket-place.ts';
import { answers, type HandClock, handClock, plantedEngine, readableLog } from './support.ts';

let base: string;
let dataDir: string;
let runtimeDir: string;
let clock: HandClock;
let face: Service;
let clients: SocketClient[];
let log: ReturnType<typeof readableLog>;
const uid = process.getuid?.();

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'hearth-socket-'));
  dataDir = join(base, 'data');
  runtimeDir = join(base, 'run');
  await mkdir(dataDir);
  await mkdir(runtimeDir, { mode: 0o700 });
  clock = handClock();
  clients = [];
  face = newFace();
  await face.start();
});

afterEach(async () => {
  for (const client of clients) client.close();
  await face.stop();
  await rm(base, { recursive: true });
});

const place = (over = {}) => ({ platform: process.platform, runtimeDir, tmpDir: base, uid, ...over });

function newFace(): Service {
  const verbs = new Map<string, Verb>([
    ['link', async (input) => ({ link: 'http://127.0.0.1:1/#t=x', input })],
    [
      'drain',
      () =>
        Promise.reject(
          new HearthError({ code: 'work.busy', category: 'conflict', message: 'Busy.', details: { left: 1 } }),
        ),
    ],
    ['wait', () => new Promise(() => {})],
  ]);
  log = readableLog();
  const dispatch = createDispatch(plantedEngine(), log);
  return createSocketFace({ clock, random: systemRandom, logger: log, dispatch, verbs }, { dataDir, place: place() });
}

async function open(): Promise<SocketClient> {
  const client = await connectSocket(dataDir, clock);
  if (client === undefined) throw new Error('nobody runs here');
  clients.push(client);
  return client;
}

const note = async () =>
  JSON.parse(await readFile(join(dataDir, 'run.json'), 'utf8')) as { path: string; token: string };
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('a command on the socket of a running node', () => {
  it('asks what the contract offers', async () => {
    const client = await open();
    expect(await client.request('node.get', undefined)).toEqual(answers['node.get']);
    const [work, list] = await Promise.all([
      client.request('work.get', undefined),
      client.request('work.list', { limit: 1 }),
    ]);
    expect(work).toEqual(answers['work.get']);
    expect(list).toEqual(answers['work.list']);
  });

  it('asks for verbs outside the contract', async () => {
    expect(await (await open()).verb('link', { ttl: 1 })).toEqual({
      link: 'http://127.0.0.1:1/#t=x',
      input: { ttl: 1 },
    });
  });

  it('gets failures back as errors with all their fields', async () => {
    const client = await open();
    await expect(client.verb('drain', undefined)).rejects.toMatchObject({
      name: 'HearthError',
      code: 'work.busy',
      category: 'conflict',
      message: 'Busy.',
      details: { left: 1 },
    });
    await expect(client.verb('toString', undefined)).rejects.toMatchObject({ code: 'socket.unknown-verb' });
    await expect(client.request('work.list', { limit: 0 })).rejects.toMatchObject({ code: 'contract.invalid-input' });
  });

  it('is told when the node does not answer in time, and can go on', async () => {
    const client = await open();
    const silent = client.verb('wait', undefined, { timeoutMs: 2_000 });
    clock.advance(2_000);
    await expect(silent).rejects.toMatchObject({ code: 'socket.silent', category: 'unavailable' });
    expect(await client.request('node.get', undefined)).toEqual(answers['node.get']);
  });

  it('is told when the node stops meanwhile', async () => {
    const client = await open();
    const waiting = client.verb('wait', undefined);
    const [outcome] = await Promise.allSettled([waiting, face.stop()]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'socket.closed', category: 'unavailable' } });
  });
});

describe('a data folder without a running node', () => {
  it('has no note', async () => {
    await face.stop();
    expect(await connectSocket(dataDir, clock)).toBeUndefined();
    await expect(stat(join(dataDir, 'run.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('may have a stale note that points at nothing, or at a socket nobody listens to', async () => {
    const { path, token } = await note();
    await face.stop();
    const stale = JSON.stringify({ path, token, pid: 1, startedAt: 1 });
    await writeFile(join(dataDir, 'run.json'), stale);
    expect(await connectSocket(dataDir, clock)).toBeUndefined();
    await writeFile(path, '');
    expect(await connectSocket(dataDir, clock)).toBeUndefined();
  });

  it.each(['', '{', '[]', '{"path":"/x"}', '{"path":"/x","token":"short","pid":1,"startedAt":1}'])(
    'may have a note that is not ours: %j',
    async (text) => {
      await face.stop();
      await writeFile(join(dataDir, 'run.json'), text);
      expect(await connectSocket(dataDir, clock)).toBeUndefined();
    },
  );
});

describe('the socket guards itself', () => {
  it('is private, and so is its note', async () => {
    const { path } = await note();
    expect(await mode(path)).toBe('600');
    expect(await mode(join(dataDir, 'run.json'))).toBe('600');
  });

  async function hello(line: string): Promise<string> {
    const socket = connect((await note()).path);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.write(line);
    await once(socket, 'close');
    return answer;
  }

  it.each(['{"token":"wrong"}', '{}', 'nonsense', '{"id":1,"name":"node.get"}', '{"id":1,"verb":"link"}'])(
    'hangs up on the first line %s without a word',
    async (line) => {
      expect(await hello(`${line}\n`)).toBe('');
    },
  );

  it('reads no more than a token’s line of whoever has not said it, and complains of few', async () => {
    const { token } = await note();
    expect(await hello(`${JSON.stringify({ token }).padEnd(600)}\n`)).toBe('');
    for (let count = 0; count < 10; count += 1) await hello('nonsense\n');
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(6);
    expect(await hello(`${JSON.stringify({ token })}\n{"id":1}\n`)).toBe('{"ready":true}\n');
  });

  it('hangs up on a line over a mebibyte', async () => {
    const { token } = await note();
    expect(await hello(`${JSON.stringify({ token })}\n${'x'.repeat(1024 * 1024 + 1)}`)).toBe('{"ready":true}\n');
  });

  it('hangs up on a question that is none', async () => {
    const { token } = await note();
    expect(await hello(`${JSON.stringify({ token })}\n{"id":1}\n`)).toBe('{"ready":true}\n');
  });

  it('hangs up on who says nothing for five seconds', async () => {
    const socket = connect((await note()).path);
    await once(socket, 'connect');
    // A later connection that was served proves that the earlier one was taken in.
    await (await open()).request('node.get', undefined);
    const closed = once(socket, 'close');
    clock.advance(5_000);
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  it('hangs up on who asks nothing for a minute, but not on who waits for an answer', async () => {
    const waits = await open();
    const idle = await open();
    const answer = waits.verb('wait', undefined, { timeoutMs: 1e9 });
    await waits.request('node.get', undefined);
    await idle.request('node.get', undefined);
    clock.advance(60_000);
    await expect(idle.request('node.get', undefined)).rejects.toMatchObject({ code: 'socket.closed' });
    expect(await waits.request('node.get', undefined)).toEqual(answers['node.get']);
    waits.close();
    await expect(answer).rejects.toMatchObject({ code: 'socket.closed' });
  });

  it('serves at most 32 connections', async () => {
    for (let i = 0; i < 32; i++) await open();
    await expect(connectSocket(dataDir, clock)).rejects.toMatchObject({ code: 'socket.refused' });
  });

  it('does not trust who listens at its place without knowing the protocol', async () => {
    const { path, token } = await note();
    await face.stop();
    const impostor = createServer((socket) => void socket.resume().end('{"hello":true}\n')).listen(path);
    await once(impostor, 'listening');
    await writeFile(join(dataDir, 'run.json'), JSON.stringify({ path, token, pid: 1, startedAt: 1 }));
    await expect(connectSocket(dataDir, clock)).rejects.toMatchObject({ code: 'socket.malformed' });
    impostor.close();
  });

  it('takes the place of a socket that a killed node left, with a fresh token', async () => {
    const before = await note();
    await face.stop();
    await writeFile(before.path, '');
    await face.start();
    const after = await note();
    expect(after.path).toBe(before.path);
    expect(after.token).not.toBe(before.token);
    expect(await (await open()).request('node.get', undefined)).toEqual(answers['node.get']);
  });

  it('leaves no timer behind', async () => {
    const client = await open();
    await client.request('node.get', undefined);
    client.close();
    await face.stop();
    expect(clock.waiting()).toBe(0);
  });
});

describe('the place of the socket', () => {
  const path = (over = {}) => socketPath(dataDir, systemRandom, place(over));

  it('is the runtime folder when that is private', () => {
    expect(dirname(path())).toBe(runtimeDir);
    expect(basename(path())).toMatch(/^hearth-[0-9a-f]{8}\.sock$/);
  });

  it('is a private folder under the temporary one otherwise', async () => {
    await chmod(runtimeDir, 0o755);
    for (const other of [path(), path({ runtimeDir: undefined }), path({ runtimeDir: join(base, 'absent') })]) {
      expect(dirname(dirname(other))).toBe(base);
      expect(basename(dirname(other))).toMatch(new RegExp(`^hearth-${uid}-[0-9a-f]{8}$`));
      expect(await mode(dirname(other))).toBe('700');
    }
  });

  it('never exceeds what a socket address holds', async () => {
    const long = join(base, 'x'.repeat(120));
    await mkdir(long, { mode: 0o700 });
    const chosen = path({ runtimeDir: long, tmpDir: long });
    expect(Buffer.byteLength(chosen)).toBeLessThanOrEqual(103);
    await rm(join(chosen, '..'), { recursive: true });
  });

  it('is never a folder that others may open, nor a link that others made', async () => {
    const folder = dirname(path({ runtimeDir: undefined }));
    await chmod(folder, 0o755);
    expect(() => path({ runtimeDir: undefined })).toThrow(
      expect.objectContaining({ code: 'socket.no-private-folder' }),
    );
    await rm(folder, { recursive: true });
    await symlink(runtimeDir, folder);
    expect(() => path({ runtimeDir: undefined })).toThrow(
      expect.objectContaining({ code: 'socket.no-private-folder' }),
    );
  });

  it('is a pipe that cannot be guessed on Windows', () => {
    const [one, two] = [path({ platform: 'win32' }), path({ platform: 'win32' })];
    expect(one).toMatch(/^\\\\\.\\pipe\\hearth-[0-9a-f]{8}-[0-9a-f]{16}$/);
    expect(one).not.toBe(two);
  });
});
