import { CircleAlert, CircleDot, Hourglass, type LucideIcon, Settings2, Snowflake } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { BackendView, ModelView } from '../../../src-preload/contract/backends.ts';
import type { ModelSetting } from '../../../src-preload/contract/settings/backends.ts';
import { useBusy } from '../../busy.ts';
import { IconButton } from '../../components/button.tsx';
import { Switch } from '../../components/switch.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { type Speech, useText } from '../../i18n/use-text.ts';
import { type Target, withSwitch } from '../../parts/choices.ts';
import { withModel } from '../../parts/servers.ts';
import { changeSetting } from '../../settings.ts';
import { inferenceWord } from '../../signs.ts';
import { ModelSheet } from './model-sheet.tsx';
import { moveKey, moveModel, movesStore } from './moves.ts';
import { MoveButton, MoveNews } from './moving.tsx';
import { modelWords } from './words.ts';

const icons: Partial<Record<ModelView['state'], LucideIcon>> = {
  cold: Snowflake,
  loading: Hourglass,
  loaded: CircleDot,
  failing: CircleAlert,
};

export interface ModelProps {
  readonly backend: BackendView;
  readonly model: ModelView;
  readonly target: Target;
  readonly choices: readonly ModelSetting[];
  readonly maxTokens: number;
}

/** One model at one server, in a line: on or off, where it is, what it is for, and how busy. */
export function Model({ backend, model, target, choices, maxTokens }: ModelProps) {
  const { t, f } = useText();
  const [open, setOpen] = useState(false);
  const { id, state, on } = model;
  const name = quoted(id, 80);
  const move = useStore(movesStore, ({ moves }) => moves.get(moveKey(backend.id, id)));
  const [switching, offer] = useBusy(async (next: boolean) => {
    const chosen = await changeSetting('backends.models', (list) => withSwitch(list, target, 'on', next));
    // Where only some models of the server are used, this one becomes one of them.
    if (chosen && next) await changeSetting('backends.inference', (list) => withModel(list, backend, id));
  });
  const Icon = icons[state];
  return (
    <li className="space-y-1 px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <div className="min-w-0 flex-1 basis-48">
          <p className="font-medium">
            <Text value={id} most={120} />
          </p>
          <p className="text-xs leading-4 text-soft">{factsOf(model, { t, f }).join(' · ')}</p>
        </div>
        <span className="flex items-center gap-1.5 text-xs leading-4">
          {Icon && (
            <Icon
              aria-hidden="true"
              size={14}
              className={state === 'loaded' ? 'text-good' : state === 'failing' ? 'text-bad' : 'text-soft'}
            />
          )}
          {t(modelWords[state])}
        </span>
        <div className="flex items-center gap-1">
          <MoveButton
            backend={backend}
            model={model}
            move={move}
            onMove={(what) => void moveModel(what, backend.id, id)}
          />
          <IconButton
            label={t('capacity.modelSettings', { model: name })}
            icon={Settings2}
            onClick={() => setOpen(true)}
          />
        </div>
        <Switch label={t('capacity.offer', { model: name })} checked={on} busy={switching} onChange={offer} />
      </div>
      {move && <MoveNews move={move} />}
      {open && (
        <ModelSheet
          backend={backend}
          model={model}
          target={target}
          choices={choices}
          maxTokens={maxTokens}
          onClose={() => setOpen(false)}
        />
      )}
    </li>
  );
}

/** What it is for, how busy it is, and what is out of the ordinary. */
export function factsOf(model: ModelView, { t, f }: Pick<Speech, 't' | 'f'>): string[] {
  const { on, offered, tasks, running, most, keepWarm, memory } = model;
  const kinds = tasks.map((task) => inferenceWord(task, t));
  return [
    kinds.length > 0 ? f.list(kinds) : t('capacity.forNothing'),
    ...(most !== null ? [t('capacity.runningOf', { running, most })] : []),
    ...(most === null && running > 0 ? [t('capacity.running', { count: running })] : []),
    ...(memory === null ? [] : [memoryWords(memory, { t, f })]),
    ...(keepWarm ? [t('capacity.warm')] : []),
    ...(on ? (offered ? [] : [t('capacity.notOffered')]) : [t('capacity.modelOff')]),
  ];
}

/** "4.1 GB graphics memory"; the computer's own memory where the card has none of it. */
function memoryWords({ bytes, graphicsBytes }: NonNullable<ModelView['memory']>, { t, f }: Pick<Speech, 't' | 'f'>) {
  return graphicsBytes > 0
    ? t('capacity.inGraphics', { size: f.memory(graphicsBytes) })
    : t('capacity.inComputer', { size: f.memory(bytes) });
}
