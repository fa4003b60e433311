import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../../../src-main/base/run.ts';
import { TUNNELS } from '../../../../src-main/reachability/bounds.ts';
import { type Get, getOnce } from '../../../../src-main/reachability/detect/get.ts';
import { findTunnels, leadsHere } from '../../../../src-main/reachability/detect/tunnels.ts';
import type { HttpProof } from '../../../../src-main/reachability/inbound.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';

const PORT = 9484;
const signal = () => new AbortController().signal;

interface Computer {
  /** By the network. */
  readonly given?: HttpProof['tunnels'];
  /** What programs answer on this computer, by URL. */
  readonly pages?: Readonly<Record<string, unknown>>;
  /** What tailscale says, by its arguments. */
  readonly tailscale?: Readonly<Record<string, unknown>>;
}

const find = ({ given, pages = {}, tailscale = {} }: Computer) => {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const get: Get = async (url) => (url in pages ? { status: 200, text: text(pages[url]) } : undefined);
  const run: Run = async (program, args) => {
    const line = args.join(' ');
    if (program !== 'tailscale' || !(line in tailscale)) return { kind: 'missing' };
    return { kind: 'done', text: text(tailscale[line]) };
  };
  return findTunnels({ clock: new HandClock(), get, run }, PORT, given, signal());
};

const NGROK = 'http://127.0.0.1:4040/api/tunnels';
const ngrok = (url: string, addr: string) => ({
  name: 'x',
  public_url: url,
  proto: 'https',
  config: { addr, inspect: true },
});
const quick = (hostname: string) => ({ 'http://127.0.0.1:20241/quicktunnel': { hostname } });
const named = (...ingress: readonly unknown[]) => ({
  'http://127.0.0.1:20242/config': { version: 3, config: { ingress, 'warp-routing': { enabled: false } } },
});
const FUNNEL = {
  TCP: { 443: { HTTPS: true } },
  Web: { 'den.tail1.ts.net:443': { Handlers: { '/': { Proxy: 'http://127.0.0.1:9484' } } } },
  AllowFunnel: { 'den.tail1.ts.net:443': true },
};
const RUNNING = { 'status --json --peers=false': { BackendState: 'Running', Self: { DNSName: 'den.tail1.ts.net.' } } };
const served = (config: unknown) => ({ ...RUNNING, 'serve status --json': config });

