// What is made of a probe that does not come to its tries. The tries themselves are made in real boxes (tests/suites/workload-backend.ts).
import { describe, expect, it } from 'vitest';
import {
  EngineFailed,
  FilterFailed,
  FilterMissing,
  LimitsNotDelegated,
  LimitsNotKept,
  NetworkProgramMissing,
} from '../../../../src-main/backends/workloads/errors.ts';
import { type ProbeDeps, probeFromInside } from '../../../../src-main/backends/workloads/probe.ts';
import { HandClock } from '../../../support/clock.ts';

const signal = new AbortController().signal;

function deps(failing: 'image' | 'create', error: Error) {
  const removed: string[] = [];
  const fail = () => Promise.reject(error);
  const made: ProbeDeps = {
    clock: new HandClock(),
    boxes: {
      create: failing === 'create' ? fail : () => Promise.resolve(),
      start: () => Promise.resolve(),
      remove: (id) => {
        removed.push(id);
        return Promise.resolve();
      },
      status: () => Promise.resolve('stopped'),
      logs: () => Promise.resolve(''),
    },
    ownNetworks: () => ['192.168.1.20/24'],
    disk: () => Promise.resolve('memory'),
    image: failing === 'image' ? fail : () => Promise.resolve('sha256:1'),
    network: () => Promise.resolve({ gateway: '10.88.0.1', address: '10.88.0.2' }),
    machines: () => Promise.resolve({ accelerator: 'kvm' }),
    encryption: () => Promise.resolve({ works: true }),
    graphics: () => Promise.resolve({ works: true, seen: '/dev/nvidia0' }),
  };
  return { made, removed };
}

describe('a probe', () => {
  it.each([
    ['packet-filter', 'image', new FilterMissing('nft')],
    ['packet-filter', 'create', new FilterFailed()],
    ['limits', 'create', new LimitsNotKept('memoryMiB')],
    ['limits', 'create', new LimitsNotDelegated()],
    ['packet-filter', 'create', new NetworkProgramMissing(new Error('slirp4netns'))],
  ] as const)('says that %s does not hold where no box is made for it (%s)', async (id, failing, error) => {
    const { made, removed } = deps(failing, error);
    expect(await probeFromInside(made, signal)).toEqual({
      offered: false,
      checks: [{ id, held: false, seen: error.message }],
      disk: 'memory',
      internet: false,
      machines: { accelerator: null, seen: 'a box does not hold here' },
      encryption: { works: false, seen: null },
      graphics: { works: false, seen: null },
    });
    if (failing === 'create') expect(removed).toEqual(expect.arrayContaining(['probe', 'neighbour']));
  });

  it('passes on what is no check: the engine is asked again later', async () => {
    const error = new EngineFailed('create', new Error('away'));
    await expect(probeFromInside(deps('create', error).made, signal)).rejects.toBe(error);
  });

  it('of a box that says nothing offers none', async () => {
    const { made, removed } = deps('create', new Error());
    const said = { ...made, boxes: { ...made.boxes, create: () => Promise.resolve() } };
    const { offered, checks } = await probeFromInside(said, signal);
    expect(offered).toBe(false);
    expect(checks.filter(({ held }) => held).map(({ id }) => id)).toEqual(['packet-filter']);
    expect(removed.slice(-2)).toEqual(['probe', 'neighbour']);
  });

  it.each([
    [['', 'seccomp\t2\nend\t\n'], 2, true],
    [['seccomp\t2\nend\t\n'], 1, true],
    [['', '', ''], 3, false],
  ] as const)('is run again where what it printed was lost: %j', async (answers, runs, seen) => {
    const { made } = deps('create', new Error());
    let asked = 0;
    const { checks } = await probeFromInside(
      {
        ...made,
        boxes: { ...made.boxes, create: () => Promise.resolve() },
        run: () => Promise.resolve(answers[asked++] ?? ''),
      },
      signal,
    );
    expect(asked).toBe(runs);
    expect(checks.find(({ id }) => id === 'seccomp')?.held).toBe(seen);
  });
});
