import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { detect, placeOf, usualAddresses } from '../../../../src-main/backends/inference/detect.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { startModelServer } from '../../../../src-main/practice/model-server.ts';
import { closedPort, json, routes, type Script, scriptedServer } from '../../../suites/scripted-server.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';

const look = (...candidates: string[]) => detect({ clock: systemClock }, { candidates, timeoutMs: 5000 });

const OLLAMA: Readonly<Record<string, Script>> = {
  '/api/version': json({ version: '0.12.6' }),
  '/api/tags': json({ models: [{ name: 'a:1b' }] }),
  '/v1/models': json({ object: 'list', data: [{ id: 'a:1b' }] }),
};

async function verdict(script: Script) {
  const { url } = await scriptedServer(script);
  const { backends, tried } = await look(url);
  return { kind: backends[0]?.kind, verdict: tried[0]!.verdict };
}

describe('detect', () => {
  it('tells Ollama and OpenAI-compatible servers apart, and keeps a verdict for every address', async () => {
    const ollama = await startModelServer({ clock: systemClock }, { shape: 'ollama', models: ['a:1b'] });
    const openai = await startModelServer({ clock: systemClock }, { shape: 'openai', models: ['b'] });
    onTestFinished(async () => {
      await ollama.stop();
      await openai.stop();
    });
    const closed = await closedPort();
    const { backends, tried } = await look(openai.url, closed, ollama.url);
    expect(backends).toEqual([
      { url: openai.url, kind: 'openai', version: null, models: ['b'] },
      { url: ollama.url, kind: 'ollama', version: expect.stringMatching(/^\d/), models: ['a:1b'] },
    ]);
    expect(tried).toEqual([
      { url: openai.url, verdict: 'openai' },
      { url: closed, verdict: 'nothing' },
      { url: ollama.url, verdict: 'ollama' },
    ]);
  });

  it('knows LM Studio, which answers 200 with an error to paths it does not have', async () => {
    const lost = json({ error: 'Unexpected endpoint or method. (GET /api/version)' });
    const lmStudio: Script = (res, call) =>
      (call.path === '/v1/models' ? json({ data: [{ id: 'qwen' }], object: 'list' }) : lost)(res, call);
    expect(await verdict(lmStudio)).toEqual({ kind: 'openai', verdict: 'openai' });
    expect(await verdict(lost)).toEqual({ kind: undefined, verdict: 'other' });
  });

  it('knows llama.cpp’s server although it imitates Ollama', async () => {
    const props = json({ default_generation_settings: {}, total_slots: 4, build_info: 'b5000' });
    expect(await verdict(routes({ ...OLLAMA, '/props': props }))).toEqual({ kind: 'openai', verdict: 'openai' });
    expect(await verdict(routes(OLLAMA))).toEqual({ kind: 'ollama', verdict: 'ollama' });
  });

  it.each<[string, Script, string]>([
    ['a web page', (res) => void res.end('<html>hello</html>'), 'other'],
    ['any JSON', json({ hello: 'world' }), 'other'],
    ['lists of something else', json({ version: '1.0', models: [{ id: 1 }], data: ['x'] }), 'other'],
    ['a version but no list of models', routes({ '/api/version': json({ version: '1.0' }) }), 'other'],
    ['what wants a key', json({ error: 'key' }, 401), 'denied'],
    ['an error', json({}, 500), 'other'],
    ['a redirect', (res) => void res.writeHead(302, { location: '/login' }).end(), 'other'],
  ])('does not take %s for a model server', async (_, script, expected) => {
    expect(await verdict(script)).toEqual({ kind: undefined, verdict: expected });
  });

  it('finds a server without models', async () => {
    expect(await verdict(json({ object: 'list', data: [] }))).toEqual({ kind: 'openai', verdict: 'openai' });
  });

  it('counts a server on both loopback addresses once, and two servers on different ports twice', async () => {
    const first = await scriptedServer(routes(OLLAMA));
    const { port } = new URL(first.url);
    const sixth = await scriptedServer(routes(OLLAMA), '::1', Number(port)).catch(() => undefined);
    const other = await scriptedServer(routes(OLLAMA));
    // Where there is no IPv6, the name localhost is the other address.
    const again = sixth?.url ?? `http://localhost:${port}`;
    const { backends, tried } = await look(first.url, again, other.url);
    expect(backends.map(({ url }) => url)).toEqual([first.url, other.url]);
    expect(tried.map((each) => each.verdict)).toEqual(['ollama', 'same', 'ollama']);
  });

  it('waits half a second for what says nothing, all addresses at once, and hangs up', async () => {
    const clock = new HandClock();
    const silent = await Promise.all([0, 1, 2].map(() => scriptedServer(() => {})));
    const looking = detect({ clock }, { candidates: silent.map(({ url }) => url) });
    await until('all to be asked', () => silent.every(({ calls }) => calls.length === 2));
    await clock.turn(500);
    expect((await looking).tried.map((each) => each.verdict)).toEqual(['silent', 'silent', 'silent']);
    expect(clock.timers).toBe(0);
    await until('the servers to see it', () => silent.every((server) => server.open() === 0));
  });

  it('is through in time whatever is out there', async () => {
    const drip = await scriptedServer((res) => void res.write(' '));
    const mail = createServer(
      (socket) =>
        void socket
          .on('error', () => {})
          .resume()
          .write('220 mail\r\n'),
    );
    const deaf = createServer((socket) => void socket.on('error', () => {}).resume());
    for (const server of [mail, deaf]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
    }
    const at = (server: typeof mail) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const started = performance.now();
    const { backends, tried } = await detect(
      { clock: systemClock },
      { candidates: [drip.url, at(mail), at(deaf), await closedPort(), 'no address'] },
    );
    expect(performance.now() - started).toBeLessThan(1500);
    expect(backends).toEqual([]);
    expect(tried.map((each) => each.verdict)).toEqual(['silent', 'other', 'silent', 'nothing', 'nothing']);
  });

  it('ends when it is told to', async () => {
    const server = await scriptedServer(() => {});
    const stop = new AbortController();
    const looking = detect({ clock: new HandClock() }, { candidates: [server.url], signal: stop.signal });
    await until('it to be asked', () => server.calls.length === 2);
    stop.abort();
    expect((await looking).backends).toEqual([]);
  });
});

