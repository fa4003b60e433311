import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reasonFor } from '../../../../src-i18n/reason.ts';
import { type DetectOptions, detect } from '../../../../src-main/backends/inference/detect.ts';
import type { Place } from '../../../../src-main/backends/inference/places.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { closedPort, json, routes, type Script, scriptedServer } from '../../../suites/scripted-server.ts';
import { server } from '../../../support/backends.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';

const at = (...urls: readonly string[]): Place[] => urls.map((url) => ({ url, source: 'usual' }));

/** Without looking at this computer's other addresses. */
const look = (places: readonly Place[], options: Partial<DetectOptions> = {}) =>
  detect({ clock: systemClock, hosts: new Set() }, { timeoutMs: 5000, ...options, places });

const ollamaOf = (version: string): Readonly<Record<string, Script>> => ({
  '/api/version': json({ version }),
  '/api/tags': json({ models: [{ name: 'a:1b' }] }),
  '/v1/models': json({ object: 'list', data: [{ id: 'a:1b', owned_by: 'library' }] }),
});

/** Two servers on one port, of IPv4 and IPv6. Undefined where there is no IPv6. */
async function pair(first: Script, second: Script) {
  const four = await scriptedServer(first);
  const six = await scriptedServer(second, '::1', Number(new URL(four.url).port)).catch(() => undefined);
  return six && ([four.url, six.url] as const);
}

