import { describe, expect, it } from 'vitest';
import { Release } from '../../../src-main/availability/release.ts';
import { HearthError } from '../../../src-main/base/errors.ts';
import { ReleaseView } from '../../../src-preload/contract/availability.ts';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import { HandClock } from '../../support/clock.ts';
import { answers } from '../faces/support.ts';
import { NOT_HERE, reads, setSensor } from './support.ts';

const [shape] = answers['backends.get'].value as [BackendView];

function server(
  url: string,
  models: Record<string, 'loaded' | 'loading' | 'cold' | 'unknown'>,
  more = {},
): BackendView {
  const listed = Object.entries(models).map(([id, state]) => ({ ...shape.models[0]!, id, state }));
  return { ...shape, id: url, url, origin: 'set', models: listed, ...more };
}

function made(
  views: readonly BackendView[],
  options: {
    running?: number;
    stopped?: number;
    handedBack?: number;
    leases?: ReleaseView['leases'];
    vram?: boolean;
  } = {},
) {
  const clock = new HandClock();
  const done: string[] = [];
  const vram = setSensor(1000, { freeBytes: 1e9, totalBytes: 8e9 });
  if (options.vram === false) vram.now = NOT_HERE;
  let held = () => {};
  const release = new Release({
    clock,
    hold: () => {
      done.push('hold');
      return new Promise<void>((resolve) => {
        held = resolve;
      });
    },
    work: {
      tasks: options.running ?? 0,
      conclude: async (occasion, ms, graceMs) => {
        done.push(`${occasion} ${ms} ${graceMs}`);
        await clock.sleep(40);
        return { stopped: options.stopped ?? 0, handedBack: options.handedBack ?? 0 };
      },
      leases: () => options.leases ?? [],
    },
    models: {
      views: () => views,
      detect: async () => {
        done.push('detect');
        return views;
      },
      unload: async (backend, model) => {
        done.push(`unload ${model} at ${backend}`);
        await clock.sleep(60);
        if (model.startsWith('stuck')) {
          throw new HearthError({ code: 'backends.cant-move', category: 'unavailable', message: 'It has no means.' });
        }
        if (vram.now.ok) vram.now = reads({ freeBytes: vram.now.value.freeBytes + 3e9, totalBytes: 8e9 });
        return 60;
      },
    },
    vram,
  });
  return { clock, done, release, written: () => held() };
}

const LOCAL = 'http://127.0.0.1:11434';

describe('giving the computer back', () => {
  it('stops first, lets tasks end, then unloads all that is loaded here, and measures each', async () => {
    const views = [
      server(LOCAL, { a: 'loaded', b: 'loading', c: 'cold', d: 'unknown' }),
      server('http://localhost:1234/', { e: 'loaded' }),
      server('http://[::1]:8080', { stuck: 'loaded' }),
      server('http://192.168.1.7:11434', { far: 'loaded' }),
      server('https://127.0.0.1.example.com', { stranger: 'loaded' }),
      server('http://172.20.0.1:11434', { wsl: 'loaded' }, { origin: 'found' }),
    ];
    const lease = { id: 4, network: 'paygress', what: 'box', paidUntil: 9000, refund: { amountMicro: 7, unit: 'sat' } };
    const options = { running: 3, stopped: 1, handedBack: 2, leases: [lease] };
    const { clock, done, release, written } = made(views, options);
    const result = release.run(5000);
    expect(done[0]).toBe('hold');
    await clock.turn(40);
    expect(done.slice(1, 3)).toEqual(['release 5000 2000', 'detect']);
    await clock.turn(60);
    written();
    await clock.turn(0);
    const view = await result;
    expect(view).toEqual({
      stoppedMs: 0,
      tasksFinished: 2,
      tasksReturned: 1,
      unloaded: [
        { backend: LOCAL, model: 'a', tookMs: 60 },
        { backend: LOCAL, model: 'b', tookMs: 60 },
        { backend: 'http://localhost:1234/', model: 'e', tookMs: 60 },
        { backend: 'http://172.20.0.1:11434', model: 'wsl', tookMs: 60 },
      ],
      kept: [
        {
          backend: 'http://[::1]:8080',
          model: 'stuck',
          reason: { code: 'backends.cant-move', message: 'It has no means.' },
        },
      ],
      vram: { freeBytes: 13e9, freedBytes: 12e9, totalBytes: 8e9 },
      tookMs: 100,
      jobsHandedBack: 2,
      leases: [lease],
    });
    expect(ReleaseView.parse(view)).toEqual(view);
    expect(clock.timers).toBe(0);
  });

  it('claims nothing of a memory that nobody tells of', async () => {
    const { clock, release, written } = made([], { vram: false });
    const result = release.run(0);
    written();
    await clock.turn(40);
    expect(await result).toMatchObject({ vram: null, unloaded: [], kept: [], tasksFinished: 0, tasksReturned: 0 });
  });

  it('can be done without a pause, where something else keeps tasks away', async () => {
    const { clock, release, done } = made([server(LOCAL, { a: 'loaded' })], { running: 1 });
    const result = release.makeRoom(3000);
    await clock.turn(100);
    expect(await result).toEqual({
      jobsHandedBack: 0,
      tasksFinished: 1,
      tasksReturned: 0,
      unloaded: [{ backend: LOCAL, model: 'a', tookMs: 60 }],
      kept: [],
      vram: { freeBytes: 4e9, freedBytes: 3e9, totalBytes: 8e9 },
      tookMs: 100,
    });
    expect(done).toEqual(['room 3000 2000', 'detect', `unload a at ${LOCAL}`]);
  });

  it('leaves what is loaded by hand meanwhile, this once', async () => {
    const { clock, release, done } = made([server(LOCAL, { a: 'loaded', b: 'loaded' })]);
    const room = async () => {
      const result = release.makeRoom(0);
      await clock.turn(20);
      return { result, rest: () => clock.turn(200) };
    };
    const first = await room();
    release.keep(LOCAL, 'b');
    await first.rest();
    expect((await first.result).unloaded).toEqual([{ backend: LOCAL, model: 'a', tookMs: 60 }]);
    expect(done).not.toContain(`unload b at ${LOCAL}`);
    const second = await room();
    await second.rest();
    expect((await second.result).unloaded.map(({ model }) => model)).toEqual(['a', 'b']);
  });

  it('asked for twice is done once', async () => {
    const { clock, release, written, done } = made([server(LOCAL, { a: 'loaded' })]);
    const both = [release.run(0), release.run(0)];
    written();
    await clock.turn(100);
    const [first, second] = await Promise.all(both);
    expect(first).toBe(second);
    expect(done.filter((each) => each === 'hold')).toHaveLength(1);
  });
});
