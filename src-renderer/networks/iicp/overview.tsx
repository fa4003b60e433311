import { Fact } from '../../components/facts.tsx';
import { Text } from '../../components/text.tsx';
import { hostOf } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { Copied } from '../../parts/copied.tsx';
import type { Shown, ViewOf } from '../pages.ts';
import type { Iicp } from './contract.ts';

/** What its directory thinks of this computer. */
export function Overview({
  network: {
    detail: { reputation },
  },
}: Shown<Iicp>) {
  const { t, f } = useText();
  return (
    <Fact name={t('networks.iicp.facts.reputation')}>
      {reputation === null
        ? t('networks.iicp.facts.notRated')
        : t('networks.iicp.facts.byDirectory', { value: f.number(reputation, 2) })}
    </Fact>
  );
}

/** What the directory answered, where tasks come in, and which nodes answered this one. */
export function Technical({ network: { detail }, now }: Shown<Iicp>) {
  const { t, f } = useText();
  const { directoryUrl, registeredAt, heartbeat, listening, mesh, relayed } = detail;
  return (
    <>
      <Fact name={t('networks.iicp.facts.registered')}>
        {registeredAt === null
          ? t('networks.iicp.facts.notYet')
          : t('networks.iicp.facts.since', { time: f.clock(registeredAt, now) })}
      </Fact>
      <Fact name={t('networks.iicp.facts.directory')}>
        <Copied text={directoryUrl} />
      </Fact>
      <Fact name={t('networks.iicp.facts.listening')}>
        {listening === null ? t('networks.iicp.facts.notListening') : <Text value={listening} most={80} />}
      </Fact>
      <Fact name={t('networks.iicp.facts.heartbeats')}>
        {t('networks.iicp.facts.accepted', { count: heartbeat.sequence })}
        {heartbeat.nextAt !== null && `, ${t('networks.iicp.facts.next', { when: f.ahead(heartbeat.nextAt, now) })}`}
      </Fact>
      {relayed !== null && (
        <Fact name={t('networks.iicp.facts.relayed')}>{t('networks.iicp.facts.relayedNodes', { count: relayed })}</Fact>
      )}
      {mesh && (
        <Fact name={t('networks.iicp.facts.peers')}>
          <Peers mesh={mesh} now={now} />
        </Fact>
      )}
    </>
  );
}

/** Which nodes answered lately; addresses and names are strangers' words. */
function Peers({ mesh, now }: { mesh: NonNullable<ViewOf<Iicp>['detail']['mesh']>; now: number }) {
  const { t, f } = useText();
  const { peers, answered, heardOf } = mesh;
  return (
    <>
      {answered === 0 ? t('networks.iicp.facts.noPeers') : t('networks.iicp.facts.answered', { count: answered })}
      {heardOf > 0 && `, ${t('networks.iicp.facts.heardOf', { count: heardOf })}`}
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
              , {t('networks.iicp.facts.peerAnswered', { when: f.ago(answeredAt, now) })}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
