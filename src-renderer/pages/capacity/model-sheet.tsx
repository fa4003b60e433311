import type { BackendView, ModelView } from '../../../src-preload/contract/backends.ts';
import { InferenceTask, type ModelSetting } from '../../../src-preload/contract/settings/backends.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Switch } from '../../components/switch.tsx';
import { quoted } from '../../format/text.ts';
import type { Translate } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { type Choice, choiceOf, isTied, type Target, withChoice, withSwitch } from '../../parts/choices.ts';
import { changeSetting } from '../../settings.ts';
import { inferenceWord, serverName } from '../../signs.ts';

export interface ModelSheetProps {
  readonly backend: BackendView;
  readonly model: ModelView;
  readonly target: Target;
  readonly choices: readonly ModelSetting[];
  readonly maxTokens: number;
  readonly onClose: () => void;
}

/** What may be chosen for one model; each choice holds at once. */
export function ModelSheet({ backend, model, target, choices, maxTokens, onClose }: ModelSheetProps) {
  const { t, f } = useText();
  const choice = choiceOf(choices, target);
  const [busy, change] = useBusy(async (next: { readonly [K in keyof Choice]: Choice[K] | undefined }) => {
    await changeSetting('backends.models', (list) => withChoice(list, target, next));
  });
  const [switching, flip] = useBusy(async (key: 'on' | 'keepWarm', value: boolean) => {
    await changeSetting('backends.models', (list) => withSwitch(list, target, key, value));
  });
  return (
    <Dialog sheet title={quoted(model.id, 80)} onClose={onClose}>
      <p className="text-soft">
        {isTied(choices, target)
          ? t('capacity.choice.scope', { server: serverName(backend, t) })
          : t('capacity.choice.scopeAll')}
      </p>
      <Line title={t('capacity.choice.on')} help={t('capacity.choice.onMeans')}>
        <Switch
          label={t('capacity.choice.on')}
          checked={choice.on ?? true}
          busy={switching}
          onChange={(on) => flip('on', on)}
        />
      </Line>
      <Tasks choice={choice} model={model} busy={busy} onChange={(tasks) => change({ tasks })} />
      <NumberField
        label={t('capacity.choice.atOnce')}
        help={t('capacity.choice.atOnceMeans')}
        value={choice.maxConcurrent}
        least={1}
        most={256}
        empty={{ means: t('capacity.choice.noLimit'), onSave: () => change({ maxConcurrent: undefined }) }}
        onSave={(maxConcurrent) => change({ maxConcurrent })}
      />
      <NumberField
        label={t('capacity.choice.maxTokens')}
        help={t('capacity.choice.maxTokensMean', { most: maxTokens })}
        value={choice.maxTokens}
        least={1}
        most={10_000_000}
        empty={{ means: t('capacity.choice.asAll'), onSave: () => change({ maxTokens: undefined }) }}
        onSave={(tokens) => change({ maxTokens: tokens })}
      />
      <Line
        title={t('capacity.choice.keepWarm')}
        help={t(backend.loads ? 'capacity.choice.keepWarmMeans' : 'capacity.choice.keepWarmCant')}
      >
        <Switch
          label={t('capacity.choice.keepWarm')}
          checked={choice.keepWarm ?? false}
          busy={switching}
          disabled={!backend.loads && !choice.keepWarm}
          onChange={(keepWarm) => flip('keepWarm', keepWarm)}
        />
      </Line>
      {choice.tasks && cantDo(choice.tasks, model, t, f.list)}
    </Dialog>
  );
}

function Line({ title, help, children }: { title: string; help: string; children: React.ReactNode }) {
  return (
    <div className="flex items-start justify-between gap-4">
      <div>
        <p className="font-medium">{title}</p>
        <p className="text-xs leading-4 text-soft">{help}</p>
      </div>
      {children}
    </div>
  );
}

function word(task: InferenceTask, t: Translate): string {
  return inferenceWord(task, t);
}

/** Chosen, and yet not what the server can do: it is not offered for that. */
function cantDo(tasks: readonly InferenceTask[], model: ModelView, t: Translate, list: (words: string[]) => string) {
  const missing = tasks.filter((task) => !model.tasks.includes(task));
  if (missing.length === 0) return null;
  return (
    <p className="text-xs leading-4 text-warn">
      {t('capacity.choice.cantDo', { tasks: list(missing.map((task) => word(task, t))) })}
    </p>
  );
}

interface TasksProps {
  readonly choice: Choice;
  readonly model: ModelView;
  readonly busy: boolean;
  readonly onChange: (tasks: InferenceTask[] | undefined) => void;
}

/** What it is offered for: as its server and its name suggest, or as chosen. */
function Tasks({ choice, model, busy, onChange }: TasksProps) {
  const { t } = useText();
  const ticked = new Set(choice.tasks ?? model.tasks);
  const toggle = (task: InferenceTask, on: boolean) => {
    const next = InferenceTask.options.filter((each) => (each === task ? on : ticked.has(each)));
    if (next.length > 0) onChange(next);
  };
  return (
    <fieldset className="space-y-1.5">
      <legend className="font-medium">{t('capacity.choice.tasks')}</legend>
      <p className="text-xs leading-4 text-soft">
        {t(ticked.size === 1 ? 'capacity.choice.lastTask' : 'capacity.choice.tasksMean')}
      </p>
      <div className="grid grid-cols-2 gap-x-3">
        {InferenceTask.options.map((task) => (
          <label key={task} className="flex min-h-8 cursor-pointer items-center gap-2">
            <input
              type="checkbox"
              checked={ticked.has(task)}
              aria-disabled={busy || (ticked.size === 1 && ticked.has(task))}
              onChange={(event) => {
                if (!busy) toggle(task, event.target.checked);
              }}
              className="size-4 accent-accent"
            />
            {word(task, t)}
          </label>
        ))}
      </div>
      {choice.tasks && <Button onClick={() => onChange(undefined)}>{t('capacity.choice.suggested')}</Button>}
    </fieldset>
  );
}
