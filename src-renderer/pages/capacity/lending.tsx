import type { HardwareView } from '../../../src-preload/contract/hardware.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, settingOf } from '../../settings.ts';

export interface LendingProps {
  readonly hardware: HardwareView;
  readonly settings: readonly SettingView[];
}

const GIB = 1024;
const MIB = 1_048_576;
/** Disks are counted by thousands, and the setting by 1024. */
const GIGABYTE_MIB = 1e9 / MIB;

/** Can't hold a box to a rate; docs/isolation.md says so as well. */
const WITHOUT_RATE = 'kubernetes';

/** How much of the computer jobs and leases may hold. Tasks of AI are bound by how many run at once. */
export function Lending({ hardware: { cpu, memory, gpus, disk }, settings }: LendingProps) {
  const { t } = useText();
  const chosen = settingOf(settings, 'backends.boxEngine')?.engine ?? 'containers';
  const card = gpus.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0);
  const part = (
    path: 'capacity.cpuMillicores' | 'capacity.memoryMiB' | 'capacity.diskMiB',
    label: string,
    unit: number,
    most: number,
  ) => {
    const held = settingOf(settings, path);
    return (
      <NumberField
        fractions
        label={label}
        value={held == null ? undefined : Math.round((held / unit) * 100) / 100}
        least={0}
        most={most}
        empty={{ means: t('capacity.lend.byItself'), onSave: () => void changeSetting(path, () => null) }}
        onSave={(value) => void changeSetting(path, () => Math.round(value * unit))}
      />
    );
  };
  return (
    <Disclosure title={t('capacity.lend.title')}>
      <p className="max-w-prose pb-2 text-soft">{t('capacity.lend.means')}</p>
      <div className="grid gap-4 sm:grid-cols-2 wide:grid-cols-4">
        {part('capacity.cpuMillicores', t('capacity.lend.cpu'), 1000, cpu.threads)}
        {part('capacity.memoryMiB', t('capacity.lend.memory'), GIB, Math.floor(memory.totalBytes / MIB / GIB))}
        {disk && part('capacity.diskMiB', t('capacity.lend.disk'), GIGABYTE_MIB, Math.floor(disk.totalBytes / 1e9))}
        {card > 0 && (
          <NumberField
            fractions
            label={t('capacity.lend.graphics')}
            value={Math.round(((settingOf(settings, 'capacity.gpuMiB') ?? 0) / GIB) * 100) / 100}
            least={0}
            most={Math.floor(card / MIB / GIB)}
            onSave={(value) => void changeSetting('capacity.gpuMiB', () => Math.round(value * GIB))}
          />
        )}
        <NumberField
          label={t('capacity.lend.mbit')}
          {...(chosen === WITHOUT_RATE && {
            help: t('capacity.lend.notKept', { engine: t(`boxes.maker.kind.${chosen}`) }),
          })}
          value={settingOf(settings, 'capacity.boxMbit')}
          least={1}
          most={100_000}
          onSave={(value) => void changeSetting('capacity.boxMbit', () => value)}
        />
        <NumberField
          label={t('capacity.lend.month')}
          value={settingOf(settings, 'capacity.boxGigabytes') ?? undefined}
          least={1}
          most={1_000_000}
          empty={{
            means: t('capacity.lend.monthOpen'),
            onSave: () => void changeSetting('capacity.boxGigabytes', () => null),
          }}
          onSave={(value) => void changeSetting('capacity.boxGigabytes', () => value)}
        />
      </div>
    </Disclosure>
  );
}
