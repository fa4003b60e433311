// Availability in a node as it ships: what strangers are told, what a directory is told, what is counted, and the computer
// given back with tasks under way.

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noSensors, reads, type Sensor } from '../../src-main/availability/sensors/sensor.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { compose } from '../../src-main/engine/compose.ts';
import type { Output } from '../../src-preload/contract/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { chatTask, directory, modelServer, node, post, type TestNode } from '../support/network.ts';
import { until } from '../support/wait.ts';

const BEAT_MS = 40;
const CHAT_MODEL = 'practice-chat:1b';
const HOUR = 3_600_000;

const view = async (server: TestNode) =>
  ((await server.engine.handle('availability.get', undefined)) as Output<'availability.get'>).value;
const release = async (server: TestNode) =>
  (await server.engine.handle('availability.release', undefined)) as Output<'availability.release'>;
const week = (day: (weekday: number) => string) => ({
  days: Array.from({ length: 7 }, (_, weekday) => day(weekday)),
  outside: 'off',
});
/** Programs that run, as a test says. */
function running(): Sensor<ReadonlySet<string>> & { names: ReadonlySet<string> } {
  return {
    names: new Set(),
    everyMs: 20,
    async read() {
      return reads(this.names);
    },
  };
}

describe('a rule', () => {
  it('stops new tasks within its pace, tells strangers nothing of why, and lets go again', async () => {
    const apps = running();
    const server = await node({
      modelUrl: (await modelServer()).url,
      sensors: { apps },
      settings: { 'availability.apps': { on: true, names: ['factorio'] } },
    });
    expect((await post(server.url, chatTask())).status).toBe(200);
    apps.names = new Set(['factorio']);
    await until('the rule to stop it', async () => !(await view(server)).answer.accepting);
    const refused = await post(server.url, chatTask());
    expect([refused.status, refused.json.error?.code, refused.json.error?.reason]).toEqual([
      503,
      'IICP-E024',
      'paused',
    ]);
    expect(refused.text).not.toMatch(/factorio|apps|rule/);
    const { state, sentence, reason } = (await server.state()).node;
    expect([state, sentence, reason?.code]).toEqual(['paused', 'Paused (app: factorio)', 'node.apps']);
    apps.names = new Set();
    await until('the rule to let go', async () => (await view(server)).answer.accepting);
    expect((await post(server.url, chatTask())).status).toBe(200);
  });
});

describe('a program of the list', () => {
  it('finds the memory free when it has started, unless the user wants models to stay', async () => {
    const apps = running();
    const model = await modelServer({ loaded: [CHAT_MODEL] });
    const rule = { on: true, names: ['factorio'] };
    const server = await node({
      modelUrl: model.url,
      sensors: { apps },
      settings: { 'availability.apps': { ...rule, unload: false } },
    });
    const state = async () => (await server.state()).backends[0]!.models.find(({ id }) => id === CHAT_MODEL)!.state;
    const moves = () => model.requests().filter(({ path }) => path === '/api/generate').length;
    await until('the model to be seen', async () => (await state()) === 'loaded');
    apps.names = new Set(['factorio']);
    await until('the rule to stop it', async () => !(await view(server)).answer.accepting);
    apps.names = new Set();
    await until('the rule to let go', async () => (await view(server)).answer.accepting);
    await server.engine.handle('backends.detect', undefined);
    expect([await state(), moves()]).toEqual(['loaded', 0]);
    await server.set('availability.apps', rule);
    apps.names = new Set(['factorio']);
    await until('the model to be unloaded', async () => (await state()) === 'cold');
    expect(moves()).toBe(1);
  });

  it('is not alone in that: so does whoever pauses by hand, and the proof is shown', async () => {
    const model = await modelServer({ loaded: [CHAT_MODEL] });
    const server = await node({ modelUrl: model.url });
    const first = async () => (await server.state()).backends[0]!;
    await until('the model to be seen', async () => (await first()).models.some(({ state }) => state === 'loaded'));
    expect((await view(server)).room).toBeNull();
    await server.engine.handle('availability.pause', { for: '1h' });
    await until('the proof', async () => (await view(server)).room !== null);
    expect((await view(server)).room).toMatchObject({
      cause: 'by-hand',
      unloaded: [{ backend: (await first()).id, model: CHAT_MODEL }],
      kept: [],
    });
    expect((await first()).models.find(({ id }) => id === CHAT_MODEL)?.state).toBe('cold');
  });
});

