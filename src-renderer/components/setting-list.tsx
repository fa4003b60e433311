import type { SettingView } from '../../src-preload/contract/settings/index.ts';
import type { Translate } from '../i18n/keys.ts';
import { useText } from '../i18n/use-text.ts';
import { Text } from './text.tsx';

/** Settings as they stand: path, what each is for, its value. */
export function SettingList({ settings }: { settings: readonly SettingView[] }) {
  const { t, about } = useText();
  return (
    <dl className="divide-y divide-line">
      {settings.map((setting) => (
        <div key={setting.path} className="grid gap-x-6 gap-y-1 py-2.5 sm:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
          <dt>
            <span className="block font-mono text-xs leading-5">{setting.path}</span>
            <span className="text-soft">{about(setting)}</span>
          </dt>
          <dd className="min-w-0 sm:text-end">
            <Text value={valueWords(setting, t)} most={200} />
            {!setting.isSet && <span className="block text-xs leading-4 text-soft">{t('settings.isInitial')}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function valueWords({ secret, isSet, value }: SettingView, t: Translate): string {
  if (secret) return t(isSet ? 'settings.secretSet' : 'settings.secretUnset');
  if (typeof value === 'boolean') return t(value ? 'words.on' : 'words.off');
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return t('settings.empty');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
