// What the user chooses for single models, and what is in memory.
import { describe, expect, it, onTestFinished } from 'vitest';
import { json, routes, scriptedServer } from '../../suites/scripted-server.ts';
import { asking, chosen, ids, pool, server } from '../../support/backends.ts';
import { HandClock } from '../../support/clock.ts';
import { until } from '../../support/wait.ts';

const modelStates = (backends: Awaited<ReturnType<typeof pool>>['backends']) =>
  backends.views()[0]!.models.map(({ state }) => state);

describe('a choice for a single model', () => {
  it('switches it off and on again, without a look at the server', async () => {
    const one = await server(['a:1b', 'b:1b']);
    const { backends, settings } = await pool([{ kind: 'ollama', url: one.url }], {
      models: [{ model: 'a:1b', on: false }],
    });
    expect(ids(backends)).toEqual(['b:1b']);
    expect(backends.views()[0]!.models.map(({ on, offered }) => [on, offered])).toEqual([
      [false, false],
      [true, true],
    ]);
    const looks = one.requests().length;
    settings.setModels([]);
    expect(ids(backends)).toEqual(['a:1b', 'b:1b']);
    expect(one.requests().length).toBe(looks);
  });

  it('holds at one server only where it names it, and counts more than the general one', async () => {
    const [one, two] = [await server(['a:1b']), await server(['a:1b'])];
    const list = [one, two].map(({ url }) => ({ kind: 'ollama' as const, url }));
    const { backends } = await pool(list, {
      models: [
        { model: 'a:1b', backend: `${two.url}/`, on: true, maxConcurrent: 3 },
        { model: 'a:1b', on: false, maxConcurrent: 1 },
      ],
    });
    expect(backends.views().map(({ models }) => [models[0]!.on, models[0]!.most])).toEqual([
      [false, 1],
      [true, 3],
    ]);
    expect(chosen(backends, 'a:1b')!.backend.id).toBe(two.url);
  });

  it('says what it is offered for, where the server can do that', async () => {
    const one = await server(['a:1b']);
    const { backends, settings } = await pool([{ kind: 'ollama', url: one.url }]);
    expect(backends.offered()).toEqual([{ id: 'a:1b', tasks: ['llm:chat', 'llm:completion'] }]);
    settings.setModels([{ model: 'a:1b', tasks: ['llm:embedding', 'audio:speech'] }]);
    expect(backends.offered()).toEqual([{ id: 'a:1b', tasks: ['llm:embedding'] }]);
    expect(backends.choose('llm:chat', 'a:1b')).toEqual({ kind: 'none', missing: 'task' });
    settings.setModels([{ model: 'a:1b', tasks: ['audio:speech'] }]);
    expect(backends.offered()).toEqual([]);
  });

  it('bounds how many tasks it works on at once, and how long its answers may be', async () => {
    const one = await server(['a:1b', 'b:1b']);
    const { backends } = await pool([{ kind: 'ollama', url: one.url }], {
      models: [{ model: 'a:1b', maxConcurrent: 1, maxTokens: 7 }],
    });
    expect(backends.choose('llm:chat', 'a:1b')).toMatchObject({ kind: 'chosen', maxTokens: 7 });
    one.hold();
    const running = backends.infer(one.url, asking('a:1b'));
    await until('it to arrive', () => one.held() === 1);
    expect(backends.views()[0]!.models[0]).toMatchObject({ running: 1, most: 1 });
    expect(backends.choose('llm:chat', 'a:1b')).toEqual({ kind: 'busy' });
    expect(backends.choose('llm:chat', 'b:1b')).toMatchObject({ kind: 'chosen' });
    one.release();
    await running;
    expect(backends.choose('llm:chat', 'a:1b')).toMatchObject({ kind: 'chosen' });
  });
});

describe('a limit for a whole server', () => {
  it('sends what is above it to another one', async () => {
    const [one, two] = [await server(['a:1b']), await server(['a:1b'])];
    const { backends } = await pool([
      { kind: 'ollama', url: one.url, maxConcurrent: 1 },
      { kind: 'ollama', url: two.url, maxConcurrent: 3 },
    ]);
    one.hold();
    two.hold();
    const calls = [];
    for (let i = 0; i < 4; i++) calls.push(backends.infer(chosen(backends, 'a:1b')!.backend.id, asking('a:1b')));
    expect(backends.views().map(({ running, most }) => [running, most])).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect(backends.choose('llm:chat', 'a:1b')).toEqual({ kind: 'busy' });
    one.release();
    two.release();
    await Promise.all(calls);
  });

  it('leaves a server that is switched off alone', async () => {
    const one = await scriptedServer(json({}));
    const { backends } = await pool([{ kind: 'openai', url: one.url, enabled: false }]);
    expect(backends.views()[0]).toMatchObject({ state: 'off', reason: { code: 'backends.off' } });
    expect(backends.checking()).toBe(false);
    expect(one.calls).toEqual([]);
  });
});