describe('detect', () => {
  it('names every make as the practice servers play it, and keeps what each address answered', async () => {
    const shapes = ['ollama', 'lmstudio', 'llamacpp', 'vllm', 'meshllm', 'openai'] as const;
    const servers = await Promise.all(shapes.map((shape) => server(['a:1b'], { shape })));
    const urls = servers.map(({ url }) => url);
    const closed = await closedPort();
    const { backends, tried } = await look(at(...urls, closed));
    expect(backends.map(({ url, kind, models }) => [url, kind, models])).toEqual(
      shapes.map((kind, index) => [urls[index], kind, ['a:1b']]),
    );
    expect(tried.map(({ verdict }) => verdict)).toEqual([...shapes, 'nothing']);
    expect(tried[0]).toEqual({
      url: urls[0],
      source: 'usual',
      verdict: 'ollama',
      why: [reasonFor('probe.ollama')],
      answers: [
        { path: '/v1/models', status: 200, shows: reasonFor('answer.openai-list', { count: 1 }) },
        { path: '/api/version', status: 200, shows: reasonFor('answer.ollama-version') },
        { path: '/props', status: 404, shows: reasonFor('answer.nothing-of-the-kind') },
        { path: '/api/v1/models', status: 404, shows: reasonFor('answer.nothing-of-the-kind') },
        { path: '/api/tags', status: 200, shows: reasonFor('answer.ollama-list', { count: 1 }) },
      ],
      version: expect.stringMatching(/^\d/),
      models: ['a:1b'],
      warnings: [],
      took: expect.any(Number),
    });
    expect(tried.at(-1)!.answers).toEqual([
      { path: '/v1/models', status: null, shows: reasonFor('answer.refused') },
      { path: '/api/version', status: null, shows: reasonFor('answer.refused') },
    ]);
  });

  it('is not taken in by imitation and headers', async () => {
    const imitators = await Promise.all([
      server(['a:1b'], { shape: 'lmstudio', imitates: 'ollama' }),
      server(['a:1b'], { shape: 'llamacpp', imitates: 'ollama' }),
      server(['a:1b'], { shape: 'openai', headers: { server: 'uvicorn' } }),
    ]);
    const { backends } = await look(at(...imitators.map(({ url }) => url)));
    expect(backends.map(({ kind }) => kind)).toEqual(['lmstudio', 'llamacpp', 'openai']);
  });

  it('takes the paths of an address, and asks nothing above them', async () => {
    const runner = await scriptedServer(
      routes({ '/engines/v1/models': json({ data: [{ id: 'a', owned_by: 'docker' }] }) }),
    );
    const { backends, tried } = await look(at(`${runner.url}/engines`));
    expect(backends).toMatchObject([{ kind: 'openai', models: ['a'], url: `${runner.url}/engines` }]);
    expect(tried[0]!.why).toEqual([reasonFor('probe.other-make', { make: 'Docker Model Runner' })]);
    expect(runner.calls.every(({ path }) => path.startsWith('/engines/'))).toBe(true);
  });

  it('counts a server on both loopback addresses once, and two servers on different ports twice', async () => {
    const script = routes(ollamaOf('0.12.6'));
    // Where there is no IPv6, the name localhost is the other address.
    const first = await scriptedServer(script);
    const { port } = new URL(first.url);
    const sixth = await scriptedServer(script, '::1', Number(port)).catch(() => undefined);
    const again = sixth?.url ?? `http://localhost:${port}`;
    const other = await scriptedServer(script);
    const { backends, tried } = await look(at(first.url, again, other.url));
    expect(backends.map(({ url, alsoAt, warnings }) => [url, alsoAt, warnings])).toEqual([
      [first.url, [again], []],
      [other.url, [], []],
    ]);
    expect(tried.map(({ verdict }) => verdict)).toEqual(['ollama', 'same', 'ollama']);
    expect(tried[1]!.why).toEqual([reasonFor('probe.same', { url: first.url })]);
  });

  it('tells two servers on one port apart, keeps both, and says which they are', async (context) => {
    const urls = await pair(routes(ollamaOf('0.12.6')), routes(ollamaOf('0.11.0')));
    if (!urls) return context.skip('there is no IPv6');
    const { port } = new URL(urls[0]);
    const { backends, tried } = await look(at(...urls));
    expect(backends.map(({ url, kind, version }) => [url, kind, version])).toEqual([
      [urls[0], 'ollama', '0.12.6'],
      [urls[1], 'ollama', '0.11.0'],
    ]);
    for (const { warnings } of tried) {
      expect(warnings).toEqual([
        reasonFor('backends.two-on-one-port', {
          port,
          servers: `Ollama 0.12.6 (${urls[0]}), Ollama 0.11.0 (${urls[1]})`,
        }),
      ]);
    }
  });

  it('does not ask which of two is meant where the user has named one', async (context) => {
    const urls = await pair(routes(ollamaOf('0.12.6')), routes(ollamaOf('0.11.0')));
    if (!urls) return context.skip('there is no IPv6');
    const { backends } = await look([{ url: urls[1], source: 'user', kind: 'ollama' }, ...at(...urls)]);
    expect(backends.map(({ url, set, warnings }) => [url, set, warnings])).toEqual([
      [urls[1], true, []],
      [urls[0], false, []],
    ]);
  });

  it('leaves alone what is only listed, and says why', async () => {
    const elsewhere = await scriptedServer(routes(ollamaOf('0.12.6')));
    const skip = reasonFor('probe.elsewhere');
    const { backends, tried } = await look([{ url: elsewhere.url, source: 'ollama-host', skip }]);
    expect([backends, elsewhere.connections()]).toEqual([[], 0]);
    expect(tried).toMatchObject([{ verdict: 'skipped', why: [skip], answers: [] }]);
  });

  it('asks the user’s servers with their key, and says when it does not fit', async () => {
    const keyed = await server(['a'], { shape: 'openai', apiKey: 'sk-1' });
    const one = (apiKey?: string) => look([{ url: keyed.url, source: 'user', kind: 'openai', apiKey }]);
    expect((await one('sk-1')).backends).toMatchObject([{ kind: 'openai', set: true }]);
    const without = (await one()).tried[0]!;
    expect([without.verdict, without.why]).toEqual(['denied', [reasonFor('probe.key-wanted')]]);
    const wrong = (await one('sk-2')).tried[0]!;
    expect([wrong.verdict, wrong.why]).toEqual(['denied', [reasonFor('probe.key-refused')]]);
    expect(JSON.stringify([without, wrong])).not.toContain('sk-');
  });

  it('says when a server is not of the kind that the settings say', async () => {
    const one = await server(['a'], { shape: 'llamacpp' });
    const why = async (kind: 'vllm' | 'openai' | 'llamacpp') => {
      return (await look([{ url: one.url, source: 'user', kind }])).tried[0]!.why;
    };
    const plain = [reasonFor('probe.llamacpp')];
    expect([await why('llamacpp'), await why('openai')]).toEqual([plain, plain]);
    expect(await why('vllm')).toEqual([...plain, reasonFor('probe.set-otherwise', { make: 'vLLM' })]);
  });

  it('waits half a second for what says nothing, all addresses at once, then once more with patience, and hangs up', async () => {
    const clock = new HandClock();
    const silent = await Promise.all([0, 1, 2].map(() => scriptedServer(() => {})));
    const looking = detect({ clock }, { places: at(...silent.map(({ url }) => url)) });
    await until('all to be asked', () => silent.every(({ calls }) => calls.length === 2));
    await clock.turn(500);
    await until('all to be asked again', () => silent.every(({ calls }) => calls.length === 4));
    await clock.turn(2000);
    expect((await looking).tried.map(({ verdict }) => verdict)).toEqual(['silent', 'silent', 'silent']);
    expect(clock.timers).toBe(0);
    await until('the servers to see it', () => silent.every((each) => each.open() === 0));
  });

  it('finds a server on a busy computer, which was too late for the first look', async () => {
    const clock = new HandClock();
    const held: (() => void)[] = [];
    const answers = routes(ollamaOf('0.12.6'));
    const busy = await scriptedServer((res, call) => {
      if (held.length === 2) answers(res, call);
      else held.push(() => answers(res, call));
    });
    const looking = detect({ clock }, { places: at(busy.url) });
    await until('it to be asked', () => held.length === 2);
    await clock.turn(500);
    expect((await looking).backends).toMatchObject([{ kind: 'ollama', url: busy.url }]);
  });

  it('does not wait a second time for what said nothing the last time', async () => {
    const clock = new HandClock();
    const silent = await scriptedServer(() => {});
    const looking = detect({ clock }, { places: at(silent.url), silent: new Set([silent.url]) });
    await until('it to be asked', () => silent.calls.length === 2);
    await clock.turn(500);
    expect((await looking).tried.map(({ verdict }) => verdict)).toEqual(['silent']);
    expect([silent.calls.length, clock.timers]).toEqual([2, 0]);
  });

  it('comes to an end whatever is out there', async () => {
    const drip = await scriptedServer((res) => void res.write(' '));
    const slow = await scriptedServer((res, call) => {
      if (call.path === '/v1/models') json({ data: [{ id: 'a' }] })(res, call);
    });
    const endless = await scriptedServer((res) => {
      const more = () => void (res.destroyed || res.write(' '.repeat(1024 * 1024), more));
      more();
    });
    const mail = createServer((socket) => {
      socket
        .on('error', () => {})
        .resume()
        .write('220 mail\r\n');
    });
    const deaf = createServer((socket) => void socket.on('error', () => {}).resume());
    const abrupt = createServer((socket) => void socket.on('error', () => {}).destroy());
    for (const each of [mail, deaf, abrupt]) {
      await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void each.close());
    }
    const open = (each: typeof mail) => `http://127.0.0.1:${(each.address() as AddressInfo).port}`;
    const urls = [
      drip.url,
      slow.url,
      endless.url,
      open(mail),
      open(deaf),
      open(abrupt),
      await closedPort(),
      'no address',
    ];
    // As if they had been waited for before: their patience would be two seconds more of this test.
    const silent = new Set(urls);
    const { backends, tried } = await detect({ clock: systemClock }, { places: at(...urls), silent });
    expect(backends).toEqual([]);
    expect(tried.map(({ verdict }) => verdict)).toEqual([
      'silent',
      'silent',
      'other',
      'other',
      'silent',
      'other',
      'nothing',
      'nothing',
    ]);
  });

  it('ends when it is told to', async () => {
    const silent = await scriptedServer(() => {});
    const stop = new AbortController();
    const looking = detect({ clock: new HandClock() }, { places: at(silent.url), signal: stop.signal });
    await until('it to be asked', () => silent.calls.length === 2);
    stop.abort();
    expect((await looking).backends).toEqual([]);
  });
});
