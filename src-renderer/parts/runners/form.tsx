import { useState } from 'react';
import type { RunnerSetting } from '../../../src-preload/contract/settings/runners.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Select } from '../../components/select.tsx';
import { Switch } from '../../components/switch.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { useText } from '../../i18n/use-text.ts';
import { jobCapabilities, workWords } from '../../networks/lookup.ts';
import { changeSetting } from '../../settings.ts';
import { type Entry, entryOf, figures, figuresOf, hasLineBreak, type Problems, read, withRunner } from './entry.ts';

export interface RunnerFormProps {
  /** Left out: another one is added. */
  readonly setting?: RunnerSetting;
  /** Capabilities that have a runner. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

const KINDS = ['program', 'container', 'noop'] as const;
const OTHER = 'other';

/** What does the jobs of one capability, and how much of this computer it may take for each. */
export function RunnerForm({ setting, taken, onClose }: RunnerFormProps) {
  const { t } = useText();
  const free = jobCapabilities().filter((capability) => !taken.includes(capability));
  const [entry, setEntry] = useState<Entry>(() => entryOf(setting, free[0]));
  const [asked, setAsked] = useState(false);
  const edit = (change: Partial<Entry>) => setEntry((before) => ({ ...before, ...change }));
  const kept = hasLineBreak(setting) && setting && 'args' in setting ? setting.args : undefined;
  const reading = () => read(entry, setting ? [] : taken, t, kept);
  const problems: Problems = asked ? reading().problems : {};
  const [saving, save] = useBusy(async () => {
    setAsked(true);
    const next = reading().setting;
    if (!next) return;
    if (await changeSetting('backends.runners', (list) => withRunner(list, next))) onClose();
  });
  return (
    <Dialog
      title={t(setting ? 'runners.form.editTitle' : 'runners.form.addTitle')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.cancel')}</Button>
          <Button look="main" busy={saving} onClick={() => save()}>
            {t('runners.form.save')}
          </Button>
        </>
      }
    >
      {setting ? (
        <p className="break-words text-soft">{setting.capability}</p>
      ) : (
        <CapabilityField entry={entry} free={free} problem={problems.capability} onEdit={edit} />
      )}
      <Choice
        label={t('runners.form.kind')}
        value={entry.kind}
        stacked
        options={KINDS.map((value) => ({
          value,
          title: t(`runners.kind.${value}`),
          note: t(`runners.kindNote.${value}`),
        }))}
        onChange={(kind) => edit({ kind })}
      />
      {entry.kind === 'program' && (
        <Field label={t('runners.form.program')} help={t('runners.form.programHelp')} error={problems.program}>
          {(control) => (
            <Input {...control} most={4096} value={entry.program} onChange={(program) => edit({ program })} />
          )}
        </Field>
      )}
      {entry.kind === 'container' && (
        <Field label={t('runners.form.image')} help={t('runners.form.imageHelp')} error={problems.image}>
          {(control) => <Input {...control} most={255} value={entry.image} onChange={(image) => edit({ image })} />}
        </Field>
      )}
      {entry.kind !== 'noop' &&
        (kept ? (
          <p className="text-soft">{t('runners.form.argsKept')}</p>
        ) : (
          <Field label={t('runners.form.args')} help={t('runners.form.argsHelp')} error={problems.args}>
            {(control) => (
              <TextArea {...control} rows={2} most={65_536} value={entry.args} onChange={(args) => edit({ args })} />
            )}
          </Field>
        ))}
      {entry.kind === 'container' && (
        <>
          <Tick
            label={t('runners.form.network')}
            help={t('runners.form.networkHelp')}
            on={entry.network}
            onTurn={(network) => edit({ network })}
          />
          <Tick
            label={t('runners.form.gpu')}
            help={t('runners.form.gpuHelp')}
            on={entry.gpu}
            onTurn={(gpu) => edit({ gpu })}
          />
        </>
      )}
      <Limits entry={entry} problems={problems} onEdit={edit} />
    </Dialog>
  );
}

/** One of those that the networks here lease, or any other. */
function CapabilityField({
  entry,
  free,
  problem,
  onEdit,
}: {
  entry: Entry;
  free: readonly string[];
  problem: string | undefined;
  onEdit: (change: Partial<Entry>) => void;
}) {
  const { t } = useText();
  const [typed, setTyped] = useState(free.length === 0);
  return (
    <>
      {free.length > 0 && (
        <Field label={t('runners.form.capability')}>
          {(control) => (
            <Select
              {...control}
              value={typed ? OTHER : entry.capability}
              options={[
                ...free.map((value) => ({ value, title: workWords(value, t) })),
                { value: OTHER, title: t('runners.form.other') },
              ]}
              onChange={(value) => {
                setTyped(value === OTHER);
                onEdit({ capability: value === OTHER ? '' : value });
              }}
            />
          )}
        </Field>
      )}
      {typed && (
        <Field
          label={t(free.length > 0 ? 'runners.form.otherName' : 'runners.form.capability')}
          help={t('runners.form.otherHelp')}
          error={problem}
        >
          {(control) => (
            <Input {...control} most={200} value={entry.capability} onChange={(capability) => onEdit({ capability })} />
          )}
        </Field>
      )}
    </>
  );
}

function Tick({
  label,
  help,
  on,
  onTurn,
}: {
  label: string;
  help: string;
  on: boolean;
  onTurn: (on: boolean) => void;
}) {
  return (
    <div className="flex items-start justify-between gap-4">
      <div>
        <p className="font-medium">{label}</p>
        <p className="text-xs leading-4 text-soft">{help}</p>
      </div>
      <Switch label={label} checked={on} busy={false} onChange={onTurn} />
    </div>
  );
}

function Limits({
  entry,
  problems,
  onEdit,
}: {
  entry: Entry;
  problems: Problems;
  onEdit: (change: Partial<Entry>) => void;
}) {
  const { t, f } = useText();
  return (
    <Disclosure title={t('runners.form.limits')} open={Object.keys(problems).some((name) => name in figures)}>
      <div className="grid gap-3 pt-1 sm:grid-cols-2">
        {figuresOf(entry.kind).map((figure) => (
          <Field key={figure} label={t(`runners.limit.${figure}`)} error={problems[figure]}>
            {(control) => (
              <Input
                {...control}
                most={20}
                value={entry[figure]}
                placeholder={f.number(figures[figure].usual, 2)}
                onChange={(value) => onEdit({ [figure]: value })}
              />
            )}
          </Field>
        ))}
      </div>
    </Disclosure>
  );
}
