import { Check } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { InferenceTask } from '../../../src-preload/contract/settings/backends.ts';
import { Card } from '../../components/card.tsx';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { changeSetting, settingOf } from '../../settings.ts';
import { inferenceWord } from '../../signs.ts';
import { backendsStore } from '../../stores/backends.ts';
import { tickedOf } from './joining.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';

/** What holds for every network's work, and which kinds of tasks models take at all. */
export function Safety({ facts: { settings, networks }, onBack, onNext }: StepProps) {
  const { t } = useText();
  const backends = useStore(backendsStore, ({ live }) => live?.value) ?? [];
  const refused = settingOf(settings, 'safety.refused') ?? [];
  const ticked = tickedOf(settingOf(settings, 'setup.networks'), networks);
  const chosen = ticked.length > 0 ? networks.filter(({ id }) => ticked.includes(id)) : networks;
  return (
    <Layout lead={t('setup.safety.lead')} onBack={onBack} next={{ run: onNext }}>
      <Promises networks={chosen} />
      {chosen.some(({ id }) => pagesOf(id).models) && (
        <Card title={t('setup.safety.kinds')}>
          <ul className="divide-y divide-line">
            {InferenceTask.options.map((task) => (
              <Kind key={task} task={task} on={!refused.includes(task)} models={modelsFor(task, backends)} />
            ))}
          </ul>
        </Card>
      )}
    </Layout>
  );
}

/** Of each network its own, in one list where there is one network alone. */
function Promises({ networks }: { networks: readonly NetworkView[] }) {
  const { t } = useText();
  const ours = (['refuse', 'stop'] as const).map((promise) => t(`setup.safety.promise.${promise}`));
  const theirs = networks.map(({ id, title }) => ({ id, title, promises: pagesOf(id).promises.map((key) => t(key)) }));
  const [first, ...others] = theirs;
  if (others.length === 0) {
    return (
      <Card title={t('setup.safety.always')}>
        <Ticks texts={[...(first?.promises ?? []), ...ours]} />
      </Card>
    );
  }
  return (
    <>
      {theirs.map(({ id, title, promises }) => (
        <Card key={id} title={t('setup.safety.alwaysAt', { network: title })}>
          <Ticks texts={promises} />
        </Card>
      ))}
      <Card title={t('setup.safety.always')}>
        <Ticks texts={ours} />
      </Card>
    </>
  );
}

function Ticks({ texts }: { texts: readonly string[] }) {
  return (
    <ul className="space-y-2">
      {texts.map((text) => (
        <li key={text} className="flex max-w-prose items-start gap-2.5">
          <Check aria-hidden="true" size={17} className="mt-px shrink-0 text-good" />
          {text}
        </li>
      ))}
    </ul>
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
  const name = inferenceWord(task, t);
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
