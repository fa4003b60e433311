import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import { InferenceTask } from '../../../src-preload/contract/settings/backends.ts';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting } from '../../settings.ts';
import { inferenceWord } from '../../signs.ts';
import { backendsStore } from '../../stores/backends.ts';

/** Which kinds of tasks models take at all. */
export function Kinds({ refused }: { refused: readonly InferenceTask[] }) {
  const { t } = useText();
  const backends = useStore(backendsStore, ({ live }) => live?.value) ?? [];
  return (
    <>
      <p className="mb-1 text-soft">{t('setup.kinds.means')}</p>
      <ul className="divide-y divide-line">
        {InferenceTask.options.map((task) => (
          <Kind key={task} task={task} on={!refused.includes(task)} models={modelsFor(task, backends)} />
        ))}
      </ul>
    </>
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
          {models === 0 ? t('setup.kinds.noModel') : t('setup.kinds.models', { count: models })}
        </p>
      </div>
      <Switch label={t('setup.kinds.take', { kind: name })} checked={on} busy={busy} onChange={toggle} />
    </li>
  );
}
