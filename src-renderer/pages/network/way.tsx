import { Globe, Monitor, Network as NetworkIcon, Router } from 'lucide-react';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Path } from '../../components/chart/path.tsx';
import { quoted } from '../../format/text.ts';
import { go } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { relaysOf } from '../../parts/inbound/relays.tsx';
import { sentenceFor } from '../../parts/inbound/sentence.ts';
import { hrefOf } from '../../places.ts';
import { standingOf } from '../../standing.ts';
import { endsOf, type StopId, stopsOf } from './path.ts';

const icons = { you: Monitor, router: Router, internet: Globe };
const names = { you: 'network.path.you', router: 'network.path.router', internet: 'network.path.internet' } as const;

export interface WayProps {
  readonly networks: readonly NetworkView[];
  readonly inbound: ReachabilityView | undefined;
  readonly practice: boolean;
  readonly open: StopId | undefined;
}

/** How others reach this computer, drawn: each stop opens its proof, each network itself. */
export function Way({ networks, inbound, practice, open }: WayProps) {
  const { t } = useText();
  const { alone } = relaysOf(networks);
  const ends = endsOf(networks);
  if (ends.length === 0) return null;
  const said = alone
    ? t('reach.tier.relay')
    : !inbound?.wanted
      ? t(practice ? 'reach.practice' : 'reach.notWanted')
      : sentenceFor(inbound, t);
  // What can be done about it stands behind the router, which is no word that says so.
  const helpless = !alone && open === undefined && inbound !== undefined && standingOf(inbound) === 'unreached';
  return (
    <Card
      title={t('network.path.title')}
      aside={helpless && <LinkButton href={hrefOf('network', 'router')}>{t('home.showHow')}</LinkButton>}
    >
      <p className="mb-3">{said}</p>
      <Path
        sentence={said}
        stops={stopsOf(inbound, networks).map(({ id, word, tone, joint }) => ({
          id,
          name: t(names[id]),
          word: t(word),
          tone,
          joint,
          icon: icons[id],
          open: open === id,
          onOpen: () => (open === id ? go('network') : go('network', id)),
        }))}
        ends={ends.map(({ network, word, tone, joint }) => ({
          id: network.id,
          name: quoted(network.title, 32),
          word: t(word),
          tone,
          joint,
          icon: NetworkIcon,
        }))}
      />
    </Card>
  );
}
