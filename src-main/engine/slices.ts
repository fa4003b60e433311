// The live slices: one a noun, each with its own count of revisions within this run of the engine.

import type { AvailabilityView } from '../../src-preload/contract/availability.ts';
import type { BackendView } from '../../src-preload/contract/backends.ts';
import type { BackupView } from '../../src-preload/contract/backup.ts';
import type { BoxesView } from '../../src-preload/contract/boxes.ts';
import type { Live } from '../../src-preload/contract/define.ts';
import type { DesktopView } from '../../src-preload/contract/desktop.ts';
import type { EarningsView } from '../../src-preload/contract/earnings.ts';
import type { NetworkView } from '../../src-preload/contract/networks/index.ts';
import type { NodeView } from '../../src-preload/contract/node.ts';
import type { ReachabilityView } from '../../src-preload/contract/reachability.ts';
import type { RehearsalsView } from '../../src-preload/contract/rehearsal.ts';
import type { RunnersView } from '../../src-preload/contract/runners.ts';
import type { SettingView } from '../../src-preload/contract/settings/index.ts';
import type { WorkView } from '../../src-preload/contract/work.ts';
import type { Clock } from '../base/clock.ts';

export interface SliceValues {
  readonly node: NodeView;
  readonly availability: AvailabilityView;
  readonly backends: BackendView[];
  readonly runners: RunnersView;
  readonly boxes: BoxesView;
  readonly rehearsal: RehearsalsView;
  readonly work: WorkView;
  readonly earnings: EarningsView;
  readonly networks: NetworkView[];
  readonly reachability: ReachabilityView;
  readonly settings: SettingView[];
  readonly desktop: DesktopView | null;
  readonly backup: BackupView;
}

export type SliceName = keyof SliceValues;
export type SliceMakers = { readonly [N in SliceName]: () => SliceValues[N] };

/** Far below what an eye sees, far above the time between two tasks of a busy node. */
const ANNOUNCE_MS = 10;

export class Slices {
  readonly #boot: string;
  readonly #makers: SliceMakers;
  readonly #announce: (name: SliceName) => void;
  #revision = 0;

  readonly #clock: Clock;
  readonly #touched = new Set<SliceName>();
  #cancel: (() => void) | undefined;

  constructor(deps: { readonly clock: Clock }, boot: string, makers: SliceMakers, announce: (name: SliceName) => void) {
    this.#clock = deps.clock;
    this.#boot = boot;
    this.#makers = makers;
    this.#announce = announce;
  }

  /** The slice as it is now. */
  take<N extends SliceName>(name: N): Live<SliceValues[N]> {
    this.#revision += 1;
    return { boot: this.#boot, revision: this.#revision, value: this.#makers[name]() };
  }

  /** Slices are not as they were: listeners hear of it soon, once for all that happens until then. */
  touch(...names: readonly SliceName[]): void {
    for (const name of names) this.#touched.add(name);
    this.#cancel ??= this.#clock.after(ANNOUNCE_MS, () => this.flush());
  }

  /** Sends at once what waits to be sent. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const names = [...this.#touched];
    this.#touched.clear();
    for (const name of names) this.#announce(name);
  }
}
