import { useStore } from 'zustand/react';
import { Card } from '../../components/card.tsx';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { SettingList } from '../../components/setting-list.tsx';
import { useText } from '../../i18n/use-text.ts';
import { nodeStore } from '../../stores/node.ts';
import { settingsStore } from '../../stores/settings.ts';

/** When this computer shares, and how much. */
export function Availability() {
  const { t } = useText();
  const node = useStore(nodeStore, ({ live }) => live?.value);
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  return (
    <Page title={t('places.availability')}>
      <Card title={t('availability.now')}>
        {node ? <p>{t('availability.nowOpen', { count: node.slots })}</p> : <Placeholder lines={1} />}
      </Card>
      <Card title={t('availability.rules')}>
        {settings === undefined ? (
          <Placeholder lines={4} />
        ) : (
          <SettingList settings={settings.filter(({ path }) => path.startsWith('availability.'))} />
        )}
      </Card>
    </Page>
  );
}
