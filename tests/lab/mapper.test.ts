// The mapper in a home with a real router: what the kernel forwards, what somebody outside reaches, and a process that ends by itself.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { MapperSnapshot } from '../../src-main/reachability/mapper/mapper.ts';
import { temporaryFolder } from '../support/folder.ts';
import { until } from '../support/wait.ts';
import { type Child, external, inLab, LAN, Lab, type News, ROUTER } from './support.ts';

const RULE = { transport: 'tcp', external: 9001, to: `${LAN}:9001` };
const GREETING = 'lan greets';
/** Past the time when 30 s of lease are renewed, and before the mapper would withdraw. */
const STOPPED_MS = 20_000;

interface Change extends News {
  readonly kind: 'change';
  readonly at: number;
  readonly snapshot: MapperSnapshot;
}

type View = MapperSnapshot['mappings'][number];

class Home {
  readonly lab: Lab;
  readonly #file: string;
  child: Child;

  private constructor(lab: Lab, file: string) {
    this.lab = lab;
    this.#file = file;
    this.child = lab.node('lan', 'mapper-child.ts', file);
  }

  static async with(...options: readonly string[]): Promise<Home> {
    const lab = await Lab.up(...options);
    await lab.listen('lan', 9001);
    const home = new Home(lab, join(temporaryFolder(), 'hearth.db'));
    await home.ready();
    return home;
  }

  async ready(): Promise<void> {
    await this.child.hears('that it is ready', ({ kind }) => kind === 'ready');
    this.child.tell({ do: 'request' });
  }

