import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { bringsWork } from '../../../src-preload/contract/networks/brings-work.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Pill } from '../../components/pill.tsx';
import { Switch } from '../../components/switch.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { go, stay } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf, signOf } from '../../networks/lookup.ts';
import { hrefOf } from '../../places.ts';
import { saveSetting } from '../../settings.ts';
import { useUnagreed } from './consent.tsx';
import { detailOf, type TabId, tabIds } from './look.ts';
import { Money } from './money.tsx';
import { Overview } from './overview.tsx';
import { WorkOf } from './work.tsx';

export interface OneProps {
  readonly network: NetworkView;
  readonly tab: TabId;
  readonly now: number;
  /** There is a list to go back to, where there is no room for both. */
  readonly several: boolean;
}

/** One network, by the same tabs whatever it is. */
export function One({ network, tab, now, several }: OneProps) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const unagreed = useUnagreed(network);
  const { id, title, enabled } = network;
  const { Settings } = pagesOf(id);
  const shownTabs = tabIds.filter((each) => bringsWork(id) || (each !== 'work' && each !== 'money'));
  const sign = signOf(network);
  const turn = (on: boolean) => {
    // What is agreed to is read first, and the button for it stands beneath.
    if (on && unagreed) return go('network', id);
    setBusy(true);
    void saveSetting(`networks.${id}.enabled`, on).finally(() => setBusy(false));
  };
  const contents: Record<TabId, React.ReactNode> = {
    overview: <Overview network={network} now={now} />,
    work: <WorkOf network={network} now={now} />,
    money: <Money network={network} />,
    settings: Settings ? <Settings /> : <p className="text-soft">{t('network.noSettings')}</p>,
  };
  return (
    <>
      {several && (
        <div className="mb-3 sm:hidden">
          <LinkButton href={hrefOf('network')} icon={ArrowLeft}>
            {t('network.all')}
          </LinkButton>
        </div>
      )}
      <Card
        title={title}
        aside={
          <span className="flex items-center gap-3">
            <Pill tone={sign.tone} icon={sign.icon}>
              {t(sign.word)}
            </Pill>
            <Switch label={t('network.join', { network: title })} checked={enabled} busy={busy} onChange={turn} />
          </span>
        }
      >
        <Tabs
          label={title}
          shown={shownTabs.includes(tab) ? tab : 'overview'}
          onShow={(next) => stay('network', detailOf(id, next as TabId))}
          tabs={shownTabs.map((each) => ({ id: each, title: t(`network.tab.${each}`), content: contents[each] }))}
        />
      </Card>
    </>
  );
}
