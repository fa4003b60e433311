import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackendView, ModelView } from '../../../../src-preload/contract/backends.ts';
import type { HardwareView } from '../../../../src-preload/contract/hardware.ts';
import type { Holding, LimitsView } from '../../../../src-preload/contract/limits.ts';
import { modelsInMemory, sharesElsewhere, sharesOf } from '../../../../src-renderer/pages/capacity/shares.ts';

const GIB = 1024 ** 3;
const NOTHING = { slots: 0, cpuMillicores: 0, memoryMiB: 0, diskMiB: 0, gpuMiB: 0, ports: 0 };

const hardware = (cardGiB: number | null = 16): HardwareView => ({
  at: 1,
  system: { platform: 'linux', name: 'Debian', release: '6', arch: 'x64' },
  cpu: { model: 'a processor', cores: 4, threads: 8 },
  memory: { totalBytes: 32 * GIB, availableBytes: 16 * GIB },
  gpus:
    cardGiB === null
      ? []
      : [
          {
            name: 'a card',
            vendor: 'nvidia',
            memoryBytes: cardGiB * GIB,
            freeBytes: null,
            shared: false,
            driver: null,
            watts: null,
            mostWatts: null,
            toldBy: ['nvidia'],
          },
        ],
  disk: { totalBytes: 1e12, freeBytes: 5e11 },
  detectors: [],
});

const limits = (held: Holding[] = [], lends: Partial<LimitsView['lends']> = {}): LimitsView => ({
  at: 1,
  room: 1,
  most: 1,
  limits: [],
  binding: null,
  lends: { slots: 4, cpuMillicores: 4000, memoryMiB: 8192, diskMiB: 1000, gpuMiB: 0, ports: 16, ...lends },
  held,
  elsewhere: [],
});

const holding = (network: string, resources: Partial<Holding['resources']>): Holding => ({
  network,
  kind: 'lease',
  claims: 1,
  resources: { ...NOTHING, ...resources },
  until: null,
});

function server(url: string, memory: ModelView['memory']): BackendView {
  const model = { id: `model at ${url}`, state: 'loaded', memory } as ModelView;
  return { id: url, kind: 'ollama', url, models: [model] } as unknown as BackendView;
}

const inShort = (shares: ReturnType<typeof sharesOf>, id: string) =>
  shares
    .find((share) => share.id === id)
    ?.parts.map((part) => [part.kind === 'network' ? part.network : part.kind, part.value]);

