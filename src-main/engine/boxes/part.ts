// Boxes for strangers in a whole node: what networks get of them, what pages show, and what their owner can do about them. The engine is
// looked for when a network that sells boxes is joined, when boxes may be left of an earlier run, or when its owner wants to know.

import type { BoxesView, BoxView } from '../../../src-preload/contract/boxes.ts';
import type { NetworkId } from '../../../src-preload/contract/networks/index.ts';
import type { BoxEngineChoice } from '../../../src-preload/contract/settings/boxes.ts';
import { IMAGE_BUDGET_BYTES } from '../../backends/workloads/box-images.ts';
import type { Template } from '../../backends/workloads/templates.ts';
import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Service } from '../../base/lifecycle.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { BoxChoice } from '../../networks/boxes.ts';
import type { Network } from '../../networks/network.ts';
import type { Capacity } from '../../work/capacity.ts';
import { NOTHING, type Resources } from '../../work/resources.ts';
import type { Work } from '../../work/work.ts';
import { boxId, choiceOf, ownId } from './choice.ts';
import { cardsOf, lentOf, missingOf } from './elsewhere.ts';
import { BoxEnds } from './ends.ts';
import { BoxRented, BoxUnknown, PullStopped, PullUnderWay, RentalsUnknown } from './errors.ts';
import { BoxKeeper } from './keeper.ts';
import { EngineMarker, placeOf } from './marker.ts';
import { type Opener, opener } from './opener.ts';
import { Readings } from './readings.ts';
import { type BoxesRemoved, removeAllOfBoxes } from './removal.ts';
import { missingAt } from './stage.ts';
import { BoxUse, LOOK_MS } from './use.ts';

type Seller = Pick<Network, 'id' | 'boxes'>;

export interface BoxesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly capacity: Pick<Capacity, 'roomFor'>;
  readonly work: Pick<Work, 'endLease' | 'resourcesOf'>;
  /** What one box may send, and what it may take. */
  readonly mbitPerSecond: () => number;
  readonly monthlyBytes: () => number | null;
  /** What boxes can be made of, whenever it is asked. */
  readonly templates: () => readonly Template[];
  readonly engine: () => BoxEngineChoice;
  /** Of this computer, that boxes may have. */
  readonly ports: () => number;
  /** Whether customers may have their data encrypted. */
  readonly encrypts: () => boolean;
  /** Whether what they keep may be on volumes of their size. */
  readonly sizes: () => boolean;
  /** The graphics cards that boxes get whose spec says so, and whether any of their memory is lent. */
  readonly cards: () => string;
  readonly lendsCards: () => boolean;
  /** Whether machines are sold where the processor can't run them by itself. */
  readonly slowMachines: () => boolean;
  /** Whether new boxes may connect to the Internet. */
  readonly internet: () => boolean;
  readonly countData: (moved: { readonly in: number; readonly out: number }) => void;
  /** Whether its user has joined it. */
  readonly joined: (id: NetworkId) => boolean;
  /** Asked when all are made: they are made with what this gives them. */
  readonly networks: () => readonly Seller[];
}

export interface BoxesOptions {
  readonly dataDir: string;
  /** In place of the engine of this computer, for tests. */
  readonly open?: Opener;
}

interface Claimed {
  readonly network: string;
  readonly job: number;
}

export class BoxesPart implements Service {
  readonly name = 'boxes';
  readonly #deps: BoxesDeps;
  readonly #dataDir: string;
  readonly #open: Opener;
  readonly #keeper: BoxKeeper;
  readonly #marker: EngineMarker;
  readonly #use: BoxUse;
  readonly #ends: BoxEnds;
  readonly #events = new Emitter<{ changed: undefined }>();
  #pull: (NonNullable<BoxesView['pulling']> & { readonly stop: AbortController }) | undefined;
  #stop = new AbortController();
  #again = new AbortController();
  #looks: Promise<void> | undefined;
  #offs: readonly (() => void)[] = [];

