// How long the running tasks and jobs may still take, from how long such took of late. Pure: its test is a table. Without zod, for
// pages and shell use it too.

import type { TaskView, WorkView } from './work.ts';

/** Seconds until the last of them is done; undefined where nothing tells. Leases, which are sold by the clock, are not waited for. */
export function secondsLeft(work: Pick<WorkView, 'live' | 'recent'>, now: number): number | undefined {
  const each = work.live.flatMap((task) => (task.kind === 'lease' ? [] : [leftOf(task, work.recent, now)]));
  if (each.length === 0 || each.includes(undefined)) return undefined;
  return Math.max(1, Math.ceil(Math.max(...each.map(Number)) / 1000));
}

/** When that is, epoch milliseconds; null where nothing tells. */
export function endOf(work: Pick<WorkView, 'live' | 'recent'>, now: number): number | null {
  const seconds = secondsLeft(work, now);
  return seconds === undefined ? null : now + seconds * 1000;
}

/** Of those that took longer than it has by now, the one in the middle tells when it may be done. */
function leftOf(task: TaskView, recent: readonly TaskView[], now: number): number | undefined {
  const elapsed = Math.max(0, now - task.startedAt);
  const took = alike(task, recent)
    .map(({ startedAt, finishedAt }) => (finishedAt ?? startedAt) - startedAt)
    .filter((ms) => ms > elapsed)
    .sort((a, b) => a - b);
  const middle = took[Math.floor(took.length / 2)];
  return middle === undefined ? undefined : middle - elapsed;
}

/** The same kind of work on the same model; else the same kind. */
function alike(task: TaskView, recent: readonly TaskView[]): readonly TaskView[] {
  const kind = recent.filter(({ state, what }) => state === 'done' && what === task.what);
  const model = kind.filter(({ inference }) => inference?.model === task.inference?.model);
  return model.length > 0 ? model : kind;
}

/** As a sentence has room for: whole minutes, rounded up; 0 is less than one. Undefined: it can't be known, or it should be over by now. */
export function minutesLeft(endsAt: number | null, now: number): number | undefined {
  if (endsAt === null || endsAt <= now) return undefined;
  const minutes = (endsAt - now) / 60_000;
  return minutes < 1 ? 0 : Math.ceil(minutes);
}
