import { Undo2 } from 'lucide-react';
import type { ReleaseView } from '../../../src-preload/contract/availability.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { useNow } from '../../components/now.ts';
import { NumberField } from '../../components/number-field.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { type Speech, useText } from '../../i18n/use-text.ts';

export interface ReleaseProps {
  /** Since when it is on its way, epoch milliseconds. */
  readonly since: number | undefined;
  readonly done: ReleaseView | undefined;
  readonly busy: boolean;
  /** How long running tasks may take to finish. */
  readonly finishSeconds: number | undefined;
  readonly onRelease: () => void;
  readonly onFinishSeconds: (seconds: number) => void;
}

const TENTH = 100;

/** "Give me my PC back", with a stopwatch, and what was measured when it was done. */
export function Release({ since, done, busy, finishSeconds, onRelease, onFinishSeconds }: ReleaseProps) {
  const { t, f, say } = useText();
  return (
    <Card title={t('availability.releaseTitle')}>
      <div className="grid gap-x-6 gap-y-4 wide:grid-cols-2">
        <div className="space-y-3">
          <p className="max-w-prose text-soft">{t('availability.releaseMeans')}</p>
          <Button look="main" icon={Undo2} busy={busy || since !== undefined} onClick={onRelease}>
            {t('availability.release')}
          </Button>
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
        </div>
        <div role="status" className="min-w-0">
          {since !== undefined && <Stopwatch since={since} />}
          {done && since === undefined && (
            <>
              <p className="font-medium">{t('availability.released')}</p>
              <p className="text-3xl leading-9 font-semibold tracking-tight tabular-nums">
                {t('availability.releasedIn', { seconds: f.number(done.tookMs / 1000, 1) })}
              </p>
              <ul aria-label={t('availability.proof.title')} className="mt-2 list-disc space-y-1 ps-5 text-soft">
                {proofOf(done, { t, f, say }).map((line) => (
                  <li key={line}>
                    <Text value={line} most={600} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      </div>
    </Card>
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
export function proofOf(done: ReleaseView, { t, f, say }: Pick<Speech, 't' | 'f' | 'say'>): string[] {
  const { tasksFinished, tasksReturned, unloaded, kept, vram } = done;
  const seconds = (ms: number) => f.number(ms / 1000, 1);
  const why = (reason: Reason) => quoted(say(reason).message, 300);
  return [
    t('availability.proof.stopped', { ms: Math.round(done.stoppedMs) }),
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
