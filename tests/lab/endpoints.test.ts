// Two endpoints at once in a home with a real router, one by TCP and one by UDP: what the kernel forwards, what is proven and how.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { PortView, ReachabilityView } from '../../src-preload/contract/reachability.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Child, external, inLab, LAN, Lab, type News } from './support.ts';

const TCP = { transport: 'tcp', external: 9001, to: `${LAN}:9001` };
const UDP = { transport: 'udp', external: 9002, to: `${LAN}:9002` };

/** Each kind of router is looked for in turn, and the last resort takes its time. */
const WITHIN_MS = 90_000;

interface Seen extends News {
  readonly kind: 'view';
  readonly view: ReachabilityView;
}

class Home {
  readonly lab: Lab;
  readonly child: Child;

  private constructor(lab: Lab, child: Child) {
    this.lab = lab;
    this.child = child;
  }

  static async with(...options: readonly string[]): Promise<Home> {
    const lab = await Lab.up('--no-ipv6', ...options);
    const file = join(temporaryFolder(), 'hearth.db');
    return new Home(lab, lab.node('lan', 'endpoints-child.ts', file, '9001', '9002'));
  }

  /** Once they are as `so` wants them. */
  async sees(what: string, so: (ports: Readonly<Record<string, PortView>>) => boolean): Promise<ReachabilityView> {
    const portsOf = ({ view }: Seen) => Object.fromEntries(view.ports.map((port) => [port.id, port]));
    const isIt = (news: News): news is Seen => news.kind === 'view' && so(portsOf(news as Seen));
    return (await this.child.hears(what, isIt, { withinMs: WITHIN_MS })).view;
  }

  /** Tries the address over TCP from outside, when it is asked to, and tells what came of it. */
  async tries(): Promise<string | undefined> {
    const isTry = (news: News): news is News & { host: string; port: number } => news.kind === 'try';
    const { host, port } = await this.child.hears('a try', isTry, { withinMs: WITHIN_MS });
    const heard = await this.lab.connect(host, port);
    this.child.tell({ do: 'tried', reached: heard !== undefined });
    return heard;
  }

  async stop(): Promise<void> {
    this.child.tell({ do: 'stop' });
    await this.child.hears('that it has stopped', ({ kind }) => kind === 'stopped');
    this.child.endInput();
    expect(await this.child.exited).toBe(0);
  }
}

const places = ({ ports }: ReachabilityView) =>
  ports.map(({ id, advertised, proof }) => [id, advertised, proof?.reached, proof?.evidence]);

inLab('endpoints by TCP and UDP at a real router', () => {
  it.each([['--pcp-only'], ['--natpmp-only'], ['--upnp-only']])(
    'are open at once, are proven each by its own try, and go one by one: %s',
    async (...options) => {
      const home = await Home.with(...options);
      expect(await home.tries()).toBe('lan greets');
      const view = await home.sees('both proven', ({ tasks, mesh }) =>
        [tasks, mesh].every((port) => port?.proof?.reached && port.advertised),
      );
      expect(places(view)).toEqual([
        ['tasks', `${external()}:9001`, true, 'arrived'],
        ['mesh', `${external()}:9002`, true, 'nonce'],
      ]);
      expect([view.tier, view.reason]).toEqual([1, null]);
      expect(await home.lab.mappings()).toEqual(expect.arrayContaining([TCP, UDP]));
      expect(await home.lab.mappings()).toHaveLength(2);
      home.child.tell({ do: 'close-tcp' });
      await home.sees('the one that is left', ({ tasks }) => tasks === undefined);
      await expect.poll(() => home.lab.mappings(), { timeout: 5000 }).toEqual([UDP]);
      await home.stop();
      expect(await home.lab.mappings()).toEqual([]);
    },
  );

  it('are not said to be reached where the router opens nothing and nothing was forwarded by hand', async () => {
    const home = await Home.with('--absent');
    expect(await home.tries()).toBeUndefined();
    const view = await home.sees('both tried', ({ tasks, mesh }) =>
      // Tried it may be before the search for a router is over.
      [tasks, mesh].every((port) => port?.proof?.reached === false && port.tier !== null),
    );
    expect(places(view)).toEqual([
      ['tasks', null, false, null],
      ['mesh', null, false, null],
    ]);
    expect(view.ports.map(({ tier, proof }) => [tier, proof?.reason?.code])).toEqual([
      [4, 'reachability.not-forwarded'],
      [4, 'reachability.not-forwarded'],
    ]);
    await home.stop();
  });
});
