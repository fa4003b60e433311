// Keeps the engine that boxes are made at: looks for it, sweeps what an earlier run has left, tries whether a box would hold, and listens
// to what becomes of boxes, all behind a start that does not wait for it. When the engine goes away it is looked for again, and tried again.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { BoxEngineChoice } from '../../../src-preload/contract/settings/boxes.ts';
import type { BoxEvent, EngineCapacity, Probe, WorkloadBackend } from '../../backends/workloads/backend.ts';
import type { TemplateImage } from '../../backends/workloads/box-images.ts';
import type { OpenBoxes } from '../../backends/workloads/open.ts';
import { backoffMs } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import { toHearthError, toReason } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { EngineDiffers } from './errors.ts';
import { type EngineMarker, placeOf } from './marker.ts';
import { isChosen, type Opener } from './opener.ts';
import { afterProbe, changing, type Stage } from './stage.ts';

export interface KeeperDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly marker: Pick<EngineMarker, 'read' | 'write' | 'remove'>;
  readonly open: Opener;
  /** What its owner has chosen to make boxes with. */
  readonly engine: () => BoxEngineChoice;
  /** Whether anybody wants boxes made. */
  readonly wanted: () => boolean;
  /** All that networks claim, as the engine knows it; undefined where one can't tell: then nothing is left over. */
  readonly claimed: () => ReadonlySet<string> | undefined;
  /** What is to be known of boxes that may go. */
  readonly beforeSweep: (opened: OpenBoxes, signal: AbortSignal) => Promise<void>;
}

/** What is known of the engine that answers. */
export interface Known {
  readonly opened: OpenBoxes;
  readonly capacity: EngineCapacity;
  readonly images: readonly TemplateImage[];
  /** Undefined before the first. */
  readonly probe: (Probe & { readonly at: number }) | undefined;
}

const RETRY = { firstMs: 5000, longestMs: 300_000 };
/** What went wrong behind a removal is taken away by then, and images that were pulled by command are seen. */
const AGAIN_MS = 300_000;
/** While the last boxes of an engine are waited for. */
const SOON_MS = 30_000;

