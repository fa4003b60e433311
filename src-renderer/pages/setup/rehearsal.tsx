import { Check, CircleDashed, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand/react';
import { Button } from '../../components/button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Notice } from '../../components/notice.tsx';
import { Progress } from '../../components/progress.tsx';
import { Reason } from '../../components/reason.tsx';
import { useText } from '../../i18n/use-text.ts';
import { RehearsalCard } from '../../parts/rehearsal.tsx';
import { rehearse, rehearseStore } from '../../parts/rehearse.ts';
import { backendsStore } from '../../stores/backends.ts';
import { rehearsalStore } from '../../stores/rehearsal.ts';

/** A task tried with the user's own model, by itself, and how it went in one line. */
export function Rehearsal() {
  const { t, f } = useText();
  const rehearsals = useStore(rehearsalStore, ({ live }) => live?.value);
  const asking = useStore(rehearseStore, (state) => state.asking);
  const able = useStore(backendsStore, ({ live }) => live?.value.some(({ models }) => models.length > 0));
  const last = rehearsals?.last ?? null;
  const running = rehearsals?.running ?? null;
  const begun = useRef(false);
  const due = able === true && rehearsals !== undefined && running === null && !last?.ok;
  useEffect(() => {
    if (!due || begun.current) return;
    begun.current = true;
    void rehearse();
  }, [due]);
  if (able === undefined || rehearsals === undefined) return null;
  if (!able) {
    return (
      <Notice tone="warn" icon={TriangleAlert}>
        {t('setup.rehearsal.none')}
      </Notice>
    );
  }
  if (asking || running !== null || last === null) {
    return (
      <Notice tone="neutral" icon={CircleDashed}>
        <p>{t('setup.rehearsal.trying')}</p>
        <Progress
          label={t('setup.rehearsal.progress')}
          share={running?.done ?? 0}
          figure={f.percent(running?.done ?? 0)}
        />
      </Notice>
    );
  }
  const failed = last.checks.find((check) => check.state === 'failed');
  const speed = last.tokensPerSecond;
  return (
    <div className="space-y-1">
      <div role={last.ok ? 'status' : 'alert'}>
        <Notice
          tone={last.ok ? 'good' : 'warn'}
          icon={last.ok ? Check : TriangleAlert}
          action={!last.ok && <Button onClick={() => void rehearse()}>{t('setup.rehearsal.again')}</Button>}
        >
          <p>
            {t(last.ok ? 'setup.rehearsal.works' : 'setup.rehearsal.fails')}{' '}
            {last.ok && speed !== null && t('setup.rehearsal.does', { tokens: f.number(speed, speed < 100 ? 1 : 0) })}
          </p>
          {failed && (
            <p className="text-soft">
              <Reason reason={failed.reason} />
            </p>
          )}
        </Notice>
      </div>
      <Disclosure title={t('setup.rehearsal.checks')}>
        <RehearsalCard />
      </Disclosure>
    </div>
  );
}