describe('the week', () => {
  it('is told to the directory as the windows of today, and the share of now with each heartbeat', async () => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS });
    const server = await node({
      modelUrl: (await modelServer()).url,
      directoryUrl: list.url,
      beatMs: BEAT_MS,
      settings: { 'capacity.maxConcurrent': 8 },
    });
    const listed = () => list.nodes()[0]!;
    expect(listed().registration).not.toHaveProperty('availability');
    await server.set(
      'availability.grid',
      week(() => 'l'.repeat(48)),
    );
    const all = { start: '00:00', end: '23:59' };
    await until('the windows', () => JSON.stringify(listed().registration.availability)?.includes('0.25'));
    expect(listed().registration.availability).toEqual([{ ...all, share: 0.25 }]);
    await until('the share', () => listed().maxConcurrent === 2);
    expect(listed().available).toBe(true);
    await server.set(
      'availability.grid',
      week(() => 'o'.repeat(48)),
    );
    await until('it to be closed', () => !listed().available);
    expect((await post(server.url, chatTask())).json.error?.reason).toBe('paused');
    await server.set('availability.grid', null);
    await until('it to be open', () => listed().available && listed().maxConcurrent === 8);
    expect(listed().registration).not.toHaveProperty('availability');
  });

  it('is told anew when another day has begun', async () => {
    let days = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + days * 24 * HOUR };
    const list = await directory({ nextHeartbeatMs: BEAT_MS });
    const today = (new Date().getDay() + 6) % 7;
    const server = await node({
      modelUrl: (await modelServer()).url,
      directoryUrl: list.url,
      beatMs: BEAT_MS,
      clock,
      settings: { 'availability.grid': week((weekday) => (weekday === today ? 'n' : 'f').repeat(48)) },
    });
    const share = () => (list.nodes()[0]!.registration.availability as { share: number }[])[0]!.share;
    expect(share()).toBe(0.75);
    days = 2;
    await until('the other day to be told', () => share() === 1);
    expect((await server.state()).node.slots).toBe(4);
  });

  it('goes out as a calendar and comes back', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    const grid = week((weekday) => (weekday > 4 ? 'f' : '-').repeat(48));
    await server.set('availability.grid', grid);
    const calendar = (await server.engine.handle('availability.exportCalendar', undefined)) as { text: string };
    await server.set('availability.grid', null);
    const imported = await server.engine.handle('availability.importCalendar', { text: calendar.text });
    expect(imported).toEqual({ grid, taken: 1, leftOut: 0 });
    expect((await view(server)).grid).toEqual(grid);
    await server.set('availability.grid', null);
    const silent = { text: calendar.text.replace(/^X-HEARTH-OUTSIDE.*\r\n/m, '') };
    await expect(server.engine.handle('availability.importCalendar', silent)).rejects.toMatchObject({
      code: 'availability.outside-missing',
    });
    expect((await view(server)).grid).toBeNull();
  });
});

describe('a pause', () => {
  it('is in force at once, kept over a restart, and ended by resuming', async () => {
    const model = await modelServer();
    const first = await node({ modelUrl: model.url });
    await first.engine.handle('availability.pause', { for: '4h' });
    expect((await post(first.url, chatTask())).status).toBe(503);
    const { answer, pause } = await view(first);
    expect([answer.bound, answer.until, pause!.until! - pause!.since]).toEqual(['paused', pause!.until, 4 * HOUR]);
    await first.stop();
    const second = await node({ modelUrl: model.url, dataDir: first.dataDir });
    expect((await view(second)).pause).toEqual(pause);
    expect((await second.state()).node).toMatchObject({ state: 'paused', sharing: true });
    await second.engine.handle('availability.resume', undefined);
    expect((await post(second.url, chatTask())).status).toBe(200);
  });
});

describe('the sleep of the computer', () => {
  it('takes nothing new, and tells nobody why', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    server.engine.suspend(true);
    const refused = await post(server.url, chatTask());
    expect([refused.status, refused.json.error?.reason]).toEqual([503, 'paused']);
    server.engine.suspend(false);
    expect((await post(server.url, chatTask())).status).toBe(200);
  });
});

describe('the wake after it', () => {
  it('tells the directory at once, whatever the clock says of the next beat', async () => {
    const list = await directory({ nextHeartbeatMs: 60_000 });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: 60_000 });
    const { nodeId } = (await server.state()).network;
    expect(list.beatsOf(nodeId!)).toBe(0);
    for (let sleeps = 1; sleeps <= 2; sleeps += 1) {
      server.engine.suspend(true);
      server.engine.suspend(false);
      await until('a beat', () => list.beatsOf(nodeId!) === sleeps);
    }
  });
});

