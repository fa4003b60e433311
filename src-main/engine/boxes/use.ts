// What boxes take, looked at now and then while there are any: the last half an hour of each, and what they moved through the network,
// which counts into the user's data plan. A box is read once more before Hearth stops or removes it, and what was read is kept for the
// next run, so that nothing it moved is left out but what came after the last look at one that ended by itself. Where its engine has no
// limit for what a box moves in thirty days, it is cut off here once it has.

import { type BoxFound, type BoxStats, HOUSE_BOXES, type WorkloadBackend } from '../../backends/workloads/backend.ts';
import { BoxStopped } from '../../backends/workloads/errors.ts';
import type { OpenBoxes } from '../../backends/workloads/open.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Counters, Reading, Readings } from './readings.ts';
import { isUsedUp, volumeAfter } from './volume.ts';

export interface UseSample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
}

export interface BoxInUse {
  readonly found: BoxFound;
  readonly samples: readonly UseSample[];
  /** Since this program first saw it; null where it has no network. */
  readonly movedBytes: number | null;
}

export interface BoxUseDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readings: Pick<Readings, 'read' | 'write'>;
  /** Bytes of strangers' boxes that pass this computer. */
  readonly count: (moved: Moved) => void;
  /** Of a box that its engine calls running, and that does not run. */
  readonly ended: (id: string) => void;
  /** What one may move in thirty days; null: as much as its rate lets through. */
  readonly monthlyBytes: () => number | null;
}

export interface Moved {
  readonly in: number;
  readonly out: number;
}

/** What is asked of an engine, and whether what its boxes move passes this computer. */
export interface Looked {
  readonly engine: Pick<OpenBoxes['engine'], 'host'>;
  readonly boxes: Pick<WorkloadBackend, 'list' | 'stats' | 'cutOff'>;
}

export const LOOK_MS = 20_000;
const KEPT = 90;
/** At once, of an engine that starts a program for each. */
const AT_ONCE = 4;
const MIB = 1024 * 1024;
const NANOS_PER_MS = 1_000_000;
/** Stopping a box waits no longer for its figures. */
const LAST_MS = 5000;
/** What a power cut may take with it, as of all data that is counted. */
const WRITE_EVERY_MS = 60_000;

const NOTHING: Counters = { receivedBytes: 0, sentBytes: 0 };

interface Tracked {
  found: BoxFound;
  samples: readonly UseSample[];
  moved: number | null;
  last: { readonly monotonic: number; readonly stats: BoxStats } | undefined;
  /** Whatever its engine says. */
  isEnded: boolean;
  /** Whether its engine was told to cut it off, or not to; undefined: not in this run. */
  isCut: boolean | undefined;
}

export class BoxUse {
  readonly #deps: BoxUseDeps;
  readonly #boxes = new Map<string, Tracked>();
  /** By box; one that is missing was never read. */
  #read: Map<string, Reading> | undefined;
  /** One at a time of each box: of two answers the one that came later may be the older one. */
  readonly #turns = new Map<string, Promise<void>>();
  #writtenAt = Number.NEGATIVE_INFINITY;
  #isUnwritten = false;

  constructor(deps: BoxUseDeps) {
    this.#deps = deps;
  }

