import { Undo2 } from 'lucide-react';
import type { RoomView } from '../../../src-preload/contract/availability.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { useNow } from '../../components/now.ts';
import { NumberField } from '../../components/number-field.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { Released } from '../../sharing.ts';
import { proofOf } from './proof.ts';
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
              <Proof title={t('availability.proof.title')} done={done} now={now} />
            </div>
          )}
          {roomIsLast && since === undefined && (
            <div>
              <p className="font-medium">{t(`availability.room.${room.cause}`, { time: f.clock(room.at, now) })}</p>
              <Proof title={t('availability.room.title')} done={room} now={now} />
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

function Proof({ title, done, now }: { title: string; done: Parameters<typeof proofOf>[0]; now: number }) {
  const speech = useText();
  return (
    <ul aria-label={title} className="mt-2 list-disc space-y-1 ps-5 text-soft">
      {proofOf(done, now, speech).map((line) => (
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
