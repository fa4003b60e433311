import { Undo2 } from 'lucide-react';
import type { ReleaseView, RoomView } from '../../../src-preload/contract/availability.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { useNow } from '../../components/now.ts';
import { NumberField } from '../../components/number-field.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { type Speech, useText } from '../../i18n/use-text.ts';
import type { Released } from '../../sharing.ts';
import { Toggle } from './toggle.tsx';

export interface ReleaseProps {
  /** Since when it is on its way, epoch milliseconds. */
  readonly since: number | undefined;
  readonly done: Released | undefined;
  /** Memory that was freed without that button. */
  readonly room: RoomView | null;
  readonly unload: boolean;
  readonly now: number;
  readonly busy: boolean;
  /** How long running tasks may take to finish. */
  readonly finishSeconds: number | undefined;
  readonly onRelease: () => void;
  readonly onFinishSeconds: (seconds: number) => void;
  readonly onUnload: (on: boolean) => Promise<unknown>;
}

const TENTH = 100;

/** "Give me my PC back", with a stopwatch, and what was measured when memory was last freed, by it or without it. */
export function Release(props: ReleaseProps) {
  const { since, done, room, unload, now, busy, finishSeconds, onRelease, onFinishSeconds, onUnload } = props;
  const { t, f } = useText();
  const roomIsLast = room !== null && (done === undefined || room.at > done.at);
  return (
    <Card title={t('availability.releaseTitle')}>
      <div className="space-y-3">
        <p className="text-soft">{t('availability.releaseMeans')}</p>
        <Button look="main" icon={Undo2} busy={busy || since !== undefined} onClick={onRelease}>
          {t('availability.release')}
        </Button>
        <div role="status" className="min-w-0 space-y-4 empty:hidden">
          {since !== undefined && <Stopwatch since={since} />}
          {done && !roomIsLast && since === undefined && (
            <div>
              <p className="font-medium">{t('availability.released')}</p>
              <p className="text-3xl leading-9 font-semibold tracking-tight tabular-nums">
                {t('availability.releasedIn', { seconds: f.number(done.tookMs / 1000, 1) })}
              </p>
              <Proof title={t('availability.proof.title')} done={done} />
            </div>
          )}
          {roomIsLast && since === undefined && (
            <div>
              <p className="font-medium">{t(`availability.room.${room.cause}`, { time: f.clock(room.at, now) })}</p>
              <Proof title={t('availability.room.title')} done={room} />
            </div>
          )}
        </div>
        <Disclosure title={t('availability.releaseHow')}>
          <div className="space-y-3 py-1">
            {finishSeconds !== undefined && (
              <div className="max-w-72">
                <NumberField
                  label={t('availability.finishSeconds')}
                  value={finishSeconds}
                  least={0}
                  most={60}
                  onSave={onFinishSeconds}
                />
              </div>
            )}
            <Toggle
              label={t('availability.unload')}
              means={t('availability.unloadMeans')}
              on={unload}
              onChange={onUnload}
            />
          </div>
        </Disclosure>
      </div>
    </Card>
  );
}

function Proof({ title, done }: { title: string; done: Parameters<typeof proofOf>[0] }) {
  const speech = useText();
  return (
    <ul aria-label={title} className="mt-2 list-disc space-y-1 ps-5 text-soft">
      {proofOf(done, speech).map((line) => (
        <li key={line}>
          <Text value={line} most={600} />
        </li>
      ))}
    </ul>
  );
}

function Stopwatch({ since }: { since: number }) {
  const { t, f } = useText();
  const now = useNow(TENTH);
  return (
    <>
      <p className="font-medium">{t('availability.releasing')}</p>
      <p aria-hidden="true" className="text-3xl leading-9 font-semibold tracking-tight tabular-nums">
        {t('availability.seconds', { seconds: f.number(Math.max(0, now - since) / 1000, 1) })}
      </p>
    </>
  );
}

const MOST_MODELS = 16;

/** What was measured, a sentence each. */
export function proofOf(
  done: Omit<ReleaseView, 'stoppedMs' | 'jobsHandedBack' | 'leases'> & Partial<ReleaseView>,
  { t, f, say }: Pick<Speech, 't' | 'f' | 'say'>,
): string[] {
  const { stoppedMs, tasksFinished, tasksReturned, unloaded, kept, vram } = done;
  const seconds = (ms: number) => f.number(ms / 1000, 1);
  const why = (reason: Reason) => quoted(say(reason).message, 300);
  return [
    ...(stoppedMs === undefined ? [] : [t('availability.proof.stopped', { ms: Math.round(stoppedMs) })]),
    ...(tasksFinished + tasksReturned === 0 ? [t('availability.proof.none')] : []),
    ...(tasksFinished > 0 ? [t('availability.proof.finished', { count: tasksFinished })] : []),
    ...(tasksReturned > 0 ? [t('availability.proof.returned', { count: tasksReturned })] : []),
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
