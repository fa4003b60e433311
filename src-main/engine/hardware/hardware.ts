// What this computer has: all detectors asked at the same time, in the background, each for a bounded time, and not again within
// a minute.

import { access, statfs } from 'node:fs/promises';
import { cpus, freemem, release, totalmem } from 'node:os';
import type { DetectorId, DetectorView, GpuView, HardwareView } from '../../../src-preload/contract/hardware.ts';
import type { Clock } from '../../base/clock.ts';
import { runner } from '../../base/run.ts';
import {
  amd,
  type Card,
  type Detected,
  graphics,
  metal,
  nvidia,
  rocm,
  type Surroundings,
  vulkan,
} from './detectors.ts';
import { readSystemFacts, type SystemFacts } from './system-facts.ts';

export interface HardwareDeps {
  readonly clock: Clock;
  readonly around: Surroundings;
}

const FRESH_MS = 60_000;
const ANSWER_MS = 8000;

/** The real ones of this computer. */
export function surroundings(): Surroundings {
  const { platform, env } = process;
  const may = (file: string, mode: number) =>
    access(file, mode).then(
      () => true,
      () => false,
    );
  return { platform, root: '/', run: runner(env), may, facts: readSystemFacts };
}

export class Hardware {
  readonly #deps: HardwareDeps;
  readonly #folder: string;
  #view: Promise<HardwareView> | undefined;
  #viewAt = 0;

  /** `folder`: the disk under it is looked at. */
  constructor(deps: HardwareDeps, folder: string) {
    this.#deps = deps;
    this.#folder = folder;
  }

  /** Within some seconds at most; at once where it was read within the last minute. */
  view(): Promise<HardwareView> {
    const now = this.#deps.clock.monotonic();
    if (this.#view && now - this.#viewAt < FRESH_MS) return this.#view;
    this.#viewAt = now;
    this.#view = this.#read();
    return this.#view;
  }

  async #read(): Promise<HardwareView> {
    const { clock, around } = this.#deps;
    const stop = new AbortController();
    const cancel = clock.after(ANSWER_MS, () => stop.abort(new DOMException('no answer in time', 'TimeoutError')));
    const { signal } = stop;
    const ask = async (id: DetectorId, detect: () => Promise<Detected> | Detected) => {
      const began = clock.monotonic();
      const detected = await detect();
      const { verdict, says, fix = null, cards = [] } = detected;
      return { cards, view: { id, verdict, says, fix, tookMs: clock.monotonic() - began } satisfies DetectorView };
    };
    const facts = around.facts(signal).catch(() => undefined);
    const listed = facts.then((known) => (vendor: string) => hasCard(known, vendor));
    try {
      const all = await Promise.all([
        ask('system', async () => systemVerdict(await facts)),
        ask('graphics', async () => graphics(around, await facts, signal)),
        ask('nvidia', async () => nvidia(around, (await listed)('nvidia'), signal)),
        ask('amd', () => amd(around)),
        ask('rocm', async () => rocm(around, (await listed)('amd'))),
        ask('metal', async () => metal(around, await facts)),
        ask('vulkan', () => vulkan(around, signal)),
      ]);
      const disk = await this.#disk();
      const known = await facts;
      const processors = cpus();
      return {
        at: clock.now(),
        system: {
          platform: around.platform,
          name: known?.name || around.platform,
          release: known?.kernel || release(),
          arch: process.arch,
        },
        cpu: {
          model: known?.cpu || processors[0]?.model.trim() || 'unknown',
          cores: known?.cores ?? null,
          threads: Math.max(1, processors.length),
        },
        memory: { totalBytes: totalmem(), availableBytes: freemem() },
        gpus: together(all.map(({ view, cards }) => ({ by: view.id, cards }))),
        disk: disk.size,
        detectors: [...all.map(({ view }) => view), disk.view],
      };
    } finally {
      cancel();
    }
  }

  async #disk(): Promise<{ size: HardwareView['disk']; view: DetectorView }> {
    const { clock } = this.#deps;
    const began = clock.monotonic();
    const size = await statfs(this.#folder).then(
      ({ blocks, bavail, bsize }) => ({ totalBytes: blocks * bsize, freeBytes: bavail * bsize }),
      () => null,
    );
    const view: DetectorView = {
      id: 'disk',
      verdict: size ? 'found' : 'failed',
      says: size
        ? 'The disk of the data folder tells its size.'
        : 'The disk of the data folder does not tell its size.',
      fix: null,
      tookMs: clock.monotonic() - began,
    };
    return { size, view };
  }
}

function systemVerdict(facts: SystemFacts | undefined): Detected {
  return facts
    ? { verdict: 'found', says: `${facts.name}, ${facts.cpu}.` }
    : { verdict: 'failed', says: "The system didn't answer in time." };
}

function hasCard(facts: SystemFacts | undefined, vendor: string): boolean {
  return facts?.cards.some((card) => new RegExp(vendor, 'i').test(`${card.vendor} ${card.name}`)) ?? false;
}

/** One of each card, whichever source names it. What a driver says weighs more than what the system lists, and comes later. */
function together(told: readonly { readonly by: DetectorId; readonly cards: readonly Card[] }[]): GpuView[] {
  const all: { bus: string; view: GpuView }[] = [];
  for (const { by, cards } of told) {
    const taken = new Set<unknown>();
    for (const { bus, ...facts } of cards) {
      const place = placeOf(bus);
      const same =
        all.find((one) => !taken.has(one) && place !== '' && one.bus === place) ??
        // Without a place, the first of the same maker that has none either.
        all.find((one) => !taken.has(one) && one.view.vendor === facts.vendor && (place === '' || one.bus === ''));
      const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value != null));
      if (same) {
        Object.assign(same.view, known, { toldBy: [by, ...same.view.toldBy] });
        taken.add(same);
      } else {
        const made = { bus: place, view: { ...UNKNOWN, ...known, vendor: facts.vendor, toldBy: [by] } };
        all.push(made);
        taken.add(made);
      }
    }
  }
  return all.map(({ view }) => view);
}

const UNKNOWN: Omit<GpuView, 'vendor' | 'toldBy'> = {
  name: 'Graphics card',
  memoryBytes: null,
  freeBytes: null,
  shared: false,
  driver: null,
  watts: null,
  mostWatts: null,
};

/** The end that all writings of a PCI address share: bus, device, function. */
function placeOf(bus: string): string {
  return /([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i.exec(bus.trim())?.[1]?.toLowerCase() ?? '';
}
