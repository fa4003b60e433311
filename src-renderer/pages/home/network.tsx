import { CircleAlert } from 'lucide-react';
import type { NetworkView } from '../../../src-preload/contract/networks.ts';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { hostOf } from '../../format/text.ts';
import { ago, ahead, clockTime } from '../../format/time.ts';
import { registrationSigns } from './words.ts';

/** Who lists this computer, and who says so and when. */
export function Networks({ networks, now }: { networks: readonly NetworkView[] | undefined; now: number }) {
  if (networks === undefined) {
    return (
      <Card title="Network">
        <Placeholder lines={4} />
      </Card>
    );
  }
  if (networks.length === 0) {
    return (
      <Card title="Network">
        <p className="text-soft">No network is set up yet.</p>
      </Card>
    );
  }
  return networks.map((network) => <Network key={network.id} network={network} now={now} />);
}

function Network({ network, now }: { network: NetworkView; now: number }) {
  const sign = registrationSigns[network.registration];
  return (
    <Card
      title={network.title}
      aside={
        <Pill tone={sign.tone} icon={sign.icon}>
          {sign.word}
        </Pill>
      }
    >
      <Trouble network={network} now={now} />
      {network.enabled ? (
        <Details network={network} now={now} />
      ) : (
        <p className="text-soft">This network is switched off.</p>
      )}
    </Card>
  );
}

/** Why it is as it is, what the last heartbeat met, and when the next is due. */
function Trouble({ network: { reason, heartbeat }, now }: { network: NetworkView; now: number }) {
  const failure = heartbeat.failure?.code === reason?.code ? null : heartbeat.failure;
  if (reason === null && failure === null) return null;
  return (
    <div className="mb-3">
      <Notice tone="warn" icon={CircleAlert}>
        {reason && <Reason reason={reason} />} {failure && <Reason reason={failure} />}
        {heartbeat.failure && heartbeat.nextAt !== null && ` The next try is ${ahead(heartbeat.nextAt, now)}.`}
      </Notice>
    </div>
  );
}

function Details({ network, now }: { network: NetworkView; now: number }) {
  const { directoryUrl, registeredAt, heartbeat, reputation, endpoint, listening } = network;
  const directory = directoryUrl === null ? 'the directory' : hostOf(directoryUrl);
  return (
    <Facts>
      {directoryUrl !== null && (
        <Fact name="Directory">
          <Text value={directoryUrl} most={120} />
        </Fact>
      )}
      <Fact name="Registered">{registeredAt === null ? 'not yet' : `since ${clockTime(registeredAt, now)}`}</Fact>
      <Fact name="Last heartbeat">
        {heartbeat.lastAcceptedAt === null ? (
          'none accepted yet'
        ) : (
          <>
            {ago(heartbeat.lastAcceptedAt, now)}, taken by <Text value={directory} most={80} />
          </>
        )}
      </Fact>
      {heartbeat.nextAt !== null && <Fact name="Next heartbeat">{ahead(heartbeat.nextAt, now)}</Fact>}
      <Fact name="Reputation">
        {reputation === null ? 'not rated yet' : `${reputation.toFixed(2)}, by the directory`}
      </Fact>
      <Fact name="Address">{endpoint === null ? 'none set' : <Text value={endpoint} most={120} />}</Fact>
      <Fact name="Listening on">{listening === null ? 'nothing' : <Text value={listening} most={80} />}</Fact>
    </Facts>
  );
}
