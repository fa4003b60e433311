// A user who stops sharing to use this computer wants its memory too: models leave it when a program of the user's list starts, when
// an app fills the screen, and at a pause by hand. Hours that end and the other rules leave models where they are.

import type { RoomView } from '../../src-preload/contract/availability.ts';
import type { Availability } from '../availability/availability.ts';
import type { Release } from '../availability/release.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Settings } from '../settings/settings.ts';

export interface MemoryPressureDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: Pick<Settings, 'get'>;
  readonly availability: Pick<Availability, 'answer'>;
  readonly work: { readonly tasks: number };
  readonly release: Pick<Release, 'makeRoom' | 'keep'>;
  /** There is another room to show. */
  readonly changed: () => void;
}

type Cause = RoomView['cause'];

/** What stops sharing, by what wants the memory then. "Give me my PC back" frees it itself. */
const CAUSES: Readonly<Record<string, Cause>> = {
  apps: 'apps',
  fullscreen: 'fullscreen',
  'switched-off': 'by-hand',
  paused: 'by-hand',
  released: 'by-hand',
};

export class MemoryPressure {
  readonly #deps: MemoryPressureDeps;
  /** A pause that the node starts with is nothing new: a model loaded meanwhile was loaded without us. */
  #before: ReadonlySet<Cause> = new Set(['by-hand']);
  /** A pause by hand lets tasks end, and their models stay as long. */
  #waiting = false;
  #room: RoomView | null = null;

  constructor(deps: MemoryPressureDeps) {
    this.#deps = deps;
  }

  /** The last that was made; null where none was. */
  get room(): RoomView | null {
    return this.#room;
  }

  /** The user loads a model by hand: room that is still to be made at their pause is not what they want. */
  loading(backend: string, model: string): void {
    this.#waiting = false;
    this.#deps.release.keep(backend, model);
  }

  /** Makes room once for each time that the user comes back. To be called when the answer has changed, or what is running. */
  look(): void {
    const { settings, availability, work } = this.#deps;
    const { why, also } = availability.answer();
    const codes = [why, ...also].flatMap((each) => each?.code ?? []);
    const now = new Set(codes.flatMap((code) => CAUSES[code] ?? []));
    const fresh = (cause: Cause) => now.has(cause) && !this.#before.has(cause);
    const unload = settings.get('availability.unload');
    const finishMs = settings.get('availability.finishSeconds') * 1000;
    if (fresh('apps') && settings.get('availability.apps').unload) this.#makeRoom('apps', finishMs);
    else if (fresh('fullscreen') && unload) this.#makeRoom('fullscreen', finishMs);
    if (fresh('by-hand') && unload && !codes.includes('released')) this.#waiting = true;
    this.#waiting &&= now.has('by-hand');
    this.#before = now;
    if (!this.#waiting || work.tasks > 0) return;
    this.#waiting = false;
    this.#makeRoom('by-hand', 0);
  }

  #makeRoom(cause: Cause, finishMs: number): void {
    const { clock, logger, release, changed } = this.#deps;
    release.makeRoom(finishMs).then(
      (room) => {
        this.#room = { ...room, at: clock.now(), cause };
        logger.info('made room', { cause, unloaded: room.unloaded.length, kept: room.kept.length });
        changed();
      },
      (error: unknown) => logger.warn('no room could be made', { cause, error }),
    );
  }
}
