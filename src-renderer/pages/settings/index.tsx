import type { ComponentType } from 'react';
import { useStore } from 'zustand/react';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { SettingList } from '../../components/setting-list.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf, places } from '../../places.ts';
import { settingsStore } from '../../stores/settings.ts';
import { About } from './about.tsx';
import { Diagnostics } from './diagnostics.tsx';
import { General } from './general.tsx';
import { Identity } from './identity.tsx';
import { Notifications } from './notifications.tsx';
import { Privacy } from './privacy.tsx';
import { Remove } from './remove.tsx';
import { type SectionId, sectionIcons, sectionIds, sectionOf } from './sections.ts';
import { Updates } from './updates.tsx';

const parts: Record<SectionId, ComponentType> = {
  general: General,
  notifications: Notifications,
  privacy: Privacy,
  identity: Identity,
  updates: Updates,
  diagnostics: Diagnostics,
  remove: Remove,
  about: About,
  all: All,
};

/** One section at a time, each with an address of its own; links from outside the window lead here, too. */
export function Settings({ detail }: { detail: string | undefined }) {
  const { t } = useText();
  const section = sectionOf(detail);
  const Part = parts[section];
  return (
    <Page title={t('places.settings')}>
      {detail === 'network' && <Moved />}
      <div className="grid items-start gap-4 wide:grid-cols-[13rem_minmax(0,1fr)]">
        <nav aria-label={t('settings.sections')} className="min-w-0">
          <ul className="flex flex-wrap gap-1 wide:flex-col">
            {sectionIds.map((id) => (
              <li key={id}>
                <SectionLink id={id} here={id === section} />
              </li>
            ))}
          </ul>
        </nav>
        <div className="min-w-0 space-y-4">
          <Part />
        </div>
      </div>
    </Page>
  );
}

function SectionLink({ id, here }: { id: SectionId; here: boolean }) {
  const { t } = useText();
  const Icon = sectionIcons[id];
  return (
    <a
      href={hrefOf('settings', id)}
      aria-current={here ? 'true' : undefined}
      className={`flex min-h-8 items-center gap-2 rounded-md px-2.5 py-1 no-underline ${
        here ? 'bg-good-tint font-medium text-ink forced-colors:border' : 'text-soft hover:bg-sunken hover:text-ink'
      }`}
    >
      <Icon aria-hidden="true" size={16} className="shrink-0" />
      {t(`settings.section.${id}`)}
    </a>
  );
}

function Moved() {
  const { t } = useText();
  return (
    <Card title={t('places.network')}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p>{t('settings.networkMoved')}</p>
        <LinkButton href={hrefOf('network')} icon={places.network.icon}>
          {t('settings.toNetwork')}
        </LinkButton>
      </div>
    </Card>
  );
}

/** Every choice there is: what it is for and how it stands. */
function All() {
  const { t } = useText();
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  return (
    <Card title={t('settings.all')}>
      <p className="mb-3 text-soft">{t('settings.allWhy')}</p>
      {settings === undefined ? <Placeholder lines={8} /> : <SettingList settings={settings} />}
    </Card>
  );
}
