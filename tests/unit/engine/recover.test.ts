// What becomes of jobs and leases that a crash left open.
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { recoverWork } from '../../../src-main/engine/recover.ts';
import type { Network } from '../../../src-main/networks/network.ts';
import type { Ending, OpenJob } from '../../../src-main/work/work.ts';
import { HandClock } from '../../support/clock.ts';

function open(network: string, ...ids: number[]) {
  const became = new Map<number, string>();
  const jobs = ids.map(
    (id) =>
      ({
        id,
        network,
        ended: async ({ state, code }: Ending) => void became.set(id, `${state} ${code ?? ''}`.trim()),
        adopted: () => {
          became.set(id, 'adopted');
          return {} as never;
        },
      }) as unknown as OpenJob,
  );
  return { jobs, became };
}

const recovered = async (jobs: readonly OpenJob[], recover?: Network['recover']) =>
  await recoverWork({
    clock: new HandClock(),
    logger: silentLogger,
    work: { recover: async () => new Map([['parcel', jobs]]) },
    networks: [{ id: 'parcel' as never, ...(recover && { recover }) }],
  });

describe('jobs that a crash left open', () => {
  it('go on, or are over, as their network says', async () => {
    const { jobs, became } = open('parcel', 1, 2);
    await recovered(jobs, async ([first, second]) => {
      first!.adopted({ cancel: () => undefined });
      await second!.ended({ state: 'handed-back' });
    });
    expect(Object.fromEntries(became)).toEqual({ 1: 'adopted', 2: 'handed-back' });
  });

  it.each([
    ['says nothing of them', async () => undefined],
    ['fails', () => Promise.reject(new Error('no engine'))],
  ])('stay open where their network %s, for they may still run', async (_how, recover) => {
    const { jobs, became } = open('parcel', 1);
    await recovered(jobs, recover);
    expect(became.size).toBe(0);
  });

  it('are interrupted where no network could know of them', async () => {
    const { jobs, became } = open('parcel', 1);
    await recovered(jobs);
    expect(became.get(1)).toBe('interrupted node-crashed');
  });

  it('hold up neither the start nor another network where theirs never answers', async () => {
    const silent = open('mute', 1);
    const told = open('parcel', 2);
    const clock = new HandClock();
    let started = false;
    const recovering = recoverWork({
      clock,
      logger: silentLogger,
      work: {
        recover: async () =>
          new Map([
            ['mute', silent.jobs],
            ['parcel', told.jobs],
          ]),
      },
      networks: [
        { id: 'mute' as never, recover: () => new Promise(() => undefined) },
        { id: 'parcel' as never, recover: async ([job]) => await job!.ended({ state: 'handed-back' }) },
      ],
    }).then(() => {
      started = true;
    });
    await clock.turn(19_000);
    expect([started, told.became.get(2), silent.became.size]).toEqual([false, 'handed-back', 0]);
    await clock.turn(1000);
    await recovering;
    expect([started, silent.became.size, clock.timers]).toEqual([true, 0, 0]);
  });
});
