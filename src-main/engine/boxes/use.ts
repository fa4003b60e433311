// What running boxes take, looked at now and then while there are any: the last half an hour of each, and what they moved through the
// network, which counts into the user's data plan.

import { type BoxFound, type BoxStats, HOUSE_BOXES, type WorkloadBackend } from '../../backends/workloads/backend.ts';
import type { Clock } from '../../base/clock.ts';

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
  /** Bytes of strangers' boxes. */
  readonly count: (moved: { readonly in: number; readonly out: number }) => void;
}

export const LOOK_MS = 20_000;
const KEPT = 90;
/** At once, of an engine that starts a program for each. */
const AT_ONCE = 4;
const MIB = 1024 * 1024;
const NANOS_PER_MS = 1_000_000;

interface Tracked {
  found: BoxFound;
  samples: readonly UseSample[];
  moved: number | null;
  last: { readonly monotonic: number; readonly stats: BoxStats } | undefined;
}

export class BoxUse {
  readonly #deps: BoxUseDeps;
  readonly #boxes = new Map<string, Tracked>();

  constructor(deps: BoxUseDeps) {
    this.#deps = deps;
  }

  all(): readonly BoxInUse[] {
    return [...this.#boxes.values()].map(({ found, samples, moved }) => ({ found, samples, movedBytes: moved }));
  }

  /** Rejects where the engine does not answer, and with the signal's reason. */
  async look(boxes: Pick<WorkloadBackend, 'list' | 'stats'>, signal: AbortSignal): Promise<void> {
    const list = (await boxes.list(signal)).filter(({ id }) => !HOUSE_BOXES.has(id));
    const there = new Set(list.map(({ id }) => id));
    for (const id of this.#boxes.keys()) if (!there.has(id)) this.#boxes.delete(id);
    for (const found of list) {
      const before = this.#boxes.get(found.id);
      if (before) before.found = found;
      else this.#boxes.set(found.id, { found, samples: [], moved: null, last: undefined });
    }
    const running = [...this.#boxes.values()].filter(({ found }) => found.status === 'running');
    while (running.length > 0) {
      await Promise.all(
        running.splice(0, AT_ONCE).map(async (box) => {
          // One that ended meanwhile is seen as ended the next time.
          const stats = await boxes.stats(box.found.id, signal).catch(() => undefined);
          if (stats) this.#sampled(box, stats);
        }),
      );
      signal.throwIfAborted();
    }
  }

  #sampled(box: Tracked, stats: BoxStats): void {
    const { clock, count } = this.#deps;
    const monotonic = clock.monotonic();
    const before = box.last;
    box.last = { monotonic, stats };
    if (!before) return;
    const ms = monotonic - before.monotonic;
    // One that was started again counts from nothing.
    const nanos = Math.max(0, stats.cpuNanos - before.stats.cpuNanos);
    if (ms > 0) {
      const cpuMillicores = Math.round((nanos / (ms * NANOS_PER_MS)) * 1000);
      const memoryMiB = Math.round(stats.memoryBytes / MIB);
      box.samples = [...box.samples, { at: clock.now(), cpuMillicores, memoryMiB }].slice(-KEPT);
    }
    if (!stats.network || !before.stats.network) return;
    const moved = {
      in: Math.max(0, stats.network.receivedBytes - before.stats.network.receivedBytes),
      out: Math.max(0, stats.network.sentBytes - before.stats.network.sentBytes),
    };
    box.moved = (box.moved ?? 0) + moved.in + moved.out;
    count(moved);
  }
}
