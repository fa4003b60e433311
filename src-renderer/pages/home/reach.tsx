import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf, signOf } from '../../networks/lookup.ts';
import { sentenceFor } from '../../parts/inbound/sentence.ts';
import { hrefOf } from '../../places.ts';
import { reachSigns } from '../../signs.ts';
import { standingOf } from '../../standing.ts';

export interface ReachProps {
  readonly networks: readonly NetworkView[] | undefined;
  readonly inbound: ReachabilityView | undefined;
  readonly now: number;
}

/** Who can find this computer, and who says so and when; what others think of it, and since when they do. */
export function Reach({ networks, inbound, now }: ReachProps) {
  const { t } = useText();
  return (
    <Card title={t('home.reach')} aside={<LinkButton href={hrefOf('network')}>{t('home.details')}</LinkButton>}>
      {networks === undefined ? (
        <Placeholder lines={3} />
      ) : networks.length === 0 ? (
        <p className="text-soft">{t('home.noNetworks')}</p>
      ) : (
        <ul className="divide-y divide-line">
          {inbound?.wanted && <InboundAddress view={inbound} now={now} />}
          {networks.map((network) => (
            <Network key={network.id} network={network} now={now} />
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Whether others get through and how, and when that was last tried from outside. */
function InboundAddress({ view, now }: { view: ReachabilityView; now: number }) {
  const { t, f } = useText();
  const standing = standingOf(view);
  if (standing === 'unwanted') return null;
  const sign = reachSigns[standing];
  const proofs = view.ports.flatMap((port) => port.proof ?? []);
  const proof = proofs.find(({ reached }) => !reached) ?? proofs[0];
  return (
    <li className="space-y-1 py-2.5 first:pt-0 last:pb-0">
      <p className="flex flex-wrap items-center justify-between gap-2">
        <span className="font-medium">{t('home.outside')}</span>
        <Pill tone={sign.tone} icon={sign.icon}>
          {t(sign.word)}
        </Pill>
      </p>
      <p>{sentenceFor(view, t)}</p>
      {view.reason && (
        <p className="text-soft">
          <Reason reason={view.reason} />
        </p>
      )}
      {proof && (
        <p className="text-soft">
          {t(proof.reached ? 'home.reachedBy' : 'home.notReachedBy', {
            when: f.ago(proof.at, now),
            by: quoted(proof.prober, 80),
          })}
        </p>
      )}
    </li>
  );
}

function Network({ network, now }: { network: NetworkView; now: number }) {
  const { t, f } = useText();
  const { id, title, enabled, reason, seen } = network;
  const { Row } = pagesOf(id);
  const sign = signOf(network);
  return (
    <li className="space-y-1 py-2.5 first:pt-0 last:pb-0">
      <p className="flex flex-wrap items-center justify-between gap-2">
        <span className="font-medium">
          <Text value={title} most={48} />
        </span>
        <Pill tone={sign.tone} icon={sign.icon}>
          {t(sign.word)}
        </Pill>
      </p>
      {!enabled ? (
        <p className="text-soft">{t('home.networkOff')}</p>
      ) : (
        <>
          {reason && (
            <p className="text-soft">
              <Reason reason={reason} />
            </p>
          )}
          <p className="text-soft">
            {seen === null
              ? t('home.notProven')
              : t('home.provenBy', { when: f.ago(seen.at, now), by: quoted(seen.by, 80) })}
          </p>
          {Row && <Row network={network} now={now} />}
        </>
      )}
    </li>
  );
}
