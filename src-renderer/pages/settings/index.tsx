import { useStore } from 'zustand/react';
import { Card } from '../../components/card.tsx';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { SettingList } from '../../components/setting-list.tsx';
import { useText } from '../../i18n/use-text.ts';
import { settingsStore } from '../../stores/settings.ts';
import { Look } from './look.tsx';

/** Every choice there is: what it is for and how it stands. */
export function Settings() {
  const { t } = useText();
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  return (
    <Page title={t('places.settings')}>
      <Look />
      <Card title={t('settings.all')}>
        <p className="mb-3 text-soft">{t('settings.allWhy')}</p>
        {settings === undefined ? <Placeholder lines={8} /> : <SettingList settings={settings} />}
      </Card>
    </Page>
  );
}
