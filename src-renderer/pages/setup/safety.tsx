import { Check } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import { InferenceTask } from '../../../src-preload/contract/settings/backends.ts';
import { Card } from '../../components/card.tsx';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, settingOf } from '../../settings.ts';
import { taskKind } from '../../signs.ts';
import { backendsStore } from '../../stores/backends.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';

/** Which kinds of work are taken at all, and what holds for every one of them. */
export function Safety({ facts, onBack, onNext }: StepProps) {
  const { t } = useText();
  const backends = useStore(backendsStore, ({ live }) => live?.value) ?? [];
  const refused = settingOf(facts.settings, 'safety.refused') ?? [];
  return (
    <Layout lead={t('setup.safety.lead')} onBack={onBack} next={{ run: onNext }}>
      <Card title={t('setup.safety.always')}>
        <ul className="space-y-2">
          {(['prompts', 'reach', 'refuse', 'stop'] as const).map((promise) => (
            <li key={promise} className="flex max-w-prose items-start gap-2.5">
              <Check aria-hidden="true" size={17} className="mt-px shrink-0 text-good" />
              {t(`setup.safety.promise.${promise}`)}
            </li>
          ))}
        </ul>
      </Card>
      <Card title={t('setup.safety.kinds')}>
        <ul className="divide-y divide-line">
          {InferenceTask.options.map((task) => (
            <Kind key={task} task={task} on={!refused.includes(task)} models={modelsFor(task, backends)} />
          ))}
        </ul>
      </Card>
    </Layout>
  );
}

/** How many models here could do it, whether it is switched on or not. */
function modelsFor(task: InferenceTask, backends: readonly BackendView[]): number {
  const able = backends.flatMap(({ models }) => models.filter(({ on, tasks }) => on && tasks.includes(task)));
  return new Set(able.map(({ id }) => id)).size;
}

function Kind({ task, on, models }: { task: InferenceTask; on: boolean; models: number }) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const name = taskKind(`urn:iicp:intent:${task}:v1`, t);
  const toggle = (next: boolean) => {
    setBusy(true);
    void changeSetting('safety.refused', (list) => {
      const others = list.filter((other) => other !== task);
      return next ? others : [...others, task];
    }).finally(() => setBusy(false));
  };
  return (
    <li className="flex items-center justify-between gap-4 py-2.5 first:pt-0 last:pb-0">
      <div>
        <p className="font-medium">{name}</p>
        <p className="text-xs leading-4 text-soft">
          {models === 0 ? t('setup.safety.noModel') : t('setup.safety.models', { count: models })}
        </p>
      </div>
      <Switch label={t('setup.safety.take', { kind: name })} checked={on} busy={busy} onChange={toggle} />
    </li>
  );
}
