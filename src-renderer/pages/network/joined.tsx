import { CircleAlert } from 'lucide-react';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf, signOf } from '../../networks/lookup.ts';
import { CheckLines } from '../../parts/check-lines.tsx';
import { Copied } from '../../parts/copied.tsx';
import { JoinSwitch } from '../../parts/join-switch.tsx';

interface Of {
  readonly network: NetworkView;
  readonly now: number;
}

/** One network: whether it is joined, how that stands, and its own settings. */
export function Joined({ network, now }: Of) {
  const { t } = useText();
  const { Trouble = WhyAlone, Settings } = pagesOf(network.id);
  const sign = signOf(network);
  return (
    <Card
      title={network.title}
      aside={
        <span className="flex items-center gap-3">
          <Pill tone={sign.tone} icon={sign.icon}>
            {t(sign.word)}
          </Pill>
          <JoinSwitch network={network} label={t('network.join', { network: network.title })} />
        </span>
      }
    >
      <div className="space-y-3">
        <Trouble network={network} now={now} />
        {network.enabled ? <Details network={network} now={now} /> : <p className="text-soft">{t('network.off')}</p>}
        {network.enabled && <CheckLines id={network.id} now={now} />}
        {Settings && (
          <Disclosure title={t('network.settings')}>
            <Settings />
          </Disclosure>
        )}
      </div>
    </Card>
  );
}

/** What is known of every network, and what is only of this one. */
function Details({ network, now }: Of) {
  const { t, f } = useText();
  const { id, seen, capabilities, nodeId, address, relay } = network;
  const { Overview } = pagesOf(id);
  return (
    <Facts>
      <Fact name={t('network.seen')}>
        {seen === null
          ? t('network.notSeen')
          : t('network.seenBy', { when: f.ago(seen.at, now), by: quoted(seen.by, 80) })}
      </Fact>
      {capabilities.includes('identity') && (
        <Fact name={t('network.nodeId')}>
          {nodeId === null ? t('network.noNodeId') : <Copied text={nodeId} code />}
        </Fact>
      )}
      {capabilities.includes('inbound') && (
        <Fact name={t('network.address')}>{address === null ? t('network.noAddress') : <Copied text={address} />}</Fact>
      )}
      {relay !== null && (
        <Fact name={t('reach.relay')}>
          <Text value={relay} most={120} />
        </Fact>
      )}
      {Overview && <Overview network={network} now={now} />}
    </Facts>
  );
}

/** Where a network has nothing to add to its reason. */
function WhyAlone({ network: { reason } }: Of) {
  return (
    reason && (
      <Notice tone="warn" icon={CircleAlert}>
        <Reason reason={reason} />
      </Notice>
    )
  );
}
