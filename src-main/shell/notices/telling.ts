// Notifications, from the slices to the screen.

import type { NoticeKind } from '../../../src-preload/contract/settings/desktop.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { type Slices, settingIn } from '../follow.ts';
import type { Notice, Words } from '../words/words.ts';
import { Limiter, type MakeNotice } from './limiter.ts';
import { notify } from './notify.ts';
import { Watch } from './watch.ts';

export interface TellingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly slices: () => Slices;
  readonly words: () => Words;
  readonly sentence: () => string;
  /** A click on a notification. */
  readonly open: (place: string | undefined) => void;
  /** The user looks at the window, which says it too. */
  readonly seen: () => boolean;
}

export interface Telling {
  /** News: by the setting for its kind, and at most once an hour. */
  news(kind: NoticeKind, notice: Notice, place?: string): void;
  /** The answer to a click of the user's, always. */
  answer(notice: Notice): void;
  /** The slices have changed. */
  look(): void;
  stop(): void;
}

export function createTelling(deps: TellingDeps): Telling {
  const { clock, slices, seen } = deps;
  const limiter = new Limiter({ clock, show: (notice, place) => notify(notice, place, deps) });
  const offer = (kind: NoticeKind, make: MakeNotice) => {
    const wanted = () => settingIn(slices(), 'desktop.notifications')?.[kind] === true && !seen();
    if (wanted()) limiter.offer(kind, (times) => (wanted() ? make(times) : undefined));
  };
  const watch = new Watch({ ...deps, offer });
  return {
    news: (kind, notice, place) => offer(kind, () => ({ notice, place })),
    answer: (notice) => notify(notice, undefined, deps),
    look: () => watch.look(),
    stop() {
      watch.stop();
      limiter.stop();
    },
  };
}