describe('tunnels that are already there', () => {
  it.each<[string, Computer, readonly string[]]>([
    ['none', {}, []],
    ['a given one', { given: ['https://me.example/'] }, ['given https://me.example']],
    ['one with a path', { given: ['https://me.example/node/'] }, ['given https://me.example/node']],
    [
      'the preferred one before others',
      { given: ['https://a.example', 'https://c.example'] },
      ['given https://a.example', 'given https://c.example'],
    ],
    ['one twice', { given: ['https://a.example', 'https://A.example/'] }, ['given https://a.example']],
    ['one that is not sealed', { given: ['http://a.example'] }, []],
    ['one with a name and a password', { given: ['https://u:p@a.example'] }, []],
    ['one that is no URL', { given: ['a.example'] }, []],
    ['none when the user opted out', { given: 'none', pages: quick('a.example') }, []],
    [
      'a quick tunnel',
      { pages: quick('warm-den.trycloudflare.com') },
      ['cloudflared https://warm-den.trycloudflare.com'],
    ],
    ['a cloudflared without a quick tunnel', { pages: quick('') }, []],
    ['a quick tunnel that calls itself oddly', { pages: quick('a.example/x?y') }, []],
    [
      'named tunnels to our port',
      {
        pages: named(
          { hostname: 'a.example', service: 'http://localhost:9484' },
          { hostname: 'b.example', service: 'http://localhost:94840' },
          { hostname: 'c.example', service: 'http://127.0.0.1:9484/', path: '/x' },
          { service: 'http_status:404' },
        ),
      },
      ['cloudflared https://a.example'],
    ],
    [
      'ngrok to our port',
      {
        pages: {
          [NGROK]: {
            tunnels: [
              ngrok('https://x.ngrok.app', 'http://localhost:80'),
              ngrok('https://y.ngrok.app', 'http://localhost:9484'),
            ],
          },
        },
      },
      ['ngrok https://y.ngrok.app'],
    ],
    [
      'ngrok that leads somewhere',
      { pages: { [NGROK]: { tunnels: [ngrok('https://x.ngrok.app', 'den:80')] } } },
      ['ngrok https://x.ngrok.app'],
    ],
    ['ngrok by TCP', { pages: { [NGROK]: { tunnels: [ngrok('tcp://0.tcp.ngrok.io:1', '9484')] } } }, []],
    ['a funnel', { tailscale: served(FUNNEL) }, ['tailscale https://den.tail1.ts.net']],
    [
      'a funnel on another port',
      { tailscale: served(JSON.parse(JSON.stringify(FUNNEL).replaceAll('net:443', 'net:8443'))) },
      ['tailscale https://den.tail1.ts.net:8443'],
    ],
    [
      'a funnel for as long as a program runs',
      { tailscale: served({ Foreground: { a1: FUNNEL } }) },
      ['tailscale https://den.tail1.ts.net'],
    ],
    [
      'what is served to own devices only',
      { tailscale: served({ ...FUNNEL, AllowFunnel: { 'den.tail1.ts.net:443': false } }) },
      [],
    ],
    ['a funnel to another port', { tailscale: served(JSON.parse(JSON.stringify(FUNNEL).replace('9484', '3000'))) }, []],
    [
      'a funnel of a tailscale that is stopped',
      { tailscale: { ...served(FUNNEL), 'status --json --peers=false': { BackendState: 'Stopped' } } },
      [],
    ],
    ['nonsense', { pages: { [NGROK]: 'x', ...named(7) }, tailscale: served('x') }, []],
    [
      'other shapes',
      {
        pages: { [NGROK]: { tunnels: 'x' }, 'http://127.0.0.1:20241/quicktunnel': [] },
        tailscale: served({ AllowFunnel: 7 }),
      },
      [],
    ],
  ])('finds %s', async (_, computer, expected) => {
    expect((await find(computer)).map(({ kind, url }) => `${kind} ${url}`)).toEqual(expected);
  });

  it('takes no more of them than anybody has', async () => {
    const tunnels = Array.from({ length: TUNNELS.found + 1 }, (_, at) => ngrok(`https://${at}.ngrok.app`, '9484'));
    expect(await find({ pages: { [NGROK]: { tunnels } } })).toHaveLength(TUNNELS.found);
  });

  it('waits two seconds for a program that does not answer', async () => {
    const clock = new HandClock();
    const get: Get = (_url, limit) =>
      new Promise((resolve) => limit.addEventListener('abort', () => resolve(undefined)));
    const run: Run = async () => ({ kind: 'missing' });
    const finding = findTunnels({ clock, get, run }, PORT, ['https://a.example'], signal());
    await until('all to be asked', () => clock.timers === 11);
    await clock.turn(2000);
    expect(await finding).toEqual([{ kind: 'given', url: 'https://a.example' }]);
    expect(clock.timers).toBe(0);
  });
});

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As a network has it that tells its node's id. */
const OURS: HttpProof = { path: '/iicp/health', isOurs: (text) => text.includes('"node_id":"node-1"') };

describe('a tunnel leads here', () => {
  const leads = async (listener: RequestListener) =>
    leadsHere({ clock: new HandClock(), get: getOnce }, await serving(listener), OURS, signal());
  const health =
    (body: unknown): RequestListener =>
    (request, response) => {
      response.statusCode = request.url === '/iicp/health' ? 200 : 404;
      response.end(JSON.stringify(body));
    };

  it('when our own health answers behind it', async () => {
    expect(await leads(health({ status: 'ok', node_id: 'node-1' }))).toBe(true);
  });

  it.each<[string, RequestListener]>([
    ['another node', health({ node_id: 'node-2' })],
    ['something else', health('hello')],
    ['a failure', (_, response) => response.writeHead(502).end('{"node_id":"node-1"}')],
    ['a way to somewhere else', (_, response) => response.writeHead(302, { location: '/x' }).end()],
    ['a flood', (_, response) => response.end(`{"node_id":"node-1","x":"${'x'.repeat(300_000)}"}`)],
    ['nobody for long', (request) => request.socket.destroy()],
  ])('not when %s answers', async (_, listener) => {
    expect(await leads(listener)).toBe(false);
  });

  it('not when nothing is said in ten seconds', async () => {
    const clock = new HandClock();
    let asked = false;
    const url = await serving(() => {
      asked = true;
    });
    const leading = leadsHere({ clock, get: getOnce }, url, OURS, signal());
    await until('it to be asked', () => asked);
    await clock.turn(10_000);
    expect(await leading).toBe(false);
  });
});