  /** The app again, on the same data. */
  async again(): Promise<void> {
    this.child = this.lab.node('lan', 'mapper-child.ts', this.#file);
    await this.ready();
  }

  get news(): number {
    return this.child.news.length;
  }

  async sees(what: string, so: (view: View) => boolean, options?: { after?: number; withinMs?: number }) {
    const isIt = (news: News): news is Change => {
      if (news.kind !== 'change') return false;
      const view = (news as Change).snapshot.mappings.find(({ family }) => family === 4);
      return view !== undefined && so(view);
    };
    const { snapshot, at } = await this.child.hears(what, isIt, options);
    return { view: snapshot.mappings.find(({ family }) => family === 4)!, snapshot, at };
  }

  mapped(options?: { after?: number; withinMs?: number }) {
    return this.sees('a mapping', ({ state, external: told }) => state === 'mapped' && told !== null, options);
  }

  async stop(): Promise<News> {
    this.child.tell({ do: 'stop' });
    const stopped = await this.child.hears('that it has stopped', ({ kind }) => kind === 'stopped');
    this.child.endInput();
    expect(await this.child.exited).toBe(0);
    return stopped;
  }
}

inLab('the mapper at a real router', () => {
  it('opens the port, is reached from outside, and closes it when it stops', async () => {
    const home = await Home.with();
    const { view } = await home.mapped();
    expect(view).toMatchObject({ external: { address: external(), port: 9001 }, granted: { protocol: 'pcp' } });
    expect(await home.lab.mappings()).toEqual([RULE]);
    expect(await home.lab.connect(external(), 9001)).toBe(GREETING);
    await home.stop();
    expect(await home.lab.mappings()).toEqual([]);
    expect(await home.lab.pinholes()).toEqual([]);
  });

  it.each([
    ['--quirk', 'refuse=2,err=606'],
    ['--refuse', '--no-ipv6'],
  ])('is told of a refusal and does not beg: %s %s', async (...options) => {
    const home = await Home.with(...options);
    const { view } = await home.sees('a refusal', ({ state }) => state === 'unavailable', { withinMs: 15_000 });
    expect(view.external).toBeNull();
    expect(['refused', 'timeout']).toContain(view.lastError?.kind);
    const { steps } = (await home.stop()) as unknown as {
      steps: readonly { code: string; facts: { kind?: string } }[];
    };
    expect(steps.filter(({ code, facts }) => code === 'asked' && facts.kind === 'install').length).toBeLessThanOrEqual(
      6,
    );
    expect(await home.lab.mappings()).toEqual([]);
  });

  it('knows after one look that no router maps ports, and finds one that starts to', async () => {
    const home = await Home.with('--absent', '--no-ipv6');
    // The first look says so, and tells when the next one is.
    const { view } = await home.sees('that nobody answers', ({ state }) => state !== 'probing');
    expect(view).toMatchObject({ state: 'unavailable', nextSearchAt: expect.any(Number) });
    await home.lab.natlab('set', 'present');
    await home.mapped({ withinMs: 30_000 });
    expect(await home.lab.mappings()).toEqual([RULE]);
    await home.stop();
  });

  it('asks anew when the router has restarted, and tells the new address once', async () => {
    const home = await Home.with();
    await home.mapped();
    const after = home.news;
    await home.lab.natlab('reboot-router', '2');
    const { view } = await home.sees('the new address', ({ external: told }) => told?.address === external(1), {
      after,
      withinMs: 40_000,
    });
    expect(view.external).toEqual({ address: external(1), port: 9001 });
    expect(await home.lab.connect(external(1), 9001)).toBe(GREETING);
    await home.stop();
    expect(await home.lab.mappings()).toEqual([]);
  });

  it('tells of another external address long before it would have asked again', async () => {
    const home = await Home.with('--no-ipv6');
    await home.mapped();
    const asked = performance.now();
    await until('the time between two requests', () => performance.now() > asked + 4000);
    const after = home.news;
    await home.lab.natlab('new-ip');
    const { snapshot } = await home.sees('the new address', ({ external: told }) => told?.address === external(1), {
      after,
    });
    expect(snapshot.counters).toMatchObject({ renewals: 1, external: 2 });
    expect(await home.lab.connect(external(1), 9001)).toBe(GREETING);
    await home.stop();
  });

  it('sets up anew what the router lists and does not forward', async () => {
    const home = await Home.with();
    await home.mapped();
    await home.lab.natlab('forget');
    expect(await home.lab.connect(external(), 9001)).toBeUndefined();
    const after = home.news;
    home.child.tell({ do: 'outside', ok: false });
    home.child.tell({ do: 'outside', ok: false });
    await home.mapped({ after });
    expect(await home.lab.connect(external(), 9001)).toBe(GREETING);
    await home.stop();
    expect(await home.lab.mappings()).toEqual([]);
  });

  it('renews by what was granted: seconds instead of hours, and never a gap', async () => {
    const home = await Home.with('--no-ipv6', '--quirk', 'clamp=10');
    const { view } = await home.mapped();
    expect(view.granted?.lifetimeMs).toBe(10_000);
    await home.sees('a second renewal', ({ renewals }) => renewals >= 2, { withinMs: 30_000 });
    const changes = home.child.news.filter(({ kind }) => kind === 'change') as Change[];
    const first = changes.findIndex(({ snapshot }) => snapshot.natClass === 'open');
    expect(changes.slice(first).every(({ snapshot }) => snapshot.natClass === 'open')).toBe(true);
    expect(await home.lab.connect(external(), 9001)).toBe(GREETING);
    await home.stop();
    expect(await home.lab.mappings()).toEqual([]);
  });

  it.each(['garbage', 'trunc', 'dup', 'wrongsrc', 'epochreset', 'epochjump=99999', 'zerolife'])(
    'survives a router that is mad: %s',
    async (quirk) => {
      const home = await Home.with('--no-ipv6', '--quirk', quirk);
      await home.sees('how it ends', ({ state }) => state === 'mapped' || state === 'unavailable');
      home.child.tell({ do: 'look' });
      const { steps } = (await home.stop()) as unknown as {
        steps: readonly { code: string; facts: { kind?: string } }[];
      };
      expect(steps.filter(({ code }) => code === 'asked').length).toBeLessThan(12);
      expect(await home.lab.mappings()).toEqual([]);
    },
  );

  it.each([
    ['by PCP', '--no-upnp'],
    ['by UPnP, for ever', '--quirk', 'nopmp,nopcp,725'],
  ])('takes up after a crash what it had, never two rules: %s', async (_how, ...options) => {
    const home = await Home.with('--no-ipv6', ...options);
    await home.mapped();
    home.child.signal('SIGKILL');
    await home.child.exited;
    expect(await home.lab.mappings()).toEqual([RULE]);
    await home.again();
    await home.mapped();
    expect(await home.lab.mappings()).toEqual([RULE]);
    expect(await home.lab.connect(external(), 9001)).toBe(GREETING);
    await home.stop();
    expect(await home.lab.mappings()).toEqual([]);
  });

  it('withdraws when the router is gone, and comes back with it', async () => {
    const home = await Home.with('--no-ipv6', '--quirk', 'clamp=10');
    await home.mapped();
    const after = home.news;
    await home.lab.natlab('set', 'absent');
    const { snapshot } = await home.sees('that it is lost', ({ state }) => state === 'lost', {
      after,
      withinMs: 25_000,
    });
    expect(snapshot.natClass).toBe('unknown');
    await home.lab.natlab('set', 'present');
    await home.mapped({ after: home.news, withinMs: 40_000 });
    expect(await home.lab.connect(external(), 9001)).toBe(GREETING);
    await home.stop();
  });

  it('renews at once after it was stopped by a signal for a while, and does not take the router for restarted', async () => {
    const home = await Home.with('--no-ipv6', '--quirk', 'clamp=30');
    await home.mapped();
    home.child.signal('SIGSTOP');
    const stoppedUntil = performance.now() + STOPPED_MS;
    await until('a while in which nothing is done', () => performance.now() > stoppedUntil, 2 * STOPPED_MS);
    const after = home.news;
    home.child.signal('SIGCONT');
    const { snapshot } = await home.sees('a renewal', ({ renewals }) => renewals >= 1, { after });
    expect(snapshot.router?.rebootsSeen).toBe(0);
    expect(await home.lab.connect(external(), 9001)).toBe(GREETING);
    await home.stop();
  });

  it('repairs what the router drops before the time that it granted', async () => {
    const home = await Home.with('--no-ipv6', '--quirk', 'noupnp,forget=5');
    await home.mapped();
    await until('the router to drop it', async () => (await home.lab.mappings()).length === 0, 20_000);
    const after = home.news;
    home.child.tell({ do: 'probe' });
    await home.sees('a renewal', ({ renewals }) => renewals >= 1, { after });
    expect(await home.lab.connect(external(), 9001)).toBe(GREETING);
    await home.stop();
    expect(await home.lab.mappings()).toEqual([]);
  });

  it.each([
    ['the search', 'mute,muteupnp', 'probing'],
    ['the first request', 'nopmp,nopcp,slow=800', 'installing'],
  ] as const)('stops in the middle of %s, and leaves nothing', async (_during, quirk, state) => {
    const home = await Home.with('--no-ipv6', '--quirk', quirk);
    await home.sees(state, (view) => view.state === state);
    await home.stop();
    const last = home.child.news.findLast(({ kind }) => kind === 'change') as Change;
    expect(last.snapshot.natClass).toBe('unknown');
    expect(await home.lab.mappings()).toEqual([]);
  });

  it('takes up again on a line that was away, with another address of ours, and closes nothing through a wrong router', async () => {
    const home = await Home.with('--no-ipv6');
    await home.mapped();
    const after = home.news;
    await home.lab.exec('lan', 'ip', 'addr', 'del', `${LAN}/24`, 'dev', 'eth0');
    await home.lab.exec('lan', 'ip', 'addr', 'add', '192.168.77.11/24', 'dev', 'eth0');
    await home.lab.exec('lan', 'ip', 'route', 'replace', 'default', 'via', ROUTER);
    home.child.tell({ do: 'look' });
    const { view } = await home.sees(
      'a mapping to the new address',
      (seen) => {
        return seen.granted?.internal.address === '192.168.77.11' && seen.external !== null;
      },
      { after },
    );
    expect(await home.lab.connect(external(), view.external!.port)).toBe(GREETING);
    await home.stop();
  });
});
