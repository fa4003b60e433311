import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import type { NetworkView } from '../../../src-preload/contract/networks.ts';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Reason } from '../../components/reason.tsx';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { Shown } from '../../networks/pages.ts';
import { pagesOf } from '../../networks/registry.ts';
import { CheckLines } from '../../parts/check-lines.tsx';
import { saveSetting } from '../../settings.ts';

/** One network: whether it is joined, how that stands, and its own settings. */
export function Joined({ network, now }: Shown<NetworkView['id']>) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const { sign: signOf, Overview, Trouble = WhyAlone, Settings } = pagesOf(network.id);
  const sign = signOf(network);
  const turn = (on: boolean) => {
    setBusy(true);
    void saveSetting(`networks.${network.id}.enabled`, on).finally(() => setBusy(false));
  };
  return (
    <Card
      title={network.title}
      aside={
        <span className="flex items-center gap-3">
          <Pill tone={sign.tone} icon={sign.icon}>
            {t(sign.word)}
          </Pill>
          <Switch
            label={t('network.join', { network: network.title })}
            checked={network.enabled}
            busy={busy}
            onChange={turn}
          />
        </span>
      }
    >
      <div className="space-y-3">
        <Trouble network={network} now={now} />
        {network.enabled ? <Overview network={network} now={now} /> : <p className="text-soft">{t('network.off')}</p>}
        {network.enabled && <CheckLines id={network.id} now={now} />}
        <Disclosure title={t('network.settings')}>
          <Settings />
        </Disclosure>
      </div>
    </Card>
  );
}

/** Where a network has nothing to add to its reason. */
function WhyAlone({ network: { reason } }: Shown<NetworkView['id']>) {
  return (
    reason && (
      <Notice tone="warn" icon={CircleAlert}>
        <Reason reason={reason} />
      </Notice>
    )
  );
}