describe('data used', () => {
  it('is what tasks moved over the task server, and is there after a restart', async () => {
    const model = await modelServer();
    const first = await node({ modelUrl: model.url });
    const task = chatTask({}, 'x'.repeat(100_000));
    expect((await post(first.url, task)).status).toBe(200);
    const { today, month } = (await view(first)).data;
    expect(today.in).toBeGreaterThan(100_000);
    expect(today.in).toBeLessThan(110_000);
    expect(today.out).toBeGreaterThan(200);
    expect(month).toEqual(today);
    await first.stop();
    const second = await node({ modelUrl: model.url, dataDir: first.dataDir });
    expect((await view(second)).data.today.in).toBeGreaterThanOrEqual(today.in);
  });

  it('stops tasks at its cap until midnight', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    expect((await post(server.url, chatTask({}, 'x'.repeat(120_000)))).status).toBe(200);
    await server.set('availability.dayData', { on: true, gigabytes: 0.1 });
    expect((await view(server)).answer.accepting).toBe(true);
    const database = new Database(join(server.dataDir, 'hearth.db'));
    onTestFinished(() => void database.close());
    expect(database.prepare('SELECT count(*) AS days FROM data_use').get()).toEqual({ days: 0 });
    await server.stop();
    database.prepare('UPDATE data_use SET bytes_out = 100000000').run();
    const again = await node({ modelUrl: (await modelServer()).url, dataDir: server.dataDir });
    const { answer } = await view(again);
    expect([answer.bound, answer.until]).toEqual(['dayData', new Date().setHours(24, 0, 0, 0)]);
    expect((await post(again.url, chatTask())).status).toBe(503);
  });
});

describe('giving the computer back', () => {
  const loaded = { loaded: [CHAT_MODEL] };

  it('hands back what does not end in time, so that callers can go elsewhere, and unloads', async () => {
    const model = await modelServer(loaded);
    const server = await node({ modelUrl: model.url, settings: { 'availability.finishSeconds': 0 } });
    model.hold();
    const tasks = [post(server.url, chatTask()), post(server.url, chatTask())];
    await until('both to run', async () => (await server.state()).node.working === 2);
    const back = release(server);
    for (const reply of await Promise.all(tasks)) {
      expect([reply.status, reply.headers.has('retry-after')]).toEqual([503, true]);
    }
    model.release();
    const done = await back;
    expect(done).toMatchObject({ tasksFinished: 0, tasksReturned: 2, kept: [], vram: null });
    expect(done.unloaded.map(({ model: name }) => name)).toEqual([CHAT_MODEL]);
    // No new task was taken from before those that ran had ended.
    expect(done.stoppedMs).toBeLessThanOrEqual(done.tookMs);
    const { models } = (await server.state()).backends[0]!;
    expect(models.find(({ id }) => id === CHAT_MODEL)?.state).toBe('cold');
    const shown = await view(server);
    expect([shown.answer.bound, shown.pause?.until, shown.pause?.released]).toEqual(['released', null, true]);
    expect((await server.state()).node).toMatchObject({ state: 'paused', sentence: 'Paused until you resume' });
    expect((await post(server.url, chatTask())).status).toBe(503);
    await server.engine.handle('availability.resume', undefined);
    expect((await post(server.url, chatTask())).status).toBe(200);
  });

  it('lets what ends in time finish and earn, and takes nothing new meanwhile', async () => {
    const model = await modelServer(loaded);
    let free = 1e9;
    const server = await node({
      modelUrl: model.url,
      settings: { 'availability.finishSeconds': 30 },
      sensors: { vram: { everyMs: 1000, read: async () => reads({ freeBytes: free, totalBytes: 8e9 }) } },
    });
    model.hold();
    const task = post(server.url, chatTask());
    await until('it to run', async () => (await server.state()).node.working === 1);
    const back = release(server);
    expect((await post(server.url, chatTask())).status).toBe(503);
    expect((await server.state()).node).toMatchObject({ state: 'finishing', sentence: 'Finishing, 1 task left' });
    free = 7e9;
    model.release();
    expect((await task).status).toBe(200);
    expect(await back).toMatchObject({ tasksFinished: 1, tasksReturned: 0, vram: { freeBytes: 7e9, freedBytes: 6e9 } });
    expect((await server.state()).earnings.today[0]?.entries).toBe(1);
  });
});

describe('windows of an earlier version', () => {
  it('become the grid, once', async () => {
    const dataDir = temporaryFolder();
    const options = { dataDir, mode: 'headless', practice: false, logLevel: 'warn', autoDetect: false } as const;
    const opened = async () => {
      const engine = await compose({ ...options, sensors: noSensors });
      const { grid } = engine.take('availability').value;
      return { engine, grid };
    };
    await (await opened()).engine.stop();
    const database = new Database(join(dataDir, 'hearth.db'));
    const windows = JSON.stringify([{ start: '08:00', end: '21:59', share: 1 }]);
    database.prepare("INSERT INTO settings (path, value, at) VALUES ('availability.windows', ?, 0)").run(windows);
    database.close();
    const first = await opened();
    expect(first.grid).toEqual({
      days: Array<string>(7).fill(`${'-'.repeat(16)}${'f'.repeat(28)}----`),
      outside: 'reduced',
    });
    await first.engine.handle('settings.set', { path: 'availability.grid', value: null });
    await first.engine.stop();
    const second = await opened();
    expect(second.grid).toBeNull();
    await second.engine.stop();
  });
});