describe('the shares of this computer', () => {
  it('are what networks hold, what is lent and free, and what is kept', () => {
    const held = [holding('boxes', { cpuMillicores: 2000, memoryMiB: 4096 }), holding('tasks', { slots: 1 })];
    const shares = sharesOf(hardware(), limits(held), []);
    expect(inShort(shares, 'cpu')).toEqual([
      ['boxes', 2000],
      ['free', 2000],
      ['kept', 4000],
    ]);
    expect(inShort(shares, 'memory')).toEqual([
      ['boxes', 4 * GIB],
      ['free', 4 * GIB],
      ['kept', 24 * GIB],
    ]);
    expect(inShort(shares, 'slots')).toEqual([
      ['tasks', 1],
      ['free', 3],
    ]);
    expect(inShort(shares, 'graphics')).toEqual([['kept', 16 * GIB]]);
  });

  it('tell what else is on the disk from what is kept free', () => {
    const GIB_IN_MIB = 1024;
    const held = [holding('boxes', { diskMiB: 10 * GIB_IN_MIB })];
    const shares = sharesOf(hardware(), limits(held, { diskMiB: 30 * GIB_IN_MIB }), []);
    expect(inShort(shares, 'disk')).toEqual([
      ['boxes', 10 * GIB],
      ['free', 20 * GIB],
      // What boxes hold is on it as well.
      ['used', 5e11 - 10 * GIB],
      ['kept', 5e11 - 20 * GIB],
    ]);
  });

  it('have the models of this computer in the memory that they take, and those of no other', () => {
    const here = server('http://127.0.0.1:11434', { bytes: 10 * GIB, graphicsBytes: 9 * GIB });
    const there = server('http://10.0.0.2:11434', { bytes: 10 * GIB, graphicsBytes: 10 * GIB });
    const shares = sharesOf(hardware(), limits(), [here, there, server('http://[::1]:1', null)]);
    expect(inShort(shares, 'graphics')).toEqual([
      ['models', 9 * GIB],
      ['kept', 7 * GIB],
    ]);
    expect(inShort(shares, 'memory')?.[0]).toEqual(['models', GIB]);
    expect(modelsInMemory([here, there]).map(({ model }) => model)).toEqual(['model at http://127.0.0.1:11434']);
  });

  it('say nothing of a card whose memory is not known', () => {
    expect(sharesOf(hardware(null), limits(), []).map(({ id }) => id)).toEqual(['slots', 'cpu', 'memory', 'disk']);
  });

  it('are never negative and make the whole, however much is held or lent', () => {
    const amount = fc.nat(100_000);
    const held = fc.array(
      fc.record({ network: fc.constantFrom('a', 'b', 'c'), cpuMillicores: amount, memoryMiB: amount, slots: amount }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(held, amount, amount, (holdings, lentMemory, gigabytes) => {
        const all = holdings.map(({ network, ...resources }) => holding(network, resources));
        const model = server('http://localhost:1', { bytes: gigabytes * GIB, graphicsBytes: gigabytes * GIB });
        for (const { total, parts } of sharesOf(hardware(), limits(all, { memoryMiB: lentMemory }), [model])) {
          expect(parts.every(({ value }) => value > 0)).toBe(true);
          expect(parts.reduce((sum, { value }) => sum + value, 0)).toBe(total);
        }
      }),
    );
  });
});

describe('the shares of an engine elsewhere', () => {
  const has = { cpuMillicores: 64_000, memoryMiB: 262_144, diskMiB: 1_048_576 };
  const elsewhere = [holding('boxes', { cpuMillicores: 24_000, memoryMiB: 65_536, diskMiB: 131_072, ports: 9 })];

  it('are what networks hold of it, what is free, and what its owner keeps', () => {
    const lends = { cpuMillicores: 32_000, memoryMiB: 131_072, diskMiB: 524_288 };
    const shares = sharesElsewhere(has, lends, { elsewhere });
    expect(shares.map(({ id, total }) => [id, total])).toEqual([
      ['cpu', 64_000],
      ['memory', 256 * GIB],
      ['disk', 1024 * GIB],
    ]);
    expect(inShort(shares, 'cpu')).toEqual([
      ['boxes', 24_000],
      ['free', 8000],
      ['kept', 32_000],
    ]);
    expect(inShort(shares, 'memory')).toEqual([
      ['boxes', 64 * GIB],
      ['free', 64 * GIB],
      ['kept', 128 * GIB],
    ]);
    expect(inShort(shares, 'disk')).toEqual([
      ['boxes', 128 * GIB],
      ['free', 384 * GIB],
      ['kept', 512 * GIB],
    ]);
  });

  it('are the whole of it where its owner keeps nothing', () => {
    expect(inShort(sharesElsewhere(has, has, { elsewhere: [] }), 'cpu')).toEqual([['free', 64_000]]);
  });

  it('have its disk by what its owner says, and none where nobody does', () => {
    const said = sharesElsewhere({ ...has, diskMiB: null }, { ...has, diskMiB: 1024 }, { elsewhere: [] });
    expect(inShort(said, 'disk')).toEqual([['free', GIB]]);
    const unsaid = { ...has, diskMiB: null };
    expect(sharesElsewhere(unsaid, unsaid, { elsewhere: [] }).map(({ id }) => id)).toEqual(['cpu', 'memory']);
  });
});
