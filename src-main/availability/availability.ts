// The one answer to "share now, how much, and why not": read by admission, heartbeats, tray and pages alike.

import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import { effectiveSlots, shareAt, timeOfDay } from './windows.ts';

export interface AvailabilityAnswer {
  /** False: no new work at all, whatever the slots. */
  readonly accepting: boolean;
  /** Slots open to all networks together; 0 where nothing is accepted. */
  readonly slots: number;
  /** Which rule bound the answer; null when nothing does. */
  readonly bound: 'switched-off' | 'draining' | 'storage' | 'no-capacity' | 'window' | null;
}

export interface AvailabilityDeps {
  readonly clock: Clock;
  readonly settings: { get<P extends SettingPath>(path: P): SettingValue<P> };
}

export class Availability {
  readonly #deps: AvailabilityDeps;
  #draining = false;
  #blocked = false;
  /** The windows' share changes by the minute; admission asks thousands of times a second. */
  #share = { minute: -1, windows: null as unknown, share: 1 };

  constructor(deps: AvailabilityDeps) {
    this.#deps = deps;
  }

  /** From now on nothing new is accepted; there is no way back but a new start. */
  drain(): void {
    this.#draining = true;
  }

  /** While outcomes can't be recorded, nothing may be taken: it would be work for nothing. */
  block(on: boolean): void {
    this.#blocked = on;
  }

  answer(): AvailabilityAnswer {
    const { settings } = this.#deps;
    if (this.#draining) return { accepting: false, slots: 0, bound: 'draining' };
    if (this.#blocked) return { accepting: false, slots: 0, bound: 'storage' };
    if (!settings.get('node.sharing')) return { accepting: false, slots: 0, bound: 'switched-off' };
    const most = settings.get('capacity.maxConcurrent');
    const share = this.#shareNow();
    const slots = effectiveSlots(most, share);
    if (most === 0) return { accepting: true, slots, bound: 'no-capacity' };
    return { accepting: true, slots, bound: share < 1 ? 'window' : null };
  }

  #shareNow(): number {
    const now = this.#deps.clock.now();
    const minute = Math.floor(now / 60_000);
    const windows = this.#deps.settings.get('availability.windows');
    if (this.#share.minute !== minute || this.#share.windows !== windows) {
      this.#share = { minute, windows, share: shareAt(windows, timeOfDay(new Date(now))) };
    }
    return this.#share.share;
  }
}
