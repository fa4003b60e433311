// A node that has earned, as a whole: backed up, wiped and put back; examined; removed. All over loopback, through the faces.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noSensors } from '../../src-main/availability/sensors/sensor.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { compose } from '../../src-main/engine/compose.ts';
import type { Engine } from '../../src-main/engine/engine.ts';
import { composeRenewable } from '../../src-main/engine/renewable.ts';
import { gatherFaces } from '../../src-main/faces/gather.ts';
import { connectSocket, createSocketFace, type SocketClient } from '../../src-main/faces/socket.ts';
import { createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import type { Directory } from '../../src-main/practice/iicp/directory.ts';
import type { Input, Output } from '../../src-preload/contract/index.ts';
import { viewOf } from '../../src-preload/contract/networks/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { CHAT, chatTask, directory, freePort, modelServer, node, post } from '../support/network.ts';
import { hearth, launch } from '../support/serving.ts';
import { until } from '../support/wait.ts';

const own = { clock: systemClock, random: systemRandom };
const PASSPHRASE = 'planted-passphrase-of-a-backup-77';

/** Who a node is, and what it has earned. */
function who(engine: Engine) {
  return { node: engine.take('networks').value[0]!.nodeId, sums: engine.take('earnings').value.total };
}

/** Whom a directory would send tasks to. */
function listed(list: Directory): string[] {
  return list.nodes().flatMap(({ nodeId, alive }) => (alive ? [nodeId] : []));
}

/** One that is listed in a directory and has answered tasks for a client that found it there. */
async function earned() {
  const list = await directory({ nextHeartbeatMs: 100, registrationsPerMinute: 10_000 });
  const model = await modelServer();
  const port = await freePort();
  const server = await node({ modelUrl: model.url, directoryUrl: list.url, port, beatMs: 100 });
  const consumer = createConsumer(own, { directoryUrl: list.url, allowPrivate: true });
  onTestFinished(() => consumer.close());
  const payload = { messages: [{ role: 'user', content: 'hello' }], max_tokens: 9 };
  for (let count = 0; count < 3; count += 1) await consumer.call({ intent: CHAT, payload });
  await server.set('node.name', 'attic');
  return { list, model, port, server, consumer };
}

/** An engine with the command line's face, as the programs have it. */
async function faced(dataDir: string) {
  const engine = await composeRenewable({
    dataDir,
    mode: 'headless',
    practice: false,
    logLevel: 'debug',
    autoDetect: false,
    sensors: noSensors,
    beatMs: 100,
  });
  const faces = gatherFaces(own, engine);
  const socket = createSocketFace({ ...faces, verbs: new Map() }, { dataDir });
  await socket.start();
  await engine.start();
  const client = (await connectSocket(dataDir))!;
  onTestFinished(async () => {
    client.close();
    await engine.stop();
    faces.stop();
    await socket.stop();
  });
  return { engine, client };
}

async function given(client: SocketClient, file: Buffer): Promise<string> {
  const { name } = await client.request('backup.receive', { bytes: file.length });
  const { missing } = await client.request('backup.write', { name, offset: 0, data: file.toString('base64') });
  expect(missing).toBe(0);
  return name;
}

const ask = (engine: Engine, name: Parameters<Engine['handle']>[0], input?: unknown) => engine.handle(name, input);

describe('a node that is backed up, wiped and put back', () => {
  it('is the same node with the same earnings, by the drill and in the network', async () => {
    const { list, model, server, consumer } = await earned();
    const before = who(server.engine);
    expect(before.sums).toEqual([expect.objectContaining({ unit: 'credit', entries: 3 })]);
    const made = (await ask(server.engine, 'backup.create', { passphrase: PASSPHRASE })) as { name: string };
    const drill = (await ask(server.engine, 'backup.test', { name: made.name, passphrase: PASSPHRASE })) as {
      ok: boolean;
      checks: { state: string }[];
    };
    expect([drill.ok, new Set(drill.checks.map(({ state }) => state))]).toEqual([true, new Set(['ok'])]);
    const file = readFileSync(join(server.dataDir, 'backups', made.name));
    const piece = (await ask(server.engine, 'backup.read', { name: made.name, offset: 0 })) as { data: string };
    expect(Buffer.from(piece.data, 'base64').equals(file)).toBe(true);
    await server.stop();
    rmSync(server.dataDir, { recursive: true });

    // Another computer, where Hearth was just installed: the file comes in over a face, and the faces stay.
    const { engine, client } = await faced(temporaryFolder());
    const boot = (await client.request('node.get', undefined)).boot;
    const name = await given(client, file);
    const input = { name, passphrase: PASSPHRASE, confirm: 'replace what is here' } satisfies Input<'backup.restore'>;
    const { aside } = await client.request('backup.restore', input, { timeoutMs: 60_000 });
    await until('the restored node', async () => (await client.request('node.get', undefined)).boot !== boot);
    await until('it to be online', () => engine.take('networks').value[0]!.state === 'online');
    expect(who(engine)).toEqual(before);
    expect((await client.request('node.get', undefined)).value.name).toBe('attic');
    expect(existsSync(join(engine.dataDir, aside!, 'hearth.db'))).toBe(true);
    expect((await client.request('backup.get', undefined)).value.last?.provenAt).toBeGreaterThan(0);
    expect(listed(list)).toEqual([before.node]);

    // And it goes on earning as the node that clients know.
    const payload = { messages: [{ role: 'user', content: 'hello again' }], max_tokens: 9 };
    await until('it to have the models', () => engine.take('backends').value.some(({ models }) => models.length > 0));
    await consumer.call({ intent: CHAT, payload });
    await until('what it earned', () => who(engine).sums[0]!.entries === 4);
    expect(model.requests().length).toBeGreaterThanOrEqual(4);
  }, 120_000);

  it('can be backed up before it has joined anything, with the identity that it joins with later', async () => {
    const dataDir = temporaryFolder();
    const made = await compose({ dataDir, mode: 'headless', practice: false, logLevel: 'error', autoDetect: false });
    onTestFinished(() => made.stop());
    expect(made.take('backup').value.needed).toBe(false);
    const [one, other] = await Promise.all([
      made.handle('networks.identify', { id: 'iicp' }),
      made.handle('networks.identify', { id: 'iicp' }),
    ]);
    expect(other).toEqual(one);
    expect(made.take('networks').value[0]).toMatchObject({ state: 'off', enabled: false, nodeId: null });
    expect(made.take('backup').value.needed).toBe(true);
    const { facts } = (await made.handle('backup.create', { passphrase: PASSPHRASE })) as Output<'backup.create'>;
    expect(facts.identities).toEqual([{ network: 'iicp', ...(one as object) }]);

    for (const [path, value] of Object.entries({ bind: '127.0.0.1', port: 0, enabled: true })) {
      await made.handle('settings.set', { path: `networks.iicp.${path}`, value });
    }
    await made.start();
    await until('it to listen', () => viewOf(made.take('networks').value, 'iicp')!.detail.listening !== null);
    expect(made.take('networks').value[0]!.nodeId).toBe((one as { nodeId: string }).nodeId);
    expect(await made.handle('networks.identify', { id: 'iicp' })).toEqual(one);
  });

  it('can be handled by the command line alone', async () => {
    const { list, server } = await earned();
    const before = who(server.engine);
    await server.stop();
    const { dataDir } = server;
    const config = { HEARTH_CONFIG: temporaryFolder() };
    const file = join(temporaryFolder(), 'attic.hearth-backup');
    const run = (args: string[], input = '') => hearth([...args, '--data', dataDir], input, config);

    // While the node runs.
    const first = await launch(['--headless', '--data', dataDir], config);
    const made = await run(['backup', file], PASSPHRASE);
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining(before.node!)]);
    expect((await run(['backup', '--test', file], PASSPHRASE)).stdout).toContain('The backup works');
    expect((await run(['restore', file, '--replace'], PASSPHRASE)).stderr).toContain('[command.node-runs]');
    first.process.kill('SIGTERM');
    await first.ended;
    const over = await run(['backup', file], PASSPHRASE);
    expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('[command.file-exists]')]);

    rmSync(dataDir, { recursive: true });
    // It is missed, not replaced by a new one.
    const lost = await run(['serve', '--headless']);
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('[engine.node-lost]')]);
    const wrong = await run(['restore', file], 'not that one');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('[backup.wrong-passphrase]')]);
    const restored = await run(['restore', file, '--json'], PASSPHRASE);
    expect([restored.code, restored.stderr]).toEqual([0, '']);
    const again = await launch(['--headless', '--data', dataDir], config);
    await until('the directory to list it again', () => listed(list).includes(before.node!));
    const status = JSON.parse((await run(['status', '--json'])).stdout) as {
      networks: { nodeId: string }[];
      earnings: { total: unknown };
    };
    expect([status.networks[0]!.nodeId, status.earnings.total]).toEqual([before.node, before.sums]);
    again.process.kill('SIGTERM');
    await again.ended;
  }, 120_000);
});

