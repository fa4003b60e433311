import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { Card } from '../../components/card.tsx';
import { Copy } from '../../components/copy.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Reason } from '../../components/reason.tsx';
import { Switch } from '../../components/switch.tsx';
import { Text } from '../../components/text.tsx';
import { hostOf, quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { CheckLines } from '../../parts/check-lines.tsx';
import { saveSetting } from '../../settings.ts';
import { networkSigns } from '../../signs.ts';
import { IicpSettings } from './iicp-settings.tsx';
import { NewIdentity } from './new-identity.tsx';

interface Of {
  readonly network: NetworkView;
  readonly now: number;
}

/** One network: whether it is joined, how that stands, and its own settings. */
export function Joined({ network, now }: Of) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const sign = networkSigns[network.state];
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
        {network.enabled ? <Details network={network} now={now} /> : <p className="text-soft">{t('network.off')}</p>}
        {network.enabled && <CheckLines id={network.id} now={now} />}
        <Disclosure title={t('network.settings')}>
          <IicpSettings />
        </Disclosure>
      </div>
    </Card>
  );
}

/** Why it is as it is, what the last heartbeat met, and when the next is due. */
function Trouble({ network: { reason, detail }, now }: Of) {
  const { t, f } = useText();
  const { heartbeat } = detail;
  const failure = heartbeat.failure?.code === reason?.code ? null : heartbeat.failure;
  if (reason === null && failure === null) return null;
  return (
    <Notice tone="warn" icon={CircleAlert} action={<NewIdentity code={reason?.code} />}>
      {reason && <Reason reason={reason} />} {failure && <Reason reason={failure} />}{' '}
      {heartbeat.failure && heartbeat.nextAt !== null && t('network.nextTry', { when: f.ahead(heartbeat.nextAt, now) })}
    </Notice>
  );
}

function Details({ network, now }: Of) {
  const { t, f } = useText();
  const { nodeId, address, relay, detail } = network;
  const { directoryUrl, registeredAt, heartbeat, reputation, listening, mesh, relayed } = detail;
  const directory = quoted(hostOf(directoryUrl), 80);
  return (
    <Facts>
      <Fact name={t('network.seen')}>
        {heartbeat.lastAcceptedAt === null
          ? t('network.notSeen')
          : t('network.seenBy', { when: f.ago(heartbeat.lastAcceptedAt, now), directory })}
      </Fact>
      <Fact name={t('network.registered')}>
        {registeredAt === null ? t('network.notYet') : t('network.since', { time: f.clock(registeredAt, now) })}
      </Fact>
      <Fact name={t('network.directory')}>
        <Copied text={directoryUrl} />
      </Fact>
      <Fact name={t('network.nodeId')}>{nodeId === null ? t('network.noNodeId') : <Copied text={nodeId} code />}</Fact>
      <Fact name={t('network.address')}>{address === null ? t('network.noAddress') : <Copied text={address} />}</Fact>
      <Fact name={t('network.listening')}>
        {listening === null ? t('network.notListening') : <Text value={listening} most={80} />}
      </Fact>
      <Fact name={t('network.heartbeats')}>
        {t('network.accepted', { count: heartbeat.sequence })}
        {heartbeat.nextAt !== null && `, ${t('network.next', { when: f.ahead(heartbeat.nextAt, now) })}`}
      </Fact>
      <Fact name={t('network.reputation')}>
        {reputation === null ? t('network.notRated') : t('network.byDirectory', { value: f.number(reputation, 2) })}
      </Fact>
      {relay !== null && (
        <Fact name={t('network.relay')}>
          <Text value={relay} most={120} />
        </Fact>
      )}
      {relayed !== null && <Fact name={t('network.relayed')}>{t('network.relayedNodes', { count: relayed })}</Fact>}
      {mesh && (
        <Fact name={t('network.peers')}>
          <Peers mesh={mesh} now={now} />
        </Fact>
      )}
    </Facts>
  );
}

/** Who answered lately; addresses and names are strangers' words. */
function Peers({ mesh, now }: { mesh: NonNullable<NetworkView['detail']['mesh']>; now: number }) {
  const { t, f } = useText();
  const { peers, answered, heardOf } = mesh;
  return (
    <>
      {answered === 0 ? t('network.noPeers') : t('network.answered', { count: answered })}
      {heardOf > 0 && `, ${t('network.heardOf', { count: heardOf })}`}
      {peers.length > 0 && (
        <ul className="mt-1 space-y-1 text-soft">
          {peers.map(({ nodeId, endpoint, region, answeredAt }) => (
            <li key={nodeId} className="break-all">
              <Text value={hostOf(endpoint)} most={80} />
              {region !== '' && (
                <>
                  , <Text value={region} most={32} />
                </>
              )}
              , {t('network.peerAnswered', { when: f.ago(answeredAt, now) })}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Copied({ text, code = false }: { text: string; code?: boolean }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <span className={`min-w-0 break-all ${code ? 'font-mono text-xs' : ''}`}>
        <Text value={text} most={160} />
      </span>
      <Copy text={text} />
    </span>
  );
}
