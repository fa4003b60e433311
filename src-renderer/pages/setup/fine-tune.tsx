import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import type { Caps } from '../../../src-preload/contract/settings/presets.ts';
import { Field } from '../../components/field.tsx';
import { Slider } from '../../components/slider.tsx';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting } from '../../settings.ts';
import { availabilityStore } from '../../stores/availability.ts';
import { HEAT, heatAt, LAST_SIZE, MOST_TASKS, positionOfHeat, positionOfSize, sizeAt } from './caps.ts';
import { keepCaps } from './choose.ts';
import { useSettled } from './use-settled.ts';

interface FineTuneProps {
  readonly caps: Caps;
  readonly unreadable: readonly RuleId[];
}

/** Each bound of a preset by itself, and what stops sharing in between. What can't be read here can't be chosen. */
export function FineTune({ caps, unreadable }: FineTuneProps) {
  return (
    <div className="space-y-4 rounded-lg border border-line bg-panel px-4 py-3.5">
      <Tasks tasks={caps.tasks} />
      <Heat
        id="gpuHeat"
        blind={unreadable.includes('gpuHeat')}
        most={caps.graphics}
        onKeep={(graphics) => keepCaps({ graphics })}
      />
      <Heat
        id="cpuHeat"
        blind={unreadable.includes('cpuHeat')}
        most={caps.processor}
        onKeep={(processor) => keepCaps({ processor })}
      />
      <Disk megabytes={caps.megabytes} />
      <ul className="divide-y divide-line">
        {(['battery', 'metered', 'fullscreen'] as const).map((id) => (
          <Rule key={id} id={id} blind={unreadable.includes(id)} />
        ))}
      </ul>
    </div>
  );
}

function Tasks({ tasks }: { tasks: number }) {
  const { t } = useText();
  const [value, move] = useSettled(tasks, (next) => keepCaps({ tasks: next }));
  return (
    <Field label={t('setup.gently.tasks')}>
      {(control) => (
        <Slider
          {...control}
          value={value}
          min={1}
          max={Math.max(MOST_TASKS, tasks)}
          text={t('setup.gently.taskCount', { count: value })}
          onChange={move}
        />
      )}
    </Field>
  );
}

interface HeatProps {
  readonly id: 'gpuHeat' | 'cpuHeat';
  readonly blind: boolean;
  readonly most: number | null;
  readonly onKeep: (most: number | null) => Promise<void>;
}

function Heat({ id, blind, most, onKeep }: HeatProps) {
  const { t } = useText();
  const [position, move] = useSettled(positionOfHeat(most), (next) => onKeep(heatAt(next)));
  const bound = heatAt(position);
  return (
    <Field label={t(`setup.gently.heat.${id}`)} {...(blind && { help: t('setup.gently.heatUnread') })}>
      {(control) => (
        <Slider
          {...control}
          value={position}
          min={HEAT.least}
          max={HEAT.most}
          step={HEAT.step}
          disabled={blind}
          text={bound === null ? t('setup.gently.noLimit') : t('setup.gently.celsius', { celsius: bound })}
          onChange={move}
        />
      )}
    </Field>
  );
}

/** Decimal, as the setting and the size of a disk count. */
const MEGABYTE = 1_000_000;

function Disk({ megabytes }: { megabytes: number | null }) {
  const { t, f } = useText();
  const [position, move] = useSettled(positionOfSize(megabytes), (next) => keepCaps({ megabytes: sizeAt(next) }));
  const bound = sizeAt(position);
  return (
    <Field label={t('setup.gently.records')} help={t('setup.gently.recordsMeans')}>
      {(control) => (
        <Slider
          {...control}
          value={position}
          min={0}
          max={LAST_SIZE}
          text={bound === null ? t('setup.gently.noLimit') : f.bytes(bound * MEGABYTE)}
          onChange={move}
        />
      )}
    </Field>
  );
}

interface RuleProps {
  readonly id: 'battery' | 'metered' | 'fullscreen';
  readonly blind: boolean;
}

function Rule({ id, blind }: RuleProps) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const rule = useStore(availabilityStore, ({ live }) => live?.value.rules.find((one) => one.id === id));
  const title = t(`availability.rule.${id}`);
  const toggle = (on: boolean) => {
    setBusy(true);
    void changeSetting(`availability.${id}`, (value) => ({ ...value, on }) as typeof value).finally(() =>
      setBusy(false),
    );
  };
  return (
    <li className="flex items-center justify-between gap-4 py-2.5">
      <div>
        <p className="font-medium">{title}</p>
        {blind && <p className="text-xs leading-4 text-soft">{t('setup.gently.ruleUnread')}</p>}
      </div>
      <Switch
        label={title}
        checked={!blind && (rule?.on ?? false)}
        busy={busy}
        disabled={blind || rule === undefined}
        onChange={toggle}
      />
    </li>
  );
}
