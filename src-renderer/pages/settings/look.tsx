import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { saveSetting, useSetting } from '../../settings.ts';
import { SwitchRow } from './switch-row.tsx';

/** How the pages look and speak. */
export function Look() {
  const { t } = useText();
  const language = useSetting('ui.language') ?? 'system';
  const theme = useSetting('ui.theme') ?? 'system';
  return (
    <Card title={t('settings.look')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('settings.language')} help={t('settings.languageHelp')}>
          {(control) => (
            <Select
              {...control}
              value={language}
              options={[
                { value: 'system', title: t('settings.asSystem') },
                { value: 'en', title: t('settings.english') },
                { value: 'de', title: t('settings.german') },
              ]}
              onChange={(value) => void saveSetting('ui.language', value)}
            />
          )}
        </Field>
        <Field label={t('settings.theme')}>
          {(control) => (
            <Select
              {...control}
              value={theme}
              options={[
                { value: 'system', title: t('settings.asSystem') },
                { value: 'light', title: t('settings.light') },
                { value: 'dark', title: t('settings.dark') },
              ]}
              onChange={(value) => void saveSetting('ui.theme', value)}
            />
          )}
        </Field>
        <CharacterKeys />
        <SetupAgain />
      </div>
    </Card>
  );
}

function SetupAgain() {
  const { t } = useText();
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 sm:col-span-2">
      <div>
        <p className="font-medium">{t('places.setup')}</p>
        <p className="text-xs leading-4 text-soft">{t('settings.setupHelp')}</p>
      </div>
      <LinkButton href={hrefOf('setup')}>{t('actions.setup')}</LinkButton>
    </div>
  );
}

function CharacterKeys() {
  const { t } = useText();
  return (
    <div className="sm:col-span-2">
      <SwitchRow
        label={t('settings.characterKeys')}
        help={t('settings.characterKeysHelp')}
        checked={useSetting('ui.characterKeys') ?? true}
        onChange={(on) => saveSetting('ui.characterKeys', on)}
      />
    </div>
  );
}
