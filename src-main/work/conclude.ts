// Takes what runs to its end, each by its kind: some are let go on, some are handed back or refunded, and what may finish is given
// its time before it is stopped.

import type { Clock } from '../base/clock.ts';
import { assertNever } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { asked, endWithRefund } from './ask.ts';
import { type Occasion, type Step, stepFor } from './endings.ts';
import type { Live } from './work.ts';

export interface Concluded {
  /** How many tasks had to be stopped, as their time was over. */
  readonly stopped: number;
  readonly handedBack: number;
  readonly refunded: number;
  /** Leases that go on, and of which the user was to be asked. */
  readonly kept: number;
}

interface ConcludeDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handBack: boolean;
  readonly live: () => readonly Live[];
  /** Called after each end. */
  readonly ended: Set<() => void>;
}

export async function conclude(
  deps: ConcludeDeps,
  occasion: Occasion,
  { ms, graceMs }: { readonly ms: number; readonly graceMs: number },
): Promise<Concluded> {
  const { logger, handBack } = deps;
  // An ending may take its job out of the list at once.
  const all = deps.live().map((live) => {
    // What its network does not know yet can't be ended in any way.
    if (!live.handlers) return { live, step: 'keep' as const };
    const { lease } = live.handlers;
    // What is not known to end with this program is left to the next one.
    const outlives = asked(logger, live, () => lease?.outlives() ?? false, true);
    return { live, step: stepFor(occasion, live.job.kind, { handBack, outlives, elsewhere: live.claim.elsewhere }) };
  });
  for (const { live, step } of all) take(live, step, logger);
  const ending = new Set(all.filter(({ step }) => ENDS[step]).map(({ live }) => live));
  // What began meanwhile is waited for as well, such as a task that was taken just before the occasion.
  const left = () =>
    deps.live().filter((live) => ending.has(live) || (ENDS_TASKS[occasion] && live.job.kind === 'task'));
  await within(deps, ms, left);
  const late = left();
  if (late.length > 0) {
    logger.warn('work did not end in time and is stopped', { count: late.length });
    // A box that was paid for is not switched off without its refund: its network settles that at the next start.
    for (const live of late)
      if (live.job.kind !== 'lease') asked(logger, live, () => live.handlers?.cancel(), undefined);
    await within(deps, graceMs, left);
  }
  const count = (...steps: Step[]) => all.filter(({ step }) => steps.includes(step)).length;
  return {
    stopped: late.filter(({ job }) => job.kind === 'task').length,
    handedBack: count('hand-back'),
    refunded: count('refund'),
    kept: count('keep', 'ask'),
  };
}

/** The steps whose end is waited for. */
const ENDS: Readonly<Record<Step, boolean>> = {
  finish: false,
  'stop-late': true,
  'hand-back': true,
  keep: false,
  ask: false,
  refund: true,
};

const ENDS_TASKS: Readonly<Record<Occasion, boolean>> = { pause: false, room: true, release: true, quit: true };

function take(live: Live, step: Step, logger: Logger): void {
  const { handlers, job, leaving } = live;
  switch (step) {
    case 'hand-back':
      live.leaving = true;
      if (!leaving)
        asked(logger, live, () => (handlers?.handBack ? handlers.handBack() : handlers?.cancel()), undefined);
      return;
    case 'refund':
      endWithRefund(live).catch((error: unknown) => {
        logger.error('a lease could not be ended with a refund', { job: job.id, network: job.network, error });
      });
      return;
    case 'finish':
    case 'stop-late':
    case 'keep':
    case 'ask':
      return;
    default:
      assertNever(step);
  }
}

function within({ clock, ended }: ConcludeDeps, ms: number, left: () => readonly Live[]): Promise<void> {
  if (left().length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (left().length > 0) return;
      end();
    };
    const end = () => {
      cancel();
      ended.delete(look);
      resolve();
    };
    const cancel = clock.after(ms, end);
    ended.add(look);
  });
}
