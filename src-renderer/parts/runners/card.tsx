import { Container, Plus, RotateCw, ShieldQuestion } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { useAnswer } from '../../asked.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../settings.ts';
import { runnersStore } from '../../stores/runners.ts';
import { RunnerForm } from './form.tsx';
import { PausedJobs } from './paused.tsx';
import { Runner } from './runner.tsx';

/** What does the jobs that networks lease to this computer, one a capability. */
export function RunnersCard({ now }: { now: number }) {
  const { t } = useText();
  const set = useSetting('backends.runners') ?? [];
  const held = (useSetting('backends.runnersHeld') ?? false) && set.length > 0;
  const view = useStore(runnersStore, ({ live }) => live?.value);
  const [adding, setAdding] = useState(false);
  const [looks, setLooks] = useState(0);
  const [check, looking] = useAnswer('runners.check', `${looks} ${JSON.stringify(set)}`);
  const [allowing, allow] = useBusy(async () => {
    await saveSetting('backends.runnersHeld', false);
  });
  const again = () => setLooks((before) => before + 1);
  const taken = set.map(({ capability }) => capability);
  return (
    <Card
      title={t('runners.title')}
      aside={
        <div className="flex flex-wrap gap-2">
          <Button icon={Plus} onClick={() => setAdding(true)}>
            {t('runners.add')}
          </Button>
          {set.length > 0 && (
            <Button icon={RotateCw} busy={looking} onClick={again}>
              {t(looking ? 'runners.looking' : 'runners.look')}
            </Button>
          )}
        </div>
      }
    >
      <p className="mb-3 max-w-prose text-soft">{t('runners.means')}</p>
      {held && (
        <div className="mb-3" role="alert">
          <Notice
            tone="warn"
            icon={ShieldQuestion}
            action={
              <Button look="main" busy={allowing} onClick={() => allow()}>
                {t('runners.allow')}
              </Button>
            }
          >
            {t('runners.heldMeans')}
          </Notice>
        </div>
      )}
      {set.length === 0 ? (
        <Empty icon={Container} title={t('runners.empty')}>
          {t('runners.emptyWhy')}
        </Empty>
      ) : (
        <ul aria-label={t('runners.title')} className="divide-y divide-line">
          {set.map((setting) => (
            <Runner
              key={setting.capability}
              setting={setting}
              taken={taken}
              missing={check?.runners.find(({ capability }) => capability === setting.capability)?.missing}
              doing={view?.doing ?? null}
              trial={view?.trials.find(({ capability }) => capability === setting.capability)}
              held={held}
              now={now}
              onMoved={again}
            />
          ))}
        </ul>
      )}
      {check?.engine && (
        <p className="mt-3 text-xs leading-4 text-soft">
          {t(check.engine.rootless ? 'runners.engineRootless' : 'runners.engine', {
            name: check.engine.make === 'podman' ? 'Podman' : 'Docker',
          })}
        </p>
      )}
      <PausedJobs />
      {adding && <RunnerForm taken={taken} onClose={() => setAdding(false)} />}
    </Card>
  );
}
