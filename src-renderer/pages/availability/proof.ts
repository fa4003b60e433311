// What giving the computer back did, as it was measured, a sentence each. Pure.
import type { ReleaseView } from '../../../src-preload/contract/availability.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import { quoted } from '../../format/text.ts';
import type { Speech } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';

const MOST_MODELS = 16;
const MOST_LEASES = 4;

/** `done` without when it stopped and without leases: memory that was freed without a pause. */
export function proofOf(
  done: Omit<ReleaseView, 'stoppedMs' | 'leases'> & Partial<ReleaseView>,
  now: number,
  { t, f, say }: Pick<Speech, 't' | 'f' | 'say'>,
): string[] {
  const { stoppedMs, tasksFinished, tasksReturned, jobsHandedBack, leases = [], unloaded, kept, vram } = done;
  const seconds = (ms: number) => f.number(ms / 1000, 1);
  const why = (reason: Reason) => quoted(say(reason).message, 300);
  return [
    ...(stoppedMs === undefined ? [] : [t('availability.proof.stopped', { ms: Math.round(stoppedMs) })]),
    ...(tasksFinished + tasksReturned + jobsHandedBack === 0 ? [t('availability.proof.none')] : []),
    ...(tasksFinished > 0 ? [t('availability.proof.finished', { count: tasksFinished })] : []),
    ...(tasksReturned > 0 ? [t('availability.proof.returned', { count: tasksReturned })] : []),
    ...(jobsHandedBack > 0 ? [t('availability.proof.jobs', { count: jobsHandedBack })] : []),
    ...leases
      .slice(0, MOST_LEASES)
      .map(({ what, paidUntil }) =>
        t('availability.proof.lease', { what: quoted(workWords(what, t), 80), time: f.clock(paidUntil, now) }),
      ),
    ...(leases.length > MOST_LEASES ? [t('frame.more', { count: leases.length - MOST_LEASES })] : []),
    ...unloaded
      .slice(0, MOST_MODELS)
      .map(({ model, tookMs }) =>
        t('availability.proof.unloaded', { model: quoted(model, 80), seconds: seconds(tookMs) }),
      ),
    ...(unloaded.length > MOST_MODELS ? [t('frame.more', { count: unloaded.length - MOST_MODELS })] : []),
    ...(unloaded.length + kept.length === 0 ? [t('availability.proof.unloadedNone')] : []),
    ...kept
      .slice(0, MOST_MODELS)
      .map(({ model, reason }) => t('availability.proof.kept', { model: quoted(model, 80), why: why(reason) })),
    vram
      ? t('availability.proof.vram', {
          free: f.bytes(vram.freeBytes),
          total: f.bytes(vram.totalBytes),
          freed: f.bytes(vram.freedBytes),
        })
      : t('availability.proof.noVram'),
  ];
}