describe('usualAddresses', () => {
  const usual = usualAddresses();
  /** What the variable adds in front. */
  const added = (value: string) => usualAddresses(value).slice(0, usualAddresses(value).length - usual.length);

  it('are those of Ollama, LM Studio, vLLM and llama.cpp on both loopback addresses', () => {
    expect(usual).toEqual(
      [11434, 1234, 8000, 8080].flatMap((port) => [`http://127.0.0.1:${port}`, `http://[::1]:${port}`]),
    );
  });

  it.each([
    ['127.0.0.1:4000', ['http://127.0.0.1:4000']],
    ['localhost', ['http://localhost:11434']],
    [':4000', ['http://127.0.0.1:4000']],
    ['0.0.0.0:4000', ['http://127.0.0.1:4000', 'http://[::1]:4000']],
    ['[::]:4000', ['http://127.0.0.1:4000', 'http://[::1]:4000']],
    ['[::1]:4000', ['http://[::1]:4000']],
    ['http://127.0.0.1:4000/', ['http://127.0.0.1:4000']],
    ['http://localhost', ['http://localhost']],
    ['https://localhost', ['https://localhost']],
    ['127.0.0.1:80', ['http://127.0.0.1:80']],
    [' "127.0.0.1:4000" ', ['http://127.0.0.1:4000']],
    ['', []],
    ['192.168.1.5:11434', []],
    ['https://ollama.com', []],
    ['::::', []],
    ['ftp://127.0.0.1', []],
  ])('read OLLAMA_HOST=%s', (value, expected) => {
    expect(added(value)).toEqual(expected);
  });

  it.each(['0.0.0.0', '::', '::1', '127.0.0.1'])('know Ollama’s own port behind OLLAMA_HOST=%s', (value) => {
    expect(usualAddresses(value).toSorted()).toEqual(usual.toSorted());
  });
});

describe('placeOf', () => {
  it('is the same for all names of this computer, and no other', () => {
    const here = ['http://127.0.0.1:80', 'http://localhost', 'http://[::1]/'].map(placeOf);
    expect(new Set(here).size).toBe(1);
    const others = ['http://127.0.0.1:81', 'http://10.0.0.1', 'https://localhost', 'http://localhost/under'].map(
      placeOf,
    );
    expect(new Set([...here, ...others]).size).toBe(5);
  });
});