describe('loading and unloading', () => {
  it('is believed when the server lists it, and refused where there is nothing to be done', async () => {
    const one = await server(['a:1b']);
    const { backends } = await pool([{ kind: 'ollama', url: one.url }]);
    expect(backends.views()[0]).toMatchObject({ state: 'cold', loads: true, unloads: true });
    expect(await backends.load(one.url, 'a:1b')).toBeGreaterThanOrEqual(0);
    expect(modelStates(backends)).toEqual(['loaded']);
    expect(backends.stability().state).toBe('ok');
    await backends.unload(one.url, 'a:1b');
    expect(modelStates(backends)).toEqual(['cold']);
    expect(backends.stability()).toMatchObject({ state: 'degraded', reason: 'backend_cold' });
    await expect(backends.load(one.url, 'gone')).rejects.toMatchObject({ code: 'backends.unknown-model' });
    await expect(backends.load('http://elsewhere', 'a:1b')).rejects.toMatchObject({ code: 'backends.unknown-model' });
  });

  it('fails with the reason where the server takes the order and does not follow it', async () => {
    const still = routes({
      '/api/version': json({ version: '1.0' }),
      '/api/tags': json({ models: [{ name: 'a:1b' }] }),
      '/api/ps': json({ models: [{ name: 'a:1b' }] }),
      '/api/generate': json({ done: true }),
    });
    const stubborn = await scriptedServer(still);
    const { backends, clock } = await pool([{ kind: 'ollama', url: stubborn.url }]);
    let over = false;
    const unloading = backends
      .unload(stubborn.url, 'a:1b')
      .catch((error: unknown) => error)
      .finally(() => {
        over = true;
      });
    await until('the order', () => stubborn.calls.some(({ path }) => path === '/api/generate'));
    const asked = () => stubborn.calls.filter(({ path }) => path === '/api/ps').length;
    // One look at a time: the clock is only turned when the look before has been answered.
    for (let ms = 0; ms < 16_000 && !over; ms += 250) {
      const before = asked();
      await clock.turn(250);
      await until('a look', () => asked() > before || over);
    }
    expect(await unloading).toMatchObject({ code: 'backends.move-timeout' });
  });

  it('is not offered by a server without the means', async () => {
    const one = await server(['a'], { shape: 'openai' });
    const { backends } = await pool([{ kind: 'openai', url: one.url }]);
    expect(backends.views()[0]).toMatchObject({ loads: false, unloads: false });
    await expect(backends.unload(one.url, 'a')).rejects.toMatchObject({ code: 'backends.cant-move' });
  });
});

describe('a model kept warm', () => {
  const warm = { models: [{ model: 'a:1b', keepWarm: true }] };

  it('is loaded before it is needed, to stay', async () => {
    const one = await server(['a:1b', 'b:1b']);
    const { backends } = await pool([{ kind: 'ollama', url: one.url }], warm);
    await until('it to be loaded', () => modelStates(backends).join() === 'loaded,cold');
    const orders = one.requests().filter(({ path }) => path === '/api/generate');
    expect(orders.map(({ body }) => body)).toEqual([{ model: 'a:1b', stream: false, keep_alive: -1 }]);
  });

  it('is left cold while the node takes no work', async () => {
    const one = await server(['a:1b']);
    let awake = false;
    const { backends } = await pool([{ kind: 'ollama', url: one.url }], { ...warm, awake: () => awake });
    await backends.detect();
    expect(one.requests().some(({ path }) => path === '/api/generate')).toBe(false);
    awake = true;
    await backends.detect();
    await until('it to be loaded', () => modelStates(backends).join() === 'loaded');
  });

  it('stays unloaded after somebody unloaded it, until a task uses it', async () => {
    const one = await server(['a:1b']);
    const { backends } = await pool([{ kind: 'ollama', url: one.url }], warm);
    await until('it to be loaded', () => modelStates(backends).join() === 'loaded');
    await backends.unload(one.url, 'a:1b');
    const orders = () => one.requests().filter(({ path }) => path === '/api/generate').length;
    const before = orders();
    await backends.detect();
    await backends.detect();
    expect([orders(), modelStates(backends)]).toEqual([before, ['cold']]);
    // The practice server keeps a model that a task has used for its usual five minutes.
    await backends.infer(one.url, asking('a:1b'));
    await until('it to be seen in memory', () => modelStates(backends).join() === 'loaded');
  });

  it('is not ordered again and again where the server can not load it', async () => {
    const one = await server(['a:1b']);
    const clock = new HandClock();
    one.failNext({ route: '/api/generate', status: 500, times: 100 });
    const { backends } = await pool([{ kind: 'ollama', url: one.url }], { ...warm, clock });
    const orders = () => one.requests().filter(({ path }) => path === '/api/generate').length;
    await until('the first order', () => orders() === 1);
    for (let look = 0; look < 5; look += 1) await backends.detect();
    expect(orders()).toBe(1);
    await until('another order, a while later', async () => {
      await clock.turn(60_000);
      await backends.detect();
      return orders() > 1;
    });
  });

  it('ends its loading when the node stops', async () => {
    const one = await server(['a:1b']);
    one.hold();
    const { backends, clock } = await pool([{ kind: 'ollama', url: one.url }], warm);
    await until('the order', () => one.held() === 1);
    await backends.stop();
    await until('the server to be left alone', () => one.held() === 0);
    expect(clock.timers).toBe(0);
    onTestFinished(() => one.release());
  });
});
