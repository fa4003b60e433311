import type { ReactNode } from 'react';
import { useStore } from 'zustand/react';
import type { RuleView } from '../../../src-preload/contract/availability.ts';
import type { HardwareView } from '../../../src-preload/contract/hardware.ts';
import { useAnswer } from '../../asked.ts';
import { Card } from '../../components/card.tsx';
import { Choice } from '../../components/choice.tsx';
import { Field } from '../../components/field.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Slider } from '../../components/slider.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting } from '../../settings.ts';
import { availabilityStore } from '../../stores/availability.ts';
import {
  type Caps,
  capsOf,
  HEAT,
  heatAt,
  LAST_SIZE,
  MOST_TASKS,
  type Preset,
  positionOfHeat,
  positionOfSize,
  presetNames,
  presetOf,
  presets,
  sizeAt,
} from './caps.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';
import { useSettled } from './use-settled.ts';

/** What this computer has, how much of it others may have at most, and what stays for its owner. */
export function Computer({ facts, onBack, onNext }: StepProps) {
  const { t } = useText();
  const [hardware] = useAnswer('hardware.get', 0);
  const caps = capsOf(facts.settings);
  return (
    <Layout lead={t('setup.computer.lead')} onBack={onBack} next={{ run: onNext }}>
      <Choice<Preset>
        label={t('setup.computer.preset')}
        value={presetOf(caps)}
        options={presetNames.map((name) => ({
          value: name,
          title: t(`setup.computer.presets.${name}`),
          note: t(`setup.computer.presetMeans.${name}`),
        }))}
        onChange={(name) => void keep(presets[name])}
      />
      {hardware === undefined ? <Placeholder lines={8} /> : <Cards hardware={hardware} caps={caps} />}
      <p className="max-w-prose text-xs leading-4 text-soft">{t('setup.computer.serversDecide')}</p>
    </Layout>
  );
}

/** One after the other, so that a failure is shown at the one it is of. */
async function keep({ tasks, graphics, processor, megabytes }: Partial<Caps>): Promise<void> {
  if (tasks !== undefined) await changeSetting('capacity.maxConcurrent', () => tasks);
  if (graphics !== undefined) await changeSetting('availability.gpuHeat', (rule) => heatRule(rule, graphics));
  if (processor !== undefined) await changeSetting('availability.cpuHeat', (rule) => heatRule(rule, processor));
  if (megabytes !== undefined) await changeSetting('storage.megabytes', () => megabytes);
}

function heatRule(rule: { readonly on: boolean; readonly most: number }, most: number | null) {
  return most === null ? { ...rule, on: false } : { on: true, most };
}

function Cards({ hardware: { cpu, memory, gpus, disk }, caps }: { hardware: HardwareView; caps: Caps }) {
  const { t, f } = useText();
  const [gpu] = gpus;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Part title={t('setup.computer.memory')} what={t('setup.computer.total', { total: f.bytes(memory.totalBytes) })}>
        <Tasks tasks={caps.tasks} />
        <Keeps>{t('setup.computer.memoryKeeps', { free: f.bytes(memory.availableBytes) })}</Keeps>
      </Part>
      <Part
        title={t('setup.computer.graphics')}
        what={gpu ? gpu.name : t('setup.computer.noGraphics')}
        more={gpus.length > 1 ? t('frame.more', { count: gpus.length - 1 }) : undefined}
      >
        {gpu && <Heat id="gpuHeat" most={caps.graphics} onKeep={(graphics) => keep({ graphics })} />}
      </Part>
      <Part title={t('setup.computer.processor')} what={cpu.model}>
        <Heat id="cpuHeat" most={caps.processor} onKeep={(processor) => keep({ processor })} />
      </Part>
      <Part
        title={t('setup.computer.disk')}
        what={
          disk ? t('setup.computer.freeOf', { free: f.bytes(disk.freeBytes), total: f.bytes(disk.totalBytes) }) : ''
        }
      >
        <Disk megabytes={caps.megabytes} freeBytes={disk?.freeBytes} />
      </Part>
    </div>
  );
}

interface PartProps {
  readonly title: string;
  /** What it is, such as a processor's name. */
  readonly what: string;
  readonly more?: string | undefined;
  readonly children: ReactNode;
}

function Part({ title, what, more, children }: PartProps) {
  return (
    <Card title={title}>
      <p className="mb-2 text-soft">
        <Text value={what} most={80} />
        {more !== undefined && ` ${more}`}
      </p>
      {children}
    </Card>
  );
}

function Keeps({ children }: { children: string }) {
  return <p className="text-xs leading-4 text-soft">{children}</p>;
}

function Tasks({ tasks }: { tasks: number }) {
  const { t } = useText();
  const [value, move] = useSettled(tasks, (next) => keep({ tasks: next }));
  return (
    <Field label={t('setup.computer.tasks')}>
      {(control) => (
        <Slider
          {...control}
          value={value}
          min={1}
          max={Math.max(MOST_TASKS, tasks)}
          text={t('setup.computer.taskCount', { count: value })}
          onChange={move}
        />
      )}
    </Field>
  );
}

interface HeatProps {
  readonly id: 'gpuHeat' | 'cpuHeat';
  readonly most: number | null;
  readonly onKeep: (most: number | null) => Promise<void>;
}

function Heat({ id, most, onKeep }: HeatProps) {
  const { t } = useText();
  const rule = useStore(availabilityStore, ({ live }) =>
    live?.value.rules.find((one): one is Extract<RuleView, { id: typeof id }> => one.id === id),
  );
  const [position, move] = useSettled(positionOfHeat(most), (next) => onKeep(heatAt(next)));
  const bound = heatAt(position);
  return (
    <>
      <Field label={t('setup.computer.heat')}>
        {(control) => (
          <Slider
            {...control}
            value={position}
            min={HEAT.least}
            max={HEAT.most}
            step={HEAT.step}
            text={bound === null ? t('setup.computer.noBound') : t('setup.computer.celsius', { celsius: bound })}
            onChange={move}
          />
        )}
      </Field>
      <Keeps>
        {bound === null
          ? t('setup.computer.anyHeat')
          : t('setup.computer.heatKeeps', { celsius: bound, cooler: bound - 5 })}
      </Keeps>
      {rule?.on && rule.state === 'unreadable' && (
        <Keeps>{t('availability.notBinding', { what: t(`availability.unreadable.${id}`) })}</Keeps>
      )}
    </>
  );
}

const MEGABYTE = 1024 * 1024;

function Disk({ megabytes, freeBytes }: { megabytes: number | null; freeBytes: number | undefined }) {
  const { t, f } = useText();
  const [position, move] = useSettled(positionOfSize(megabytes), (next) => keep({ megabytes: sizeAt(next) }));
  const bound = sizeAt(position);
  const size = bound === null ? undefined : f.bytes(bound * MEGABYTE);
  return (
    <>
      <Field label={t('setup.computer.records')}>
        {(control) => (
          <Slider
            {...control}
            value={position}
            min={0}
            max={LAST_SIZE}
            text={size ?? t('setup.computer.noBound')}
            onChange={move}
          />
        )}
      </Field>
      <Keeps>
        {bound === null || freeBytes === undefined
          ? t('setup.computer.diskAny')
          : t('setup.computer.diskKeeps', { left: f.bytes(Math.max(0, freeBytes - bound * MEGABYTE)) })}
      </Keeps>
    </>
  );
}
