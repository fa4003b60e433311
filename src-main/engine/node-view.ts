// The node as a whole, as pages and commands see it: its state in one sentence, and what that was made of.

import { endOf } from '../../src-preload/contract/left.ts';
import type { NetworkView } from '../../src-preload/contract/networks/index.ts';
import type { NodeView } from '../../src-preload/contract/node.ts';
import type { Availability } from '../availability/availability.ts';
import type { Clock } from '../base/clock.ts';
import type { Settings } from '../settings/settings.ts';
import type { Work } from '../work/work.ts';
import type { DiskWatch } from './disk-watch.ts';
import { blockersOf, stateOf } from './state.ts';
import type { Supervisor } from './supervisor.ts';
import { VERSION } from './version.ts';

export interface NodeViewsDeps {
  readonly clock: Clock;
  readonly availability: Pick<Availability, 'answer'>;
  readonly work: Pick<Work, 'running' | 'view'>;
  readonly networks: () => readonly NetworkView[];
  readonly supervisor: Pick<Supervisor, 'health'>;
  readonly disk: () => Pick<DiskWatch, 'trouble'>;
  readonly settings: Pick<Settings, 'get'>;
  readonly keyHolder: () => string;
  /** What was said is true no longer. */
  readonly changed: () => void;
}

const MINUTE_MS = 60_000;

export class NodeViews {
  readonly #deps: NodeViewsDeps;
  readonly #options: Pick<NodeView, 'mode' | 'practice' | 'dataFolder'>;
  readonly #startedAt: number;
  #started = false;
  #cancelAgain: (() => void) | undefined;

  constructor(deps: NodeViewsDeps, options: Pick<NodeView, 'mode' | 'practice' | 'dataFolder'>) {
    this.#deps = deps;
    this.#options = options;
    this.#startedAt = deps.clock.now();
  }

  /** Its parts are started. */
  started(): void {
    this.#started = true;
  }

  stop(): void {
    this.#cancelAgain?.();
  }

  take(): NodeView {
    const { clock, availability, work, supervisor, disk, settings, keyHolder } = this.#deps;
    const services = supervisor.health();
    const answer = availability.answer();
    const networks = this.#deps.networks();
    const { trouble } = disk();
    const now = clock.now();
    const endsAt = answer.accepting || work.running === 0 ? null : endOf(work.view(), now);
    if (endsAt !== null) this.#sayAgain();
    return {
      ...stateOf(
        {
          started: this.#started,
          availability: answer,
          now,
          working: work.running,
          endsAt,
          networks,
          troubles: [...(trouble ? [trouble] : []), ...services.flatMap(({ reason }) => reason ?? [])],
          blockers: blockersOf(networks),
        },
        this.#options.practice,
      ),
      ...this.#options,
      version: VERSION,
      name: settings.get('node.name'),
      sharing: settings.get('node.sharing'),
      pausedUntil: answer.accepting ? null : answer.until,
      working: work.running,
      endsAt,
      slots: answer.slots,
      startedAt: this.#startedAt,
      keyHolder: keyHolder(),
      services,
    };
  }

  /** What is said of the time left is true for a minute. */
  #sayAgain(): void {
    this.#cancelAgain ??= this.#deps.clock.after(MINUTE_MS, () => {
      this.#cancelAgain = undefined;
      this.#deps.changed();
    });
  }
}
