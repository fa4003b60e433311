// "Give me my PC back": nothing new is taken at once, what runs ends soon or is handed back, models leave the memory, and what
// was done is measured, not claimed.

import type { ReleaseView } from '../../src-preload/contract/availability.ts';
import type { BackendView } from '../../src-preload/contract/backends.ts';
import type { Clock } from '../base/clock.ts';
import { toHearthError } from '../base/errors.ts';
import type { Reading, Sensor, Vram } from './sensors/sensor.ts';

export interface ReleaseDeps {
  readonly clock: Clock;
  /** Pauses until resumed; in force when the call returns, on disk when it resolves. */
  readonly hold: () => Promise<void>;
  readonly work: {
    readonly tasks: number;
    /** Ends what runs, each as its kind asks. */
    conclude(
      occasion: 'release' | 'room',
      ms: number,
      graceMs: number,
    ): Promise<{ readonly stopped: number; readonly handedBack: number }>;
    leases(of: { readonly here: boolean }): ReleaseView['leases'];
  };
  readonly models: {
    views(): readonly BackendView[];
    /** Looks at all of them again. */
    detect(): Promise<readonly BackendView[]>;
    /** Resolves with the milliseconds it took, once it was seen to be gone. */
    unload(backend: string, model: string): Promise<number>;
  };
  readonly vram: Sensor<Vram>;
}

/** What is stopped needs a moment to say so to its caller. */
const GRACE_MS = 2000;
const VRAM_MS = 3000;

export type Room = Omit<ReleaseView, 'stoppedMs' | 'leases'>;

type Gone = ReleaseView['unloaded'][number] | ReleaseView['kept'][number];

export class Release {
  readonly #deps: ReleaseDeps;
  #running: Promise<ReleaseView> | undefined;
  /** Asked for by hand since the last room began to be made. */
  readonly #wanted = new Set<string>();

  constructor(deps: ReleaseDeps) {
    this.#deps = deps;
  }

  /** `finishMs`: how long running tasks may take to end by themselves. Joins the one under way. */
  run(finishMs: number): Promise<ReleaseView> {
    this.#running ??= this.#run(finishMs).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** A model that the user loads by hand stays, whatever room is being made. */
  keep(backend: string, model: string): void {
    this.#wanted.add(wantedAs(backend, model));
  }

  /** The same without a pause, where something else already keeps new tasks away. */
  makeRoom(finishMs: number): Promise<Room> {
    return this.#running ?? this.#makeRoom('room', finishMs);
  }

  async #run(finishMs: number): Promise<ReleaseView> {
    const { clock, hold, work } = this.#deps;
    const began = clock.monotonic();
    const remembered = hold();
    // Reported at the end: what can't be written is no reason not to give the computer back.
    remembered.catch(() => undefined);
    const stoppedMs = clock.monotonic() - began;
    const room = await this.#makeRoom('release', finishMs);
    await remembered;
    // What is elsewhere takes nothing of this computer.
    const leases = work.leases({ here: true });
    return { stoppedMs, ...room, leases, tookMs: clock.monotonic() - began };
  }

  async #makeRoom(occasion: 'release' | 'room', finishMs: number): Promise<Room> {
    const { clock, work, models } = this.#deps;
    const began = clock.monotonic();
    const { tasks } = work;
    this.#wanted.clear();
    // Meanwhile another program may have loaded something; and the memory is read while it is still full.
    const [{ stopped, handedBack }, before] = await Promise.all([
      work.conclude(occasion, finishMs, GRACE_MS),
      this.#vram(),
      models.detect(),
    ]);
    const loaded = loadedHere(models.views()).filter(
      ({ backend, model }) => !this.#wanted.has(wantedAs(backend, model)),
    );
    const gone = await Promise.all(loaded.map((each) => this.#unload(each)));
    const after = await this.#vram();
    return {
      tasksFinished: Math.max(0, tasks - stopped),
      tasksReturned: stopped,
      jobsHandedBack: handedBack,
      unloaded: gone.filter((each) => 'tookMs' in each),
      kept: gone.filter((each) => 'reason' in each),
      vram: after.ok
        ? { ...after.value, freedBytes: before.ok ? Math.max(0, after.value.freeBytes - before.value.freeBytes) : 0 }
        : null,
      tookMs: clock.monotonic() - began,
    };
  }

  async #unload({ backend, model }: { readonly backend: string; readonly model: string }): Promise<Gone> {
    try {
      return { backend, model, tookMs: await this.#deps.models.unload(backend, model) };
    } catch (error) {
      const { code, message } = toHearthError(error);
      return { backend, model, reason: { code, message } };
    }
  }

  async #vram(): Promise<Reading<Vram>> {
    const late = new AbortController();
    const cancel = this.#deps.clock.after(VRAM_MS, () => late.abort());
    try {
      return await this.#deps.vram.read(late.signal);
    } finally {
      cancel();
    }
  }
}

const wantedAs = (backend: string, model: string) => `${backend} ${model}`;

/** Models in the memory of this computer, as far as their servers tell. */
function loadedHere(views: readonly BackendView[]): readonly { readonly backend: string; readonly model: string }[] {
  return views.filter(isHere).flatMap(({ id, models }) => {
    const loaded = models.filter(({ state }) => state === 'loaded' || state === 'loading');
    return loaded.map((model) => ({ backend: id, model: model.id }));
  });
}

/** What was found by looking was looked for on this computer alone. */
function isHere({ origin, url }: BackendView): boolean {
  return origin === 'found' || /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:|\/|$)/i.test(url);
}