  constructor(deps: BoxesDeps, { dataDir, open = opener(deps, dataDir) }: BoxesOptions) {
    this.#deps = deps;
    this.#dataDir = dataDir;
    this.#open = open;
    this.#marker = new EngineMarker(dataDir);
    this.#ends = new BoxEnds(deps.clock);
    this.#use = new BoxUse({
      clock: deps.clock,
      logger: deps.logger,
      readings: new Readings(dataDir),
      count: deps.countData,
      ended: (id) => {
        // Its engine may have told meanwhile, and more than this.
        if (!this.#ends.of(id)) this.#keeper.saw({ id, kind: 'exited' });
      },
      monthlyBytes: deps.monthlyBytes,
    });
    this.#keeper = new BoxKeeper({
      ...deps,
      open,
      marker: this.#marker,
      wanted: () => this.#wanted(),
      beforeSweep: (opened, signal) => this.#use.look(opened, signal),
      claimed: () => {
        const claimed = this.#claimed();
        return claimed && new Set(claimed.keys());
      },
    });
  }

  /** For good, and all that they were made of. Once the node has stopped. */
  removeAll(): Promise<BoxesRemoved> {
    return removeAllOfBoxes(this.#dataDir, this.#open);
  }

  choiceOf(network: NetworkId): BoxChoice {
    return choiceOf(network, { ...this.#deps, keeper: this.#keeper, ends: this.#ends, use: this.#use });
  }

  /** Called after each change of `view()`. Returns its off. */
  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  view(): BoxesView {
    const { stage, known } = this.#keeper;
    const pinned = new Map(known?.images.map((image) => [image.slug, image.pinned]));
    const pull = this.#pull;
    const choice = this.#deps.engine();
    return {
      stage: stage.at,
      missing: missingAt(stage) ?? missingOf(known, choice),
      wanted: this.#wanted(),
      engine: known
        ? {
            make: known.opened.engine.make,
            at: known.opened.engine.at,
            rootless: known.opened.engine.rootless,
            capacity: known.capacity,
            lends: lentOf(known, choice),
          }
        : null,
      probe: known?.probe ? { ...known.probe, checks: [...known.probe.checks] } : null,
      images: this.#deps.templates().map(({ slug, image, machine, minimum }) => {
        const here = pinned.get(slug);
        return {
          slug,
          image,
          machine: machine !== undefined,
          digest: here?.digest ?? null,
          bytes: here?.bytes ?? null,
          minimum,
        };
      }),
      imageBudgetBytes: IMAGE_BUDGET_BYTES,
      pulling: pull
        ? { slug: pull.slug, since: pull.since, doneBytes: pull.doneBytes, totalBytes: pull.totalBytes }
        : null,
      boxes: this.#views(),
    };
  }

  /** What boxes may have of an engine elsewhere; nothing where it is on this computer, or does not answer. */
  elsewhere(): Resources {
    const { known } = this.#keeper;
    const lent = known && lentOf(known, this.#deps.engine());
    if (!lent) return NOTHING;
    // Where customers are led through this computer, it is its ports that are lent.
    const ports = known.opened.engine.host === null ? this.#deps.ports() : ALL_PORTS;
    return { ...NOTHING, ...lent, diskMiB: lent.diskMiB ?? 0, gpuMiB: cardsOf(this.#deps.engine()), ports };
  }

  /** Never waits for an engine. */
  async start(): Promise<void> {
    if (this.#isStarted) return;
    this.#stop = new AbortController();
    this.#offs = [
      this.#keeper.on('changed', () => this.#changed()),
      this.#keeper.on('box', (event) => {
        this.#ends.heard(event);
        this.#lookSoon();
      }),
      this.#keeper.on('engine', () => this.#lookSoon()),
    ];
    this.#keeper.start();
    this.#lookSoon();
  }

  /** Boxes go on, and are found again by the next start. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    this.#pull?.stop.abort(new PullStopped());
    await this.#keeper.stop();
    await this.#looks;
    this.#use.write();
    for (const off of this.#offs) off();
    this.#offs = [];
  }

  /** Networks or settings are not as they were. */
  look(): void {
    this.#keeper.look();
  }

  probe(): void {
    this.#keeper.look({ probe: true });
  }

  /** What is lent of the graphics cards may be something or nothing now; `others`: boxes are to get other ones. */
  lookAtCards({ others = false } = {}): void {
    const graphics = this.#keeper.known?.probe?.graphics;
    if (!graphics) return;
    const isLent = this.#deps.lendsCards();
    const isNews = graphics.works ? !isLent : isLent && graphics.seen === null;
    if (isNews || (others && isLent)) this.probe();
  }

  /** Rejects with `boxes.unknown`, or as WorkloadBackend's. */
  async logs(id: string): Promise<string> {
    const signal = AbortSignal.timeout(ASK_MS);
    const boxes = await this.#keeper.backend(signal);
    if (!(await boxes.list(signal)).some((box) => box.id === id)) throw new BoxUnknown();
    return boxes.logs(id, signal);
  }

  /**
   * With its lease, whose network pays back what is left; one that is nobody's is removed. Rejects with `boxes.rented` before the start,
   * when no network can end a lease.
   */
  async end(id: string): Promise<void> {
    const all = this.#claimed();
    if (!all) throw new RentalsUnknown(id);
    const claimed = all.get(id);
    if (claimed) {
      if (!this.#isStarted) throw new BoxRented(id, claimed.network);
      this.#keeper.known?.opened.askAgain?.();
      await this.#deps.work.endLease(claimed.job);
      this.#lookSoon();
      return;
    }
    const signal = AbortSignal.timeout(REMOVE_MS);
    const opened = await this.#keeper.opened(signal);
    const { boxes, askAgain } = opened;
    if (!(await boxes.list(signal)).some((box) => box.id === id)) throw new BoxUnknown();
    askAgain?.();
    await this.#use.last(opened, id, signal);
    await boxes.remove(id, signal);
    this.#use.removed(id);
    if (this.#isStarted) this.#lookSoon();
  }

  /** Resolves when the image is here. */
  async pull(slug: string): Promise<void> {
    if (this.#pull) throw new PullUnderWay();
    const stop = new AbortController();
    const { clock } = this.#deps;
    this.#pull = { slug, since: clock.now(), doneBytes: 0, totalBytes: 0, stop };
    let shown = clock.monotonic();
    this.#changed();
    try {
      const { images, engine } = await this.#keeper.opened(stop.signal);
      this.#marker.use(placeOf(engine));
      await images.pull(
        slug,
        ({ doneBytes, totalBytes }) => {
          if (this.#pull) this.#pull = { ...this.#pull, doneBytes, totalBytes };
          if (clock.monotonic() - shown < PROGRESS_MS) return;
          shown = clock.monotonic();
          this.#changed();
        },
        stop.signal,
      );
      await this.#keeper.lookAtImages(AbortSignal.timeout(ASK_MS));
    } finally {
      this.#pull = undefined;
      this.#changed();
    }
  }

  /** There are others than before. */
  async lookAtImages(): Promise<void> {
    if (this.#keeper.known) await this.#keeper.lookAtImages(AbortSignal.timeout(ASK_MS));
    this.#changed();
  }

  stopPull(): void {
    this.#pull?.stop.abort(new PullStopped());
  }

  async removeImage(slug: string): Promise<void> {
    const signal = AbortSignal.timeout(REMOVE_MS);
    const { images } = await this.#keeper.opened(signal);
    await images.remove(slug, signal);
    await this.#keeper.lookAtImages(signal);
  }

  get #isStarted(): boolean {
    return this.#offs.length > 0;
  }

  #wanted(): boolean {
    const { networks, joined } = this.#deps;
    if (networks().some((network) => network.boxes && joined(network.id))) return true;
    const claimed = this.#claimed();
    return claimed === undefined || claimed.size > 0;
  }

  /** By the box as the engine knows it; undefined where a network can't tell. */
  #claimed(): ReadonlyMap<string, Claimed> | undefined {
    const claimed = new Map<string, Claimed>();
    for (const { id: network, boxes } of this.#deps.networks()) {
      try {
        for (const { id, job } of boxes?.claimed() ?? []) claimed.set(boxId(network, id), { network, job });
      } catch (error) {
        this.#deps.logger.error('a network does not say which boxes it has', { network, error });
        return undefined;
      }
    }
    return claimed;
  }

  #views(): BoxView[] {
    const claimed = this.#claimed();
    const lost = this.#keeper.known === undefined;
    return this.#use.all().map(({ found: { id, status }, samples, movedBytes }) => {
      const of = claimed?.get(id);
      const network = of?.network ?? this.#deps.networks().find((each) => ownId(each.id, id) !== undefined)?.id;
      return {
        id,
        network: network ?? null,
        job: of?.job ?? null,
        status: lost ? 'unknown' : status,
        ended: status === 'running' ? null : (this.#ends.of(id) ?? null),
        resources: (of && this.#deps.work.resourcesOf(of.job)) ?? null,
        use: [...samples],
        movedBytes,
      };
    });
  }

  /** After what is being looked at. */
  #lookSoon(): void {
    this.#again.abort();
    this.#looks ??= this.#lookOn(this.#stop.signal).finally(() => {
      this.#looks = undefined;
    });
  }

  /** As long as there are boxes. */
  async #lookOn(stop: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    const rest = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal).catch(() => undefined);
    do {
      // What happens at once is one look.
      await rest(TOGETHER_MS, stop);
      this.#again = new AbortController();
      const { known } = this.#keeper;
      if (stop.aborted || !known) return;
      try {
        await this.#use.look(known.opened, stop);
      } catch (error) {
        if (!stop.aborted) logger.debug('boxes could not be looked at', { error });
      }
      this.#changed();
      if (this.#use.all().length > 0) await rest(LOOK_MS, AbortSignal.any([stop, this.#again.signal]));
    } while (this.#use.all().length > 0 || this.#again.signal.aborted);
  }

  #changed(): void {
    this.#events.emit('changed', undefined);
  }
}

const ALL_PORTS = 65_535;
const TOGETHER_MS = 1000;
const PROGRESS_MS = 250;
const ASK_MS = 30_000;
const REMOVE_MS = 200_000;
