import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand/react';
import { type Action, useActions } from '../../actions.ts';
import { useAnswer } from '../../asked.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { BoxesCard } from '../../parts/boxes/card.tsx';
import { RehearsalCard } from '../../parts/rehearsal.tsx';
import { RunnersCard } from '../../parts/runners/card.tsx';
import { ServerForm } from '../../parts/server-form.tsx';
import { settingOf } from '../../settings.ts';
import { availabilityStore } from '../../stores/availability.ts';
import { backendsStore } from '../../stores/backends.ts';
import { settingsStore } from '../../stores/settings.ts';
import { workStore } from '../../stores/work.ts';
import { Computer } from './computer.tsx';
import { Disk } from './disk.tsx';
import { Elsewhere } from './elsewhere.tsx';
import { InMemory } from './in-memory.tsx';
import { Limits } from './limits.tsx';
import { ServerList } from './server-list.tsx';

/** What this computer has and who has it, the models and model servers on it, and how much of all that others may use. */
export function Capacity() {
  const { t } = useText();
  const now = useNow(TICK_MS);
  const backends = useStore(backendsStore, ({ live }) => live?.value);
  const settings = useStore(settingsStore, ({ live }) => live?.value) ?? [];
  const [adding, setAdding] = useState(false);
  const [looks, setLooks] = useState(0);
  const [searching, search] = useBusy(async () => {
    backendsStore.getState().accept(await engine().ask('backends.detect', undefined));
  });
  const [limits] = useAnswer('limits.get', useYielder());
  const [hardware, looking] = useAnswer('hardware.get', looks);
  const [storage] = useAnswer('storage.get', Math.floor(now / STORAGE_MS));
  useActions(
    useMemo<readonly Action[]>(
      () => [
        {
          id: 'capacity.add',
          group: 'page',
          title: 'capacity.add',
          words: 'capacity.addWords',
          icon: Plus,
          run: () => setAdding(true),
        },
      ],
      [],
    ),
  );
  return (
    <Page title={t('places.capacity')}>
      <Computer
        hardware={hardware}
        limits={limits}
        backends={backends ?? []}
        settings={settings}
        looking={looking}
        now={now}
        onLook={() => setLooks(looks + 1)}
      />
      <Elsewhere limits={limits} />
      <InMemory backends={backends ?? []} />
      <ServerList
        backends={backends}
        servers={settingOf(settings, 'backends.inference') ?? []}
        choices={settingOf(settings, 'backends.models') ?? []}
        maxTokens={settingOf(settings, 'capacity.maxTokens') ?? 0}
        searching={searching}
        onSearch={() => search()}
        onAdd={() => setAdding(true)}
      />
      <RunnersCard now={now} />
      <BoxesCard now={now} />
      <Limits limits={limits} backends={backends ?? []} settings={settings} />
      <RehearsalCard />
      <Disk storage={storage} settings={settings} now={now} />
      {adding && <ServerForm taken={(backends ?? []).map(({ url }) => url)} onClose={() => setAdding(false)} />}
    </Page>
  );
}

const TICK_MS = 5000;
const STORAGE_MS = 30_000;

/** Another text after any change of what limits are made from. */
function useYielder(): string {
  const availability = useStore(availabilityStore, ({ live }) => live?.revision);
  const backends = useStore(backendsStore, ({ live }) => live?.revision);
  const work = useStore(workStore, ({ live }) => live?.revision);
  return `${availability} ${backends} ${work}`;
}