describe('what a node tells of itself', () => {
  it('holds no secret, no passphrase and, unless wanted, no address', async () => {
    const { server, list } = await earned();
    const { engine, dataDir } = server;
    const key = 'planted-key-of-a-model-server-19';
    await server.set('backends.inference', [{ kind: 'openai', url: 'http://gpu.example:8000', apiKey: key }]);
    await server.set('networks.iicp.operatorHmacKey', 'planted-operator-key-42');
    await ask(engine, 'backup.create', { passphrase: PASSPHRASE });
    // A line that should never have been written.
    writeFileSync(join(dataDir, 'logs', 'hearth.log'), `{"msg":"oops ${key} at http://gpu.example:8000"}\n`, {
      flag: 'a',
    });
    const bundles = await Promise.all(
      [false, true].map(
        (addresses) =>
          ask(engine, 'diagnostics.get', { addresses }) as Promise<{ parts: { name: string; text: string }[] }>,
      ),
    );
    const [hidden, shown] = bundles.map(({ parts }) => parts.map(({ text }) => text).join('\n'));
    for (const secret of [key, 'planted-operator-key-42', PASSPHRASE]) {
      expect([hidden!.includes(secret), shown!.includes(secret)]).toEqual([false, false]);
    }
    expect(hidden).toContain('oops [left out]');
    expect(hidden).toContain('"networks.iicp.operatorHmacKey": "(set)"');
    const node = who(engine).node!;
    for (const address of ['gpu.example', node, 'attic', dataDir]) expect(hidden).not.toContain(address);
    for (const address of ['gpu.example', node, list.url]) expect(shown).toContain(address);
    expect(bundles[0]!.parts.map(({ name }) => name)).toEqual([
      'report',
      'versions',
      'platform',
      'services',
      'settings',
      'backends',
      'networks',
      'work',
      'availability',
      'storage',
      'logs',
    ]);
    expect(readFileSync(join(dataDir, 'logs', 'hearth.log'), 'utf8')).not.toContain(PASSPHRASE);
  });

  it('is true: no prompt is on its disk, and one that was put there is found', async () => {
    const { server } = await earned();
    const words = 'a wish that nobody should ever read 5c1d';
    expect((await post(server.url, chatTask({}, words))).status).toBe(200);
    const audit = async (input: object) =>
      (await ask(server.engine, 'audit.run', { fragments: [words], rehearse: false, ...input })) as {
        clean: boolean;
        found: { file: string; fragment: number }[];
        looked: { files: number }[];
        rehearsed: { state: string };
      };
    const clean = await audit({ rehearse: true });
    expect([clean.found, clean.clean, clean.rehearsed.state]).toEqual([[], true, 'yes']);
    // The folder of the rehearsal was searched too, before it was removed.
    expect(clean.looked.length).toBeGreaterThanOrEqual(2);
    const planted = join(server.dataDir, 'logs', 'hearth.log.1');
    writeFileSync(planted, JSON.stringify({ prompt: words }));
    const dirty = await audit({});
    expect([dirty.clean, dirty.found.map(({ file }) => file)]).toEqual([false, [planted]]);
  }, 60_000);
});

describe('a node that is removed', () => {
  it('leaves its network and the computer, and ends', async () => {
    const { server, list } = await earned();
    const node = who(server.engine).node!;
    await server.stop();
    const { dataDir } = server;
    const config = { HEARTH_CONFIG: temporaryFolder() };
    const serving = await launch(['--headless', '--data', dataDir], config);
    await until('the directory to list it', () => listed(list).includes(node));
    const run = (args: string[], input: string) =>
      hearth(['remove-everything', ...args, '--data', dataDir], input, config);
    const refused = await run([], 'yes please\n');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('[command.not-confirmed]')]);
    expect(existsSync(join(dataDir, 'hearth.db'))).toBe(true);
    const gone = await run(['--keys'], 'remove everything\n');
    expect([gone.code, gone.stderr]).toEqual([0, '']);
    expect(await serving.ended).toBe(0);
    expect(existsSync(dataDir)).toBe(false);
    expect(existsSync(config.HEARTH_CONFIG)).toBe(false);
    expect(listed(list)).toEqual([]);
  }, 60_000);
});