  all(): readonly BoxInUse[] {
    return [...this.#boxes.values()].map(({ found, samples, moved }) => ({ found, samples, movedBytes: moved }));
  }

  /** It was made just now: all that it will have moved counts. */
  made(id: string): void {
    if (!this.#readings.has(id))
      this.#note(id, { ...NOTHING, volume: volumeAfter(undefined, 0, this.#deps.clock.now()) });
  }

  /** One that is made anew by the same name counts from nothing. */
  removed(id: string): void {
    this.#note(id, undefined);
  }

  /** Rejects where the engine does not answer, and with the signal's reason. */
  async look(at: Looked, signal: AbortSignal): Promise<void> {
    const list = (await at.boxes.list(signal)).filter(({ id }) => !HOUSE_BOXES.has(id));
    const there = new Set(list.map(({ id }) => id));
    for (const id of this.#boxes.keys()) if (!there.has(id)) this.#boxes.delete(id);
    for (const id of this.#readings.keys()) if (!there.has(id)) this.#note(id, undefined);
    for (const found of list) {
      const before = this.#boxes.get(found.id);
      if (before) before.found = found;
      else
        this.#boxes.set(found.id, {
          found,
          samples: [],
          moved: null,
          last: undefined,
          isEnded: false,
          isCut: undefined,
        });
    }
    const all = [...list];
    while (all.length > 0) {
      const some = all.splice(0, AT_ONCE);
      await Promise.all(
        some.map(async ({ id }) => {
          await this.#look(at, id, signal);
          await this.#holdToVolume(at, id, signal);
        }),
      );
      signal.throwIfAborted();
    }
    if (this.#deps.clock.monotonic() - this.#writtenAt >= WRITE_EVERY_MS) this.write();
  }

  /** Before it is stopped or removed; its counters may go with it. Never rejects, and is never waited for long. */
  async last(at: Looked, id: string, signal: AbortSignal): Promise<void> {
    if (this.#readings.has(id)) await this.#look(at, id, AbortSignal.any([signal, AbortSignal.timeout(LAST_MS)]));
  }

  /** For the next run. */
  write(): void {
    if (!this.#isUnwritten) return;
    this.#writtenAt = this.#deps.clock.monotonic();
    try {
      this.#deps.readings.write(this.#readings);
      this.#isUnwritten = false;
    } catch (error) {
      this.#deps.logger.warn('what boxes have moved could not be kept for the next start', { error });
    }
  }

  get #readings(): Map<string, Reading> {
    this.#read ??= new Map(this.#deps.readings.read());
    return this.#read;
  }

  #note(id: string, reading: Reading | undefined): void {
    if (reading) this.#readings.set(id, reading);
    else if (!this.#readings.delete(id)) return;
    this.#isUnwritten = true;
  }

  #look({ engine, boxes }: Looked, id: string, signal: AbortSignal): Promise<void> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(async () => {
      const stats = await boxes.stats(id, signal).catch((error: unknown) => {
        if (error instanceof BoxStopped) this.#foundStopped(id);
        return undefined;
      });
      if (!stats) return;
      const moved = this.#moved(id, stats);
      if (moved && engine.host === null) this.#deps.count(moved);
      const box = this.#boxes.get(id);
      if (!box) return;
      if (moved) box.moved = (box.moved ?? 0) + moved.in + moved.out;
      if (box.found.status !== 'running') return;
      box.isEnded = false;
      this.#sampled(box, stats);
    });
    this.#turns.set(id, turn);
    return turn.finally(() => {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    });
  }

  /** Told once: its engine may call it running for ever. */
  #foundStopped(id: string): void {
    const box = this.#boxes.get(id);
    if (box?.found.status !== 'running') return;
    box.found = { ...box.found, status: 'stopped' };
    if (box.isEnded) return;
    box.isEnded = true;
    this.#deps.ended(id);
  }

  /** Undefined: it is not known. */
  #moved(id: string, { network }: BoxStats): Moved | undefined {
    const before = this.#readings.get(id);
    // One that stands still may have no counter any more, and begins with a new one.
    const now = network ?? (this.#boxes.get(id)?.found.status === 'stopped' ? NOTHING : undefined);
    if (!now) return undefined;
    const moved = before && network ? movedSince(before, network) : undefined;
    const volume = volumeAfter(before?.volume, moved ? moved.in + moved.out : 0, this.#deps.clock.now());
    this.#note(id, { receivedBytes: now.receivedBytes, sentBytes: now.sentBytes, volume });
    return moved;
  }

  /** Its engine keeps to what it was told last, over starts of the box too: it is told once in each run, and of each change. */
  async #holdToVolume({ boxes }: Looked, id: string, signal: AbortSignal): Promise<void> {
    const box = this.#boxes.get(id);
    if (!box || !boxes.cutOff) return;
    const isCut = isUsedUp(this.#readings.get(id)?.volume, this.#deps.monthlyBytes(), this.#deps.clock.now());
    if (box.isCut === isCut) return;
    try {
      await boxes.cutOff(id, isCut, signal);
      if (isCut || box.isCut)
        this.#deps.logger.info('a box was held to what it may move in thirty days', { id, isCut });
      box.isCut = isCut;
    } catch (error) {
      // Tried again with the next look. One that is gone needs no limit.
      if (!signal.aborted)
        this.#deps.logger.warn('a box could not be held to what it may move in thirty days', { id, error });
    }
  }

  #sampled(box: Tracked, stats: BoxStats): void {
    const { clock } = this.#deps;
    const monotonic = clock.monotonic();
    const before = box.last;
    box.last = { monotonic, stats };
    if (!before) return;
    const ms = monotonic - before.monotonic;
    if (ms <= 0) return;
    // One that was started again counts from nothing.
    const nanos = Math.max(0, stats.cpuNanos - before.stats.cpuNanos);
    const cpuMillicores = Math.round((nanos / (ms * NANOS_PER_MS)) * 1000);
    const memoryMiB = Math.round(stats.memoryBytes / MIB);
    box.samples = [...box.samples, { at: clock.now(), cpuMillicores, memoryMiB }].slice(-KEPT);
  }
}

/** Pure. A counter that is lower than it was began anew, and the other one with it: all that they show came since. */
export function movedSince(before: Counters, now: Counters): Moved {
  const anew = now.receivedBytes < before.receivedBytes || now.sentBytes < before.sentBytes;
  const from = anew ? NOTHING : before;
  return { in: now.receivedBytes - from.receivedBytes, out: now.sentBytes - from.sentBytes };
}
