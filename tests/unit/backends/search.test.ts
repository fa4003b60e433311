import { describe, expect, it } from 'vitest';
import type { DetectedBackend, Detection } from '../../../src-main/backends/inference/detect.ts';
import type { Place } from '../../../src-main/backends/inference/places.ts';
import { remember, Search, type Wanted } from '../../../src-main/backends/search.ts';
import type { ProbeView, Verdict } from '../../../src-preload/contract/backends.ts';
import type { InferenceBackendSetting } from '../../../src-preload/contract/settings/backends.ts';
import { json, routes, scriptedServer } from '../../suites/scripted-server.ts';
import { ids, pool, server } from '../../support/backends.ts';
import { HandClock } from '../../support/clock.ts';
import { until } from '../../support/wait.ts';

const HERE = 'http://127.0.0.1:11434';
const SIX = 'http://[::1]:11434';

const backend = (url: string, more: Partial<DetectedBackend> = {}): DetectedBackend => {
  return { url, kind: 'ollama', version: null, models: [], ...more };
};
const probe = (url: string, verdict: Verdict = 'ollama'): ProbeView => {
  return { url, source: 'usual', verdict, why: [], answers: [], version: null, models: [], warnings: [], took: 1 };
};
const shown = (...backends: DetectedBackend[]): Detection => ({ backends, tried: [] });

describe('what is known of servers found', () => {
  const known = (url: string, kind: DetectedBackend['kind'] = 'ollama'): Wanted => {
    return { kind, url, origin: 'found', enabled: true };
  };
  const up = () => true;
  const down = () => false;

  it.each<[string, Wanted[], Detection, () => boolean, Wanted[]]>([
    [
      'grows',
      [known(HERE)],
      shown(backend(HERE), backend('http://127.0.0.1:1')),
      up,
      [known(HERE), known('http://127.0.0.1:1')],
    ],
    ['stays when it is gone', [known(HERE)], shown(), down, [known(HERE)]],
    ['changes its kind', [known(HERE)], shown(backend(HERE, { kind: 'llamacpp' })), up, [known(HERE, 'llamacpp')]],
    ['keeps the address in use', [known(SIX)], shown(backend(HERE, { alsoAt: [SIX] })), up, [known(SIX)]],
    ['moves to the address that answers', [known(SIX)], shown(backend(HERE)), down, [known(HERE)]],
    ['keeps two on one port', [known(SIX)], shown(backend(HERE), backend(SIX)), up, [known(SIX), known(HERE)]],
    ['leaves out the user’s', [], shown(backend(HERE, { set: true })), up, []],
    [
      'gives up what the user has named since, under whatever name',
      [known(HERE), known('http://127.0.0.1:1')],
      shown(backend('http://192.168.1.5:11434', { set: true, alsoAt: [HERE] })),
      up,
      [known('http://127.0.0.1:1')],
    ],
  ])('%s', (_, before, detection, isUp, after) => {
    expect(remember(before, detection, isUp)).toEqual(after);
  });
});

describe('Search', () => {
  function search(list: InferenceBackendSetting[]) {
    const looks: (readonly Place[])[] = [];
    const clock = new HandClock();
    const deps = {
      clock,
      settings: { inference: () => list, keyFor: (url: string) => (url === 'http://attic.lan:1' ? 'sk-1' : undefined) },
      detect: async (places: readonly Place[]) => {
        looks.push(places);
        await clock.turn(7);
        return { backends: [], tried: places.map(({ url }) => probe(url)) };
      },
    };
    return { looks, search: new Search(deps, [HERE]), signal: new AbortController().signal };
  }

  it('looks at the user’s servers first, with kind and key, and never asks Anthropic what it is', async () => {
    const {
      looks,
      search: one,
      signal,
    } = search([
      { kind: 'vllm', url: 'http://attic.lan:1' },
      { kind: 'anthropic', url: 'https://api.anthropic.com' },
    ]);
    expect(one.last).toBe(null);
    await one.look(false, signal);
    expect(looks).toEqual([
      [
        { url: 'http://attic.lan:1', kind: 'vllm', source: 'user', apiKey: 'sk-1' },
        { url: HERE, source: 'usual' },
      ],
    ]);
    expect(one.last).toEqual({ at: 1_700_000_000_000, took: 7, tried: [probe('http://attic.lan:1'), probe(HERE)] });
  });

  it('goes to the user’s servers elsewhere once, and again when somebody asks; the evidence stays', async () => {
    const {
      looks,
      search: one,
      signal,
    } = search([
      { kind: 'openai', url: 'http://attic.lan:1' },
      { kind: 'openai', url: 'http://localhost:2' },
    ]);
    await one.look(false, signal);
    await one.look(false, signal);
    await one.look(true, signal);
    const all = ['http://attic.lan:1', 'http://localhost:2', HERE];
    expect(looks.map((places) => places.map(({ url }) => url))).toEqual([all, all.slice(1), all]);
    expect(one.last!.tried.map(({ url }) => url)).toEqual(all);
  });

  it('keeps nothing of a look that was broken off', async () => {
    const { search: one } = search([]);
    const stop = new AbortController();
    const looking = one.look(false, stop.signal);
    stop.abort();
    await looking;
    expect(one.last).toBe(null);
  });
});

describe('the servers in use, after a look', () => {
  it('tell their warnings, until a look finds them well', async () => {
    const one = await server(['a']);
    const warning = { code: 'backends.exposed', message: 'Others can use it.' };
    let warnings = [warning];
    const { backends, clock } = await pool([{ kind: 'ollama', url: 'http://localhost:9' }], {
      autoDetect: true,
      detect: async () => {
        const found = backend('http://[::1]:1', { alsoAt: [one.url], warnings });
        return { backends: [found], tried: [probe(one.url), probe('http://[::1]:1')] };
      },
    });
    const told = () => backends.views().map((view) => view.warnings);
    expect(told()).toEqual([[], [warning]]);
    warnings = [];
    await backends.detect();
    expect(told()).toEqual([[], []]);
    expect(backends.tried?.tried.map(({ url }) => url)).toEqual([one.url, 'http://[::1]:1']);
    await backends.stop();
    expect(clock.timers).toBe(0);
  });

  it('are both used when two share a port, until the user names one', async (context) => {
    const ollamaOf = (version: string, model: string) =>
      routes({
        '/api/version': json({ version }),
        '/api/tags': json({ models: [{ name: model }] }),
        '/api/ps': json({ models: [{ name: model }] }),
        '/v1/models': json({ data: [{ id: model }] }),
      });
    const four = await scriptedServer(ollamaOf('0.12.6', 'a:1b'));
    const { port } = new URL(four.url);
    const six = await scriptedServer(ollamaOf('0.11.0', 'b:1b'), '::1', Number(port)).catch(() => undefined);
    if (!six) return context.skip('there is no IPv6');
    const { backends, settings } = await pool([], { autoDetect: true, candidates: [four.url, six.url] });
    expect(backends.views().map(({ url, warnings }) => [url, warnings[0]?.code])).toEqual([
      [four.url, 'backends.two-on-one-port'],
      [six.url, 'backends.two-on-one-port'],
    ]);
    expect(ids(backends)).toEqual(['a:1b', 'b:1b']);
    settings.set([{ kind: 'ollama', url: six.url }]);
    await until('the other to be left', () => ids(backends).join() === 'b:1b');
    expect(backends.views().map(({ url, origin }) => [url, origin])).toEqual([[six.url, 'set']]);
  });
});