export class BoxKeeper {
  readonly #deps: KeeperDeps;
  readonly #events = new Emitter<{
    changed: undefined;
    box: BoxEvent;
    engine: 'engine-lost' | 'engine-back';
  }>();
  #stage: Stage = { at: 'off' };
  #known: Known | undefined;
  #opening: Promise<OpenBoxes> | undefined;
  #stop = new AbortController();
  #wake = new AbortController();
  #asked = false;
  #lost = false;
  /** One after another. */
  #failures = 0;
  #running: Promise<void> | undefined;
  /** What no sweep could remove, and was said once. */
  #leftovers: ReadonlySet<string> = new Set();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  on = this.#events.on.bind(this.#events);

  get stage(): Stage {
    return this.#stage;
  }

  /** Undefined while no engine answers. */
  get known(): Known | undefined {
    return this.#known;
  }

  /** What its engine did not tell of. */
  saw(event: BoxEvent): void {
    this.#events.emit('box', event);
  }

  start(): void {
    if (this.#running) return;
    this.#stop = new AbortController();
    this.#running = this.#run(this.#stop.signal);
  }

  /** Boxes go on. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    await this.#running;
    this.#running = undefined;
    this.#forget();
    this.#become({ at: 'off' });
  }

  /** Something that decides about boxes has changed. `probe`: it is tried anew whether a box would hold, whoever wants some. */
  look({ probe = false } = {}): void {
    if (probe) {
      this.#asked = true;
      // Said at once: who follows it must not take what was known before for the answer.
      if (this.#running && this.#stage.at !== 'probing') this.#become({ at: 'looking' });
    }
    this.#wake.abort();
  }

  /** The engine, looked for now where none is known. Rejects as `open`. */
  async backend(signal: AbortSignal): Promise<WorkloadBackend> {
    return (await this.#open(signal)).boxes;
  }

  /** With its images. Rejects as `open`. */
  opened(signal: AbortSignal): Promise<OpenBoxes> {
    return this.#open(signal);
  }

  /** Resolves when boxes can be made; rejects with what speaks against it, and with the signal's reason. */
  async offered(signal: AbortSignal, refuse: (why: Stage) => Error): Promise<void> {
    while (this.#stage.at === 'looking' || this.#stage.at === 'probing') await this.#nextChange(signal);
    signal.throwIfAborted();
    if (this.#stage.at !== 'open') throw refuse(this.#stage);
  }

  /** Asks the engine again which images it has. */
  async lookAtImages(signal: AbortSignal): Promise<void> {
    if (!this.#known) return;
    const images = await this.#known.opened.images.list(signal);
    if (this.#known) this.#know({ ...this.#known, images });
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        off();
        signal.removeEventListener('abort', abort);
      };
      const off = this.on('changed', () => {
        end();
        resolve();
      });
      const abort = () => {
        end();
        reject(signal.reason);
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  async #run(stop: AbortSignal): Promise<void> {
    const { clock, random, logger, wanted, marker } = this.#deps;
    while (!stop.aborted) {
      this.#wake = new AbortController();
      const woken = AbortSignal.any([stop, this.#wake.signal]);
      const unwanted = () => !wanted() && !this.#asked && marker.read() === undefined;
      if (unwanted()) {
        this.#become({ at: 'off' });
        await sleep(clock, undefined, woken);
        continue;
      }
      try {
        await this.#serve(stop);
      } catch (error) {
        if (stop.aborted) return;
        const why = reasonOf(error);
        if (this.#failures === 0) logger.warn('boxes: the engine can’t be used', { code: why.code, error });
        this.#forget();
        this.#become({ at: 'none', why });
        if (!this.#lost) this.#events.emit('engine', 'engine-lost');
        this.#lost = true;
        // Who asked has heard; nobody else wants it.
        this.#asked &&= wanted();
        // Until then it stays said.
        await sleep(clock, unwanted() ? undefined : backoffMs(this.#failures, RETRY, random), woken);
        this.#failures += 1;
      }
    }
  }

  /** With one engine, until nobody wants it any more. Rejects when it goes away. */
  async #serve(stop: AbortSignal): Promise<void> {
    const { clock, wanted, marker, engine, claimed } = this.#deps;
    if (!this.#known) this.#become({ at: 'looking' });
    const wasMade = marker.read() !== undefined;
    const opened = await this.#open(stop);
    // It was to be the one that is chosen. Left at once and looked for anew, it would be so without rest.
    if (!wasMade && claimed()?.size === 0 && !isChosen(opened.engine, engine()))
      throw new EngineDiffers(opened.boxes.id);
    const over = new AbortController();
    const signal = AbortSignal.any([stop, over.signal]);
    const gone = opened.boxes.watch((event) => this.#events.emit('box', event), signal);
    // Heard of where it is waited for; until then it must not count as nobody's.
    gone.catch(() => undefined);
    try {
      const [capacity, images] = await Promise.all([opened.boxes.capacity(signal), opened.images.list(signal)]);
      this.#know({ opened, capacity, images, probe: this.#known?.probe });
      this.#failures = 0;
      if (this.#lost) this.#events.emit('engine', 'engine-back');
      this.#lost = false;
      let probed = false;
      while (true) {
        // Made before anything is looked at, so that no change is missed meanwhile.
        this.#wake = new AbortController();
        const woken = AbortSignal.any([stop, this.#wake.signal]);
        stop.throwIfAborted();
        if (this.#asked) opened.askAgain?.();
        await this.#sweep(opened, signal);
        if (!wanted() && !this.#asked) {
          this.#become({ at: 'off' });
          if ((await opened.boxes.list(signal)).length === 0) {
            marker.remove();
            break;
          }
          await Promise.race([gone, sleep(clock, AGAIN_MS, woken)]);
          continue;
        }
        const isLeft = !isChosen(opened.engine, engine());
        // Another was chosen: what there is stays until it ends, and nothing is added to it.
        if (isLeft && claimed()?.size === 0) {
          marker.remove();
          this.#forget();
          break;
        }
        if (!probed || this.#asked) {
          this.#asked = false;
          probed = true;
          marker.write(placeOf(opened.engine));
          await this.#probe(opened, signal);
        }
        if (isLeft) {
          const count = claimed()?.size ?? (await opened.boxes.list(signal)).length;
          this.#become(changing(opened.boxes.id, count));
        } else this.#become(afterProbe(this.#known!.probe!));
        await Promise.race([gone, sleep(clock, isLeft ? SOON_MS : AGAIN_MS, woken)]);
        stop.throwIfAborted();
        const [now, here] = await Promise.all([opened.boxes.capacity(signal), opened.images.list(signal)]);
        this.#know({ ...this.#known!, capacity: now, images: here });
      }
    } finally {
      over.abort();
    }
  }

  async #probe(opened: OpenBoxes, signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    this.#become({ at: 'probing' });
    const probe = await opened.boxes.probe(signal);
    this.#know({ ...this.#known!, probe: { ...probe, at: clock.now() } });
    const stage = afterProbe(probe);
    if (stage.at === 'refused')
      logger.warn('a box would not hold here', { checks: probe.checks.filter(({ held }) => !held) });
  }

  async #sweep(opened: OpenBoxes, signal: AbortSignal): Promise<void> {
    const { claimed, beforeSweep, logger } = this.#deps;
    if (!claimed()) return;
    await beforeSweep(opened, signal);
    const keep = claimed();
    if (!keep) return;
    const { boxes } = opened;
    const { gone, left } = await boxes.sweep(keep, signal);
    if (gone.length > 0) logger.info('boxes that nobody claims were removed', { boxes: gone });
    for (const { id, error } of left) {
      if (!this.#leftovers.has(id)) logger.warn('a box that nobody claims could not be removed', { id, error });
    }
    this.#leftovers = new Set(left.map(({ id }) => id));
  }

  /** One look at a time: who waits for it meanwhile shares it. */
  async #open(signal: AbortSignal): Promise<OpenBoxes> {
    this.#opening ??= this.#find().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return await until(this.#opening, signal);
  }

  /** Where boxes may be, no other engine is asked: it would say that there are none. */
  async #find(): Promise<OpenBoxes> {
    const { marker, open, claimed } = this.#deps;
    const signal = AbortSignal.timeout(LOOK_MS);
    const place = marker.read();
    if (place === undefined) return open(undefined, signal);
    try {
      return await open(place, signal);
    } catch (error) {
      if (claimed()?.size !== 0) throw error;
      return open(undefined, signal);
    }
  }

  #forget(): void {
    this.#opening = undefined;
    if (this.#known) {
      this.#known = undefined;
      this.#events.emit('changed', undefined);
    }
  }

  #know(known: Known): void {
    this.#known = known;
    this.#events.emit('changed', undefined);
  }

  #become(stage: Stage): void {
    if (stage.at === this.#stage.at && stage.at === 'off') return;
    this.#stage = stage;
    this.#events.emit('changed', undefined);
  }
}

/** Several sockets may have to be tried. */
const LOOK_MS = 60_000;

const reasonOf = (error: unknown): Reason => toReason(toHearthError(error));

async function sleep(clock: Clock, ms: number | undefined, signal: AbortSignal): Promise<void> {
  await clock.sleep(ms ?? FOREVER_MS, signal).catch(() => undefined);
}

const FOREVER_MS = 24 * 3_600_000;

/** Who waits may leave; the work goes on for the others. */
function until<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
