import { useStore } from 'zustand/react';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Page } from '../../components/page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { backendsStore } from '../../stores/backends.ts';
import { settingsStore } from '../../stores/settings.ts';
import { Backends } from './backends.tsx';

/** What does the work, and how much of it others may use. */
export function Capacity() {
  const { t } = useText();
  const backends = useStore(backendsStore, ({ live }) => live?.value);
  const [searching, search] = useBusy(async () => {
    backendsStore.getState().accept(await engine().ask('backends.detect', undefined));
  });
  return (
    <Page title={t('places.capacity')}>
      <Backends backends={backends} searching={searching} onSearch={() => search()} />
      <Limits />
    </Page>
  );
}

function Limits() {
  const { t, f, about } = useText();
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  const limits = settings?.filter(({ path }) => path.startsWith('capacity.')) ?? [];
  if (limits.length === 0) return null;
  return (
    <Card title={t('capacity.limits')}>
      <Facts>
        {limits.map((setting) => (
          <Fact key={setting.path} name={about(setting)}>
            {typeof setting.value === 'number' && f.count(setting.value)}
          </Fact>
        ))}
      </Facts>
    </Card>
  );
}
