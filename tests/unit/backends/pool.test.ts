import { describe, expect, it, onTestFinished } from 'vitest';
import { Backends } from '../../../src-main/backends/pool.ts';
import type { InferenceBackendSetting } from '../../../src-preload/contract/settings/backends.ts';
import { json, routes, scriptedServer } from '../../suites/scripted-server.ts';
import { asking, chosen, depsOf, finding, ids, pool, server, settingsOf, states } from '../../support/backends.ts';
import { HandClock } from '../../support/clock.ts';
import { until } from '../../support/wait.ts';

describe('Backends', () => {
  it('starts at once, however slow the servers are, and shows them as being checked', async () => {
    const silent = await scriptedServer(() => {});
    const settings = settingsOf([{ kind: 'openai', url: silent.url }]);
    const clock = new HandClock();
    const backends = new Backends({ ...depsOf(clock), settings }, { autoDetect: false });
    await backends.start();
    expect(backends.views()).toEqual([
      {
        id: silent.url,
        kind: 'openai',
        url: silent.url,
        origin: 'set',
        state: 'checking',
        reason: null,
        lost: null,
        warnings: [],
        version: null,
        models: [],
        loads: false,
        unloads: false,
        checkedAt: null,
        running: 0,
        most: null,
        budget: null,
      },
    ]);
    await until('it to be asked', () => silent.calls.length === 1);
    await backends.stop();
    expect({ timers: clock.timers, listeners: settings.listeners.size }).toEqual({ timers: 0, listeners: 0 });
    await until('the server to see it', () => silent.open() === 0);
  });

  it('offers the models of all usable servers in order, each once, those a setting names only', async () => {
    const [one, two] = [await server(['a:1b', 'b:1b']), await server(['c:latest', 'a:1b', 'd:1b'])];
    const { backends } = await pool([
      { kind: 'ollama', url: one.url },
      { kind: 'ollama', url: `${two.url}/`, models: ['c', 'a:1b', 'not there'] },
    ]);
    expect(ids(backends)).toEqual(['a:1b', 'b:1b', 'c:latest']);
    expect(backends.views()[1]!.models.map(({ id, offered }) => [id, offered])).toEqual([
      ['c:latest', true],
      ['a:1b', true],
      ['d:1b', false],
    ]);
    expect(backends.kinds()).toEqual(['ollama']);
  });

  it('chooses by exact name, or without Ollama’s :latest', async () => {
    const one = await server(['a:latest', 'a:1b']);
    const two = await server(['x:latest', 'y'], { shape: 'openai' });
    const { backends } = await pool([
      { kind: 'ollama', url: one.url },
      { kind: 'openai', url: two.url },
    ]);
    const named = (model?: string) => chosen(backends, model)?.model;
    expect(['a', 'a:latest', 'a:1b', 'y', 'x:latest'].map(named)).toEqual([
      'a:latest',
      'a:latest',
      'a:1b',
      'y',
      'x:latest',
    ]);
    expect(['x', 'y:latest', 'A', '', 'a:', 'z'].map(named)).toEqual(Array(6).fill(undefined));
    expect(['a:latest', 'x:latest']).toContain(named());
    expect(backends.kinds()).toEqual(['ollama', 'openai']);
  });

  it('gives work to the server with the fewest running, and counts what runs', async () => {
    const [one, two] = [await server(['a:1b']), await server(['a:1b'])];
    const { backends } = await pool([
      { kind: 'ollama', url: one.url },
      { kind: 'ollama', url: two.url },
    ]);
    let changes = 0;
    const count = () => {
      changes += 1;
    };
    onTestFinished(backends.onChange(count));
    one.hold();
    two.hold();
    const calls = [];
    for (let i = 0; i < 4; i++) calls.push(backends.infer(chosen(backends, 'a:1b')!.backend.id, asking('a:1b')));
    expect(backends.views().map(({ running }) => running)).toEqual([2, 2]);
    expect(changes).toBe(4);
    one.release();
    two.release();
    expect((await Promise.all(calls)).map(({ kind }) => kind)).toEqual(Array(4).fill('done'));
    expect(backends.views().map(({ running }) => running)).toEqual([0, 0]);
  });

  it('announces real changes only', async () => {
    const one = await server(['a:1b']);
    const { backends } = await pool([{ kind: 'ollama', url: one.url }]);
    const seen: string[][] = [];
    onTestFinished(backends.onChange(() => seen.push(ids(backends))));
    await backends.detect();
    await backends.detect();
    expect(seen).toEqual([]);
    one.setModels(['a:1b', 'b:1b']);
    await backends.detect();
    expect(seen).toEqual([['a:1b', 'b:1b']]);
  });

  it('looks again by itself, and notices a server that comes back', async () => {
    const one = await server(['a:1b']);
    const { backends, clock } = await pool([{ kind: 'ollama', url: one.url }]);
    one.failNext({ route: '/api/tags', status: 500 });
    await clock.turn(15_000);
    await until('it to be failing', () => states(backends)[0] === 'failing');
    expect(ids(backends)).toEqual([]);
    expect(chosen(backends, 'a:1b')).toBeUndefined();
    await clock.turn(2000);
    await until('it to be back', () => backends.offered().length === 1);
  });

  it('does not offer a server that was not reached until a look finds it well, and looks at once', async () => {
    const one = await server(['a:1b']);
    const { backends } = await pool([{ kind: 'ollama', url: one.url }]);
    const offered: (readonly string[])[] = [];
    onTestFinished(backends.onChange(() => offered.push(ids(backends))));
    one.failNext({ cut: true });
    expect(await backends.infer(one.url, asking('a:1b'))).toEqual({ kind: 'failed', code: 'lost' });
    expect(backends.views()[0]).toMatchObject({ state: 'not-found', reason: { code: 'backends.lost' } });
    // Since when, and how many tasks came back for it.
    expect(backends.views()[0]!.lost).toEqual({ since: expect.any(Number), returned: 1 });
    expect(ids(backends)).toEqual([]);
    // The clock stands still: only the look that the failure caused can bring it back.
    await until('it to be offered again', () => backends.offered().length === 1);
    expect(backends.views()[0]!.lost).toBeNull();
    expect(offered).toContainEqual([]);
  });

  it('looks again when the server says that it does not know a model', async () => {
    const one = await server(['a:1b', 'b:1b']);
    const { backends } = await pool([{ kind: 'ollama', url: one.url }]);
    one.setModels(['b:1b']);
    expect(await backends.infer(one.url, asking('a:1b'))).toEqual({ kind: 'refused', code: 'unknown-model' });
    await until('the model to be gone', () => ids(backends).join() === 'b:1b');
  });

  it('answers for a server that is no longer there', async () => {
    const { backends } = await pool([]);
    expect(chosen(backends, 'a')).toBeUndefined();
    expect(chosen(backends)).toBeUndefined();
    expect(await backends.infer('http://gone', asking('a'))).toEqual({ kind: 'failed', code: 'unreachable' });
  });

  it('on stopping ends running calls and leaves nothing behind; and can start again', async () => {
    const one = await server(['a:1b']);
    const { backends, clock, settings } = await pool([{ kind: 'ollama', url: one.url }]);
    one.hold();
    const running = backends.infer(one.url, asking('a:1b'));
    await until('it to arrive', () => one.held() === 1);
    await backends.stop();
    await backends.stop();
    expect(await running).toEqual({ kind: 'aborted' });
    await until('the server to see it', () => one.held() === 0);
    expect(backends.views()).toEqual([]);
    expect(ids(backends)).toEqual([]);
    expect({ timers: clock.timers, listeners: settings.listeners.size }).toEqual({ timers: 0, listeners: 0 });
    await backends.start();
    await backends.start();
    await backends.detect();
    expect(ids(backends)).toEqual(['a:1b']);
  });
});

