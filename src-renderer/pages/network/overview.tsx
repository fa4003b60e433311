import { CircleAlert } from 'lucide-react';
import { useStore } from 'zustand/react';
import { bringsWork } from '../../../src-preload/contract/networks/brings-work.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { CheckLines } from '../../parts/check-lines.tsx';
import { ConsentText } from '../../parts/consent.tsx';
import { Copied } from '../../parts/copied.tsx';
import { JobRehearsal } from '../../parts/job-rehearsal.tsx';
import { hrefOf } from '../../places.ts';
import { reachSigns } from '../../signs.ts';
import { standingOf } from '../../standing.ts';
import { networksStore } from '../../stores/networks.ts';
import { reachabilityStore } from '../../stores/reachability.ts';
import { Consent, useUnagreed } from './consent.tsx';
import { History } from './history.tsx';

interface Of {
  readonly network: NetworkView;
  readonly now: number;
}

/** How it stands, in plain words; what only its protocol has a word for is one click behind. */
export function Overview({ network, now }: Of) {
  const { t } = useText();
  const unagreed = useUnagreed(network);
  const boot = useStore(networksStore, ({ live }) => live?.boot);
  const { id, enabled } = network;
  const { Trouble = WhyAlone, rehearsal, what } = pagesOf(id);
  return (
    <div className="space-y-4">
      <Trouble network={network} now={now} />
      {enabled ? (
        <>
          <Standing network={network} now={now} />
          <CheckLines id={id} now={now} />
        </>
      ) : (
        <>
          <p className="text-soft">
            {!unagreed && what && `${t(what)} `}
            {t('network.off')}
          </p>
          {unagreed ? (
            <Consent network={network} />
          ) : (
            <Disclosure title={t('setup.join.terms')}>
              <ConsentText network={network} summarized />
            </Disclosure>
          )}
        </>
      )}
      {rehearsal && <JobRehearsal id={id} />}
      <Disclosure title={t('network.technical')}>
        <div className="space-y-5">
          <Technical network={network} now={now} />
          <History key={`${id} ${boot}`} network={network} now={now} />
        </div>
      </Disclosure>
    </div>
  );
}

/** Who sees this computer there, whether others get in, and what is the network's own. */
function Standing({ network, now }: Of) {
  const { t, f } = useText();
  const inbound = useStore(reachabilityStore, ({ live }) => live?.value);
  const { id, seen, capabilities, relay, working } = network;
  const { Overview: Own } = pagesOf(id);
  const standing = inbound && capabilities.includes('inbound') ? standingOf(inbound) : 'unwanted';
  const sign = standing === 'unwanted' ? undefined : reachSigns[standing];
  return (
    <Facts>
      <Fact name={t('network.seen')}>
        {seen === null
          ? t('network.notSeen')
          : t('network.seenBy', { when: f.ago(seen.at, now), by: quoted(seen.by, 80) })}
      </Fact>
      {relay !== null ? (
        <Fact name={t('reach.relay')}>
          <Text value={relay} most={120} />
        </Fact>
      ) : (
        sign && (
          <Fact name={t('network.reachable')}>
            <a href={hrefOf('network', 'router')} className="rounded hover:underline">
              <Pill tone={sign.tone} icon={sign.icon}>
                {t(sign.word)}
              </Pill>
            </a>
          </Fact>
        )
      )}
      {bringsWork(id) && (
        <Fact name={t('network.runs')}>
          {working === 0 ? t('network.runsNothing') : t('network.runsCount', { count: working })}
        </Fact>
      )}
      {Own && <Own network={network} now={now} />}
    </Facts>
  );
}

function Technical({ network, now }: Of) {
  const { t } = useText();
  const { id, capabilities, nodeId, address, enabled } = network;
  const { Technical: Own } = pagesOf(id);
  if (!enabled) return null;
  return (
    <Facts>
      {capabilities.includes('identity') && (
        <Fact name={t('network.nodeId')}>
          {nodeId === null ? t('network.noNodeId') : <Copied text={nodeId} code />}
        </Fact>
      )}
      {capabilities.includes('inbound') && (
        <Fact name={t('network.address')}>{address === null ? t('network.noAddress') : <Copied text={address} />}</Fact>
      )}
      {Own && <Own network={network} now={now} />}
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
