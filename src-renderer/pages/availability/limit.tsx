import type { RuleId } from '../../../src-preload/contract/availability.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { NumberField } from '../../components/number-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, settingOf } from '../../settings.ts';
import { AppNames } from './app-names.tsx';
import { Toggle } from './toggle.tsx';

export interface LimitProps {
  readonly id: RuleId;
  readonly settings: readonly SettingView[];
}

/** What a rule that is on goes by. Some have nothing to choose. */
export function Limit({ id, settings }: LimitProps) {
  switch (id) {
    case 'idle':
      return <Idle settings={settings} />;
    case 'battery':
      return <Battery settings={settings} />;
    case 'apps':
      return <Apps settings={settings} />;
    case 'cpuHeat':
    case 'gpuHeat':
      return <Heat id={id} settings={settings} />;
    case 'dayData':
      return <DayData settings={settings} />;
    case 'monthData':
      return <MonthData settings={settings} />;
    case 'metered':
    case 'fullscreen':
      return null;
  }
}

type Own = Pick<LimitProps, 'settings'>;

function Idle({ settings }: Own) {
  const { t } = useText();
  const path = 'availability.idle';
  return (
    <div className="max-w-60">
      <NumberField
        label={t('availability.limit.minutes')}
        value={settingOf(settings, path)?.minutes}
        least={1}
        most={240}
        onSave={(minutes) => void changeSetting(path, (value) => ({ ...value, minutes }))}
      />
    </div>
  );
}

function Battery({ settings }: Own) {
  const { t } = useText();
  const path = 'availability.battery';
  return (
    <div className="max-w-60">
      <NumberField
        label={t('availability.limit.percent')}
        help={t('availability.limit.percentHelp')}
        value={settingOf(settings, path)?.below}
        least={1}
        most={100}
        onSave={(below) => void changeSetting(path, (value) => ({ ...value, below }))}
      />
    </div>
  );
}

function Heat({ id, settings }: LimitProps & { id: 'cpuHeat' | 'gpuHeat' }) {
  const { t } = useText();
  const path = `availability.${id}` as const;
  return (
    <div className="max-w-60">
      <NumberField
        label={t('availability.limit.celsius')}
        help={t('availability.limit.celsiusHelp')}
        value={settingOf(settings, path)?.most}
        least={40}
        most={110}
        onSave={(most) => void changeSetting(path, (value) => ({ ...value, most }))}
      />
    </div>
  );
}

function DayData({ settings }: Own) {
  const { t } = useText();
  const path = 'availability.dayData';
  return (
    <div className="max-w-60">
      <NumberField
        fractions
        label={t('availability.limit.gigabytesDay')}
        value={settingOf(settings, path)?.gigabytes}
        least={0.1}
        most={100_000}
        onSave={(gigabytes) => void changeSetting(path, (value) => ({ ...value, gigabytes }))}
      />
    </div>
  );
}

function MonthData({ settings }: Own) {
  const { t } = useText();
  const path = 'availability.monthData';
  const setting = settingOf(settings, path);
  return (
    <div className="grid max-w-md gap-3 sm:grid-cols-2">
      <NumberField
        fractions
        label={t('availability.limit.gigabytesMonth')}
        value={setting?.gigabytes}
        least={0.1}
        most={100_000}
        onSave={(gigabytes) => void changeSetting(path, (value) => ({ ...value, gigabytes }))}
      />
      <NumberField
        label={t('availability.limit.startsOn')}
        value={setting?.startsOn}
        least={1}
        most={28}
        onSave={(startsOn) => void changeSetting(path, (value) => ({ ...value, startsOn }))}
      />
    </div>
  );
}

function Apps({ settings }: Own) {
  const { t } = useText();
  const path = 'availability.apps';
  const { names, unload } = settingOf(settings, path) ?? { names: [], unload: true };
  return (
    <div className="max-w-md space-y-3">
      <AppNames
        names={names}
        onAdd={(name) =>
          void changeSetting(path, (value) => ({
            ...value,
            names: [...value.names.filter((one) => one !== name), name],
          }))
        }
        onRemove={(name) =>
          void changeSetting(path, (value) => ({ ...value, names: value.names.filter((one) => one !== name) }))
        }
      />
      {names.length > 0 && (
        <Toggle
          label={t('availability.limit.unload')}
          means={t('availability.limit.unloadMeans')}
          on={unload}
          onChange={(next) => changeSetting(path, (value) => ({ ...value, unload: next }))}
        />
      )}
    </div>
  );
}