describe('a change of settings', () => {
  it('adds and removes servers, keeps the unchanged and their order', async () => {
    const [one, two, three] = [await server(['a']), await server(['b']), await server(['c'])];
    const of = ({ url }: { url: string }): InferenceBackendSetting => ({ kind: 'ollama', url });
    const { backends, settings } = await pool([of(one), of(two)]);
    const kept = chosen(backends, 'b')!.backend;
    settings.set([of(three), of(two)]);
    await until('the new one to be known', () => ids(backends).includes('c'));
    expect(ids(backends)).toEqual(['c', 'b']);
    expect(chosen(backends, 'b')!.backend).toBe(kept);
    expect(chosen(backends, 'a')).toBeUndefined();
  });

  it('lets calls finish at a server that was removed', async () => {
    const one = await server(['a']);
    const { backends, settings, clock } = await pool([{ kind: 'ollama', url: one.url }]);
    one.hold();
    const running = backends.infer(one.url, asking('a'));
    await until('it to arrive', () => one.held() === 1);
    settings.set([]);
    expect(backends.views()).toEqual([]);
    one.release();
    expect((await running).kind).toBe('done');
    expect(clock.timers).toBe(0);
  });

  it('uses a new key, and gives it to the server it is for only', async () => {
    const one = await server(['a'], { shape: 'openai', apiKey: 'sk-1' });
    const two = await scriptedServer(routes({ '/v1/models': json({ data: [{ id: 'b' }] }) }));
    const list: InferenceBackendSetting[] = [
      { kind: 'openai', url: `${one.url}/v1` },
      { kind: 'openai', url: two.url },
    ];
    const { backends, settings } = await pool(list);
    expect(states(backends)).toEqual(['failing', 'ready']);
    settings.keys.set(`${one.url}/v1`, 'sk-1');
    settings.set(list);
    await until('the key to fit', () => states(backends)[0] === 'ready');
    expect(two.calls.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(JSON.stringify(backends.views())).not.toContain('sk-1');
  });

  it('shows a server named twice once', async () => {
    const one = await server(['a']);
    const { backends } = await pool([
      { kind: 'ollama', url: one.url },
      { kind: 'openai', url: `${one.url}/v1` },
    ]);
    expect(backends.views().map(({ kind, url }) => [kind, url])).toEqual([['ollama', one.url]]);
  });
});

describe('servers found by looking', () => {
  it('are used beside those of the user, whose word about an address counts more', async () => {
    const [mine, found] = [await server(['a', 'b']), await server(['c'])];
    const named = mine.url.replace('127.0.0.1', 'localhost');
    const detect = finding(() => [mine, found].map(({ url }) => ({ url, kind: 'ollama' as const })));
    const { backends } = await pool([{ kind: 'ollama', url: named, models: ['b'] }], { autoDetect: true, detect });
    expect(backends.views().map(({ url, origin }) => [url, origin])).toEqual([
      [named, 'set'],
      [found.url, 'found'],
    ]);
    expect(ids(backends)).toEqual(['b', 'c']);
  });

  it('stay in the list when they stop answering, and are looked for again by and by', async () => {
    const one = await server(['a']);
    const found: { url: string; kind: 'ollama' }[] = [];
    let looks = 0;
    const detect = finding(() => {
      looks += 1;
      return found;
    });
    const { backends, clock } = await pool([], { autoDetect: true, detect });
    expect(backends.views()).toEqual([]);
    found.push({ url: one.url, kind: 'ollama' });
    await clock.turn(15_000);
    await until('it to be found', () => backends.offered().length === 1);
    found.pop();
    await one.stop();
    const before = looks;
    await clock.turn(60_000);
    await until('it to be missed', () => states(backends)[0] === 'not-found');
    await until('another look', () => looks > before);
  });

  it('give way to another kind of server at the same address', async () => {
    const one = await server(['a']);
    let kind: 'ollama' | 'openai' = 'ollama';
    const { backends } = await pool([], { autoDetect: true, detect: finding(() => [{ url: one.url, kind }]) });
    kind = 'openai';
    await backends.detect();
    expect(backends.views().map((view) => [view.kind, view.state])).toEqual([['openai', 'ready']]);
  });

  it('are recognised at the addresses given', async () => {
    const one = await server(['a']);
    const { backends } = await pool([], { autoDetect: true, candidates: [one.url] });
    expect(backends.views()).toMatchObject([{ kind: 'ollama', origin: 'found', models: [{ id: 'a', offered: true }] }]);
  });

  it('are not looked for where that is off', async () => {
    let looks = 0;
    const detect = finding(() => {
      looks += 1;
      return [];
    });
    const { backends, clock } = await pool([], { autoDetect: false, detect });
    await backends.detect();
    await clock.turn(120_000);
    expect(looks).toBe(0);
  });

  it('offer a kind of work to nobody while it is refused, and keep a model that can do another', async () => {
    const one = await server(['a', 'nomic-embed-text']);
    const { backends, settings } = await pool([{ kind: 'ollama', url: one.url }]);
    let offers = 0;
    backends.onOffer(() => {
      offers += 1;
    });
    settings.refuse('llm:chat', 'llm:embedding');
    expect(backends.offered()).toEqual([{ id: 'a', tasks: ['llm:completion'] }]);
    expect([backends.choose('llm:chat', 'a'), backends.choose('llm:embedding')]).toEqual([
      { kind: 'refused' },
      { kind: 'refused' },
    ]);
    expect(backends.choose('llm:completion', 'a').kind).toBe('chosen');
    settings.refuse();
    expect(chosen(backends, 'a')).toBeDefined();
    expect([ids(backends), offers]).toEqual([['a', 'nomic-embed-text'], 2]);
  });
});
