import { CircleAlert, Network as NetworkIcon } from 'lucide-react';
import { useStore } from 'zustand/react';
import type { NetworkView } from '../../../src-preload/contract/networks.ts';
import { Card } from '../../components/card.tsx';
import { Copy } from '../../components/copy.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/page.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { hostOf, quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { registrationSigns } from '../../signs.ts';
import { networksStore } from '../../stores/networks.ts';

/** Which networks this computer has joined, who lists it there, and who says so and when. */
export function Network() {
  const { t } = useText();
  const now = useNow();
  const networks = useStore(networksStore, ({ live }) => live?.value);
  return (
    <Page title={t('places.network')}>
      {networks === undefined ? (
        <Placeholder lines={4} />
      ) : networks.length === 0 ? (
        <p className="flex items-center gap-2 text-soft">
          <NetworkIcon aria-hidden="true" size={16} />
          {t('network.none')}
        </p>
      ) : (
        networks.map((network) => <One key={network.id} network={network} now={now} />)
      )}
    </Page>
  );
}

function One({ network, now }: { network: NetworkView; now: number }) {
  const { t } = useText();
  const sign = registrationSigns[network.registration];
  return (
    <Card
      title={network.title}
      aside={
        <Pill tone={sign.tone} icon={sign.icon}>
          {t(sign.word)}
        </Pill>
      }
    >
      <Trouble network={network} now={now} />
      {network.enabled ? <Details network={network} now={now} /> : <p className="text-soft">{t('network.off')}</p>}
    </Card>
  );
}

/** Why it is as it is, what the last heartbeat met, and when the next is due. */
function Trouble({ network: { reason, heartbeat }, now }: { network: NetworkView; now: number }) {
  const { t, f } = useText();
  const failure = heartbeat.failure?.code === reason?.code ? null : heartbeat.failure;
  if (reason === null && failure === null) return null;
  return (
    <div className="mb-3">
      <Notice tone="warn" icon={CircleAlert}>
        {reason && <Reason reason={reason} />} {failure && <Reason reason={failure} />}{' '}
        {heartbeat.failure &&
          heartbeat.nextAt !== null &&
          t('network.nextTry', { when: f.ahead(heartbeat.nextAt, now) })}
      </Notice>
    </div>
  );
}

function Details({ network, now }: { network: NetworkView; now: number }) {
  const { t, f } = useText();
  const { directoryUrl, registeredAt, heartbeat, reputation, endpoint, listening } = network;
  const directory = directoryUrl === null ? t('network.theDirectory') : quoted(hostOf(directoryUrl), 80);
  return (
    <Facts>
      {directoryUrl !== null && (
        <Fact name={t('network.directory')}>
          <Text value={directoryUrl} most={120} />
        </Fact>
      )}
      <Fact name={t('network.registered')}>
        {registeredAt === null ? t('network.notYet') : t('network.since', { time: f.clock(registeredAt, now) })}
      </Fact>
      <Fact name={t('network.lastHeartbeat')}>
        {heartbeat.lastAcceptedAt === null
          ? t('network.noneAccepted')
          : t('network.takenBy', { when: f.ago(heartbeat.lastAcceptedAt, now), directory })}
      </Fact>
      {heartbeat.nextAt !== null && <Fact name={t('network.nextHeartbeat')}>{f.ahead(heartbeat.nextAt, now)}</Fact>}
      <Fact name={t('network.reputation')}>
        {reputation === null ? t('network.notRated') : t('network.byDirectory', { value: f.number(reputation, 2) })}
      </Fact>
      <Fact name={t('network.address')}>
        {endpoint === null ? (
          t('network.noAddress')
        ) : (
          <span className="inline-flex items-center gap-1">
            <Text value={endpoint} most={120} />
            <Copy text={endpoint} />
          </span>
        )}
      </Fact>
      <Fact name={t('network.listening')}>
        {listening === null ? t('network.notListening') : <Text value={listening} most={80} />}
      </Fact>
    </Facts>
  );
}
