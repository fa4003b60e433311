import { Check, CircleDashed, FlaskConical, TriangleAlert, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand/react';
import type { NetworkId, JobRehearsal as Rehearsal } from '../../src-preload/contract/networks/index.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { Reason } from '../components/reason.tsx';
import { Text } from '../components/text.tsx';
import { useText } from '../i18n/use-text.ts';
import { pagesOf, workWords } from '../networks/lookup.ts';
import { rehearsedStore, rehearseJob } from './rehearse-job.ts';

export interface JobRehearsalProps {
  readonly id: NetworkId;
  /** Begins by itself, once. */
  readonly unasked?: boolean;
}

/** One job of a network the whole way, with what does its jobs here and servers on this computer: a button, and step by step what came of it. */
export function JobRehearsal({ id, unasked = false }: JobRehearsalProps) {
  const { t } = useText();
  const { running, last } = useStore(rehearsedStore);
  const done = last[id];
  const busy = running === id;
  const begun = useRef(false);
  const due = unasked && running === undefined && done === undefined;
  useEffect(() => {
    if (!due || begun.current) return;
    begun.current = true;
    void rehearseJob(id);
  }, [due, id]);
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button icon={FlaskConical} busy={running !== undefined} onClick={() => void rehearseJob(id)}>
          {t(busy ? 'setup.rehearsal.running' : done ? 'setup.rehearsal.again' : 'setup.rehearsal.run')}
        </Button>
        <p className="min-w-0 flex-1 basis-56 text-xs leading-4 text-soft">
          {t(pagesOf(id).rehearsalMeans ?? 'network.rehearsal.means')}
        </p>
      </div>
      {!busy && done && <Result done={done} />}
    </div>
  );
}

const signs = {
  ok: { icon: Check, look: 'text-good' },
  failed: { icon: X, look: 'text-bad' },
  skipped: { icon: CircleDashed, look: 'text-soft' },
} as const;

function Result({ done: { id, ok, by, capability, steps } }: { done: Rehearsal }) {
  const { t } = useText();
  const titles = pagesOf(id).rehearsal ?? {};
  return (
    <>
      <div role={ok ? 'status' : 'alert'}>
        <Notice tone={ok ? 'good' : 'warn'} icon={ok ? Check : TriangleAlert}>
          <p>{t(ok ? 'setup.rehearsal.works' : 'setup.rehearsal.fails')}</p>
          {capability !== '' && (
            <p className="text-soft">
              {t(`network.rehearsal.by.${by}`)} <Text value={workWords(capability, t)} most={200} />
            </p>
          )}
        </Notice>
      </div>
      <ol aria-label={t('network.rehearsal.steps')} className="space-y-1">
        {steps.map(({ id: step, state, reason }) => {
          const { icon: Icon, look } = signs[state];
          const title = titles[step];
          return (
            <li key={step} className="flex items-start gap-2">
              <Icon aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${look}`} />
              <span className="min-w-0">
                {title ? t(title) : step}
                <span className="sr-only">: {t(`setup.rehearsal.state.${state}`)}</span>
                {reason && (
                  <span className="block break-words text-soft">
                    <Reason reason={reason} />
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}
