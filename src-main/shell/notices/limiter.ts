// At most one notification of a kind in an hour. What comes before the hour is over waits for its end, all of it in one, and is
// dropped where it is no longer so by then: what has mended itself needs no attention.

import type { NoticeKind } from '../../../src-preload/contract/settings/desktop.ts';
import type { Clock } from '../../base/clock.ts';
import type { Notice } from '../words/words.ts';

export interface LimiterDeps {
  readonly clock: Clock;
  readonly show: (notice: Notice, place: string | undefined) => void;
}

/** `times`: how often it was since the last one that was shown. Undefined: there is nothing to tell any more. */
export type MakeNotice = (times: number) => { readonly notice: Notice; readonly place?: string } | undefined;

interface Held {
  readonly shownAt: number;
  times: number;
  make: MakeNotice | undefined;
  cancel: (() => void) | undefined;
}

const HOUR_MS = 3_600_000;

export class Limiter {
  readonly #deps: LimiterDeps;
  readonly #held = new Map<NoticeKind, Held>();

  constructor(deps: LimiterDeps) {
    this.#deps = deps;
  }

  /** Shows it now, or at the end of the hour. Only what was shown counts. */
  offer(kind: NoticeKind, make: MakeNotice): void {
    const { clock } = this.#deps;
    const held = this.#held.get(kind);
    const left = held ? held.shownAt + HOUR_MS - clock.now() : 0;
    // A clock that was set back would make it wait for longer than there is a reason to.
    if (held === undefined || left <= 0 || left > HOUR_MS) {
      this.#show(kind, make, 1);
      return;
    }
    held.times += 1;
    held.make = make;
    held.cancel ??= clock.after(left, () => this.#show(kind, held.make ?? make, held.times));
  }

  stop(): void {
    for (const { cancel } of this.#held.values()) cancel?.();
    this.#held.clear();
  }

  #show(kind: NoticeKind, make: MakeNotice, times: number): void {
    this.#held.get(kind)?.cancel?.();
    this.#held.delete(kind);
    const made = make(times);
    if (made === undefined) return;
    this.#held.set(kind, { shownAt: this.#deps.clock.now(), times: 0, make: undefined, cancel: undefined });
    this.#deps.show(made.notice, made.place);
  }
}
