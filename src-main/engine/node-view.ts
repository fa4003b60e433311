// The node as a whole, as pages and commands see it: its state in one sentence, and what that was made of.

import { endOf } from '../../src-preload/contract/left.ts';
import type { NodeView } from '../../src-preload/contract/node.ts';
import type { Availability } from '../availability/availability.ts';
import type { Clock } from '../base/clock.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Settings } from '../settings/settings.ts';
import type { Work } from '../work/work.ts';
import type { DiskWatch } from './disk-watch.ts';
import type { EngineOptions } from './engine.ts';
import type { NetworkViews } from './network-views.ts';
import { blockersOf, stateOf } from './state.ts';
import type { Supervisor } from './supervisor.ts';
import { VERSION } from './version.ts';

export interface NodeViewsDeps {
  readonly clock: Clock;
  readonly availability: Pick<Availability, 'answer'>;
  readonly work: Pick<Work, 'count' | 'view'>;
  readonly networkViews: Pick<NetworkViews, 'take'>;
  readonly supervisor: Pick<Supervisor, 'health'>;
  readonly disk: Pick<DiskWatch, 'trouble'>;
  readonly settings: Pick<Settings, 'get'>;
  readonly secrets: Pick<Secrets, 'holder'>;
  /** What was said is true no longer. */
  readonly changed: () => void;
}

const MINUTE_MS = 60_000;

export class NodeViews {
  readonly #deps: NodeViewsDeps;
  readonly #options: Pick<EngineOptions, 'mode' | 'practice' | 'dataDir'>;
  readonly #startedAt: number;
  #started = false;
  #cancelAgain: (() => void) | undefined;

  constructor(deps: NodeViewsDeps, options: Pick<EngineOptions, 'mode' | 'practice' | 'dataDir'>) {
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
    const { clock, availability, work, networkViews, supervisor, disk, settings, secrets } = this.#deps;
    const { mode, practice, dataDir } = this.#options;
    const services = supervisor.health();
    const answer = availability.answer();
    const networks = networkViews.take();
    const now = clock.now();
    const running = { working: work.count('task'), jobs: work.count('job'), leases: work.count('lease') };
    const endsAt = answer.accepting || running.working + running.jobs === 0 ? null : endOf(work.view(), now);
    if (endsAt !== null) this.#sayAgain();
    return {
      ...stateOf(
        {
          started: this.#started,
          availability: answer,
          now,
          ...running,
          endsAt,
          networks,
          troubles: [...(disk.trouble ? [disk.trouble] : []), ...services.flatMap(({ reason }) => reason ?? [])],
          blockers: blockersOf(networks),
        },
        practice,
      ),
      version: VERSION,
      mode,
      practice,
      dataFolder: dataDir,
      name: settings.get('node.name'),
      sharing: settings.get('node.sharing'),
      pausedUntil: answer.accepting ? null : answer.until,
      ...running,
      endsAt,
      slots: answer.slots,
      startedAt: this.#startedAt,
      keyHolder: secrets.holder,
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
