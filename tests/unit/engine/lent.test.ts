import { describe, expect, it } from 'vitest';
import { lending, networkOrder, partsLent, thisMachine } from '../../../src-main/engine/lent.ts';
import {
  settings as definitions,
  type SettingPath,
  type SettingValue,
} from '../../../src-preload/contract/settings/index.ts';
import { temporaryFolder } from '../../support/folder.ts';

const MACHINE = { cores: 8, memoryMiB: 32_000, freeDiskMiB: 200_000 };

function setUp(chosen: Partial<Record<SettingPath, unknown>> = {}) {
  const values = new Map<SettingPath, unknown>(Object.entries(chosen) as [SettingPath, unknown][]);
  let tell: (path: SettingPath) => void = () => {};
  let reads = 0;
  const answer = { accepting: true, slots: 4 };
  const settings = {
    get<P extends SettingPath>(path: P) {
      reads += 1;
      return (values.has(path) ? values.get(path) : definitions[path].initial) as SettingValue<P>;
    },
    onChange(listener: (path: SettingPath) => void) {
      tell = listener;
      return () => {};
    },
  };
  const made = lending({ settings, answer: () => answer, machine: MACHINE });
  const set = (path: SettingPath, value: unknown) => {
    values.set(path, value);
    tell(path);
  };
  return { ...made, settings, answer, set, reads: () => reads };
}

describe('what this computer lends', () => {
  it('is a part of what it has, where the user has not said otherwise', () => {
    expect(setUp().lent().resources).toEqual({
      slots: 4,
      cpuMillicores: 4000,
      memoryMiB: 8000,
      diskMiB: 50_000,
      gpuMiB: 0,
      ports: 16,
    });
    const { get } = setUp({ 'capacity.memoryMiB': 0, 'capacity.gpuMiB': 6000 }).settings;
    const huge = { ...MACHINE, freeDiskMiB: 9_000_000 };
    expect(partsLent(get, huge)).toMatchObject({ memoryMiB: 0, gpuMiB: 6000, diskMiB: 102_400 });
  });

  it('is nothing while nothing new is taken', () => {
    const { lent, answer } = setUp();
    lent();
    Object.assign(answer, { accepting: false, slots: 0 });
    expect(Object.values(lent().resources)).toEqual([0, 0, 0, 0, 0, 0]);
    Object.assign(answer, { accepting: true });
    expect(lent().resources).toMatchObject({ slots: 0, memoryMiB: 8000 });
  });

  it('follows the settings, and reads them only when they change', () => {
    const { lent, set, reads, answer } = setUp();
    expect([lent().gpuShared, lent().limitOf('iicp')]).toEqual([false, undefined]);
    const before = reads();
    for (let n = 0; n < 100; n += 1) lent();
    expect(reads()).toBe(before);
    set('networks.limits', [{ network: 'iicp', slots: 2 }]);
    set('capacity.gpuShared', true);
    answer.slots = 3;
    expect([lent().gpuShared, lent().limitOf('iicp')?.slots, lent().resources.slots]).toEqual([true, 2, 3]);
  });

  it('goes to networks in the order of the user, then as they are listed', () => {
    const all = networkOrder([]);
    expect(networkOrder([all.at(-1)!])).toEqual([all.at(-1), ...all.slice(0, -1)]);
    const { placeOf } = setUp();
    expect([placeOf(all[0]!), placeOf('unknown')]).toEqual([0, all.length]);
  });

  it('knows this machine, and lends no disk that it can’t read', () => {
    const { cores, memoryMiB, freeDiskMiB } = thisMachine(temporaryFolder());
    expect([cores > 0, memoryMiB > 0, freeDiskMiB > 0]).toEqual([true, true, true]);
    expect(thisMachine('/nowhere/at/all').freeDiskMiB).toBe(0);
  });
});
