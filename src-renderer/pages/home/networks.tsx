import type { EarningsView, Standing, Sum } from '../../../src-preload/contract/earnings.ts';
import { bringsWork } from '../../../src-preload/contract/networks/brings-work.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import { Amount } from '../../components/amount.tsx';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { areEstimates, pagesOf, signOf } from '../../networks/lookup.ts';
import { EntriesLink } from '../../parts/entries-link.tsx';
import { hrefOf } from '../../places.ts';
import { reachSigns, type Sign } from '../../signs.ts';
import { standingOf } from '../../standing.ts';
import { ofToday } from '../../today.ts';

export interface NetworksProps {
  readonly networks: readonly NetworkView[] | undefined;
  readonly inbound: ReachabilityView | undefined;
  readonly earnings: EarningsView | undefined;
  readonly now: number;
}

/** A line of the table: a network, or the way in. */
type Row = { readonly id: string; readonly title: string; readonly href: string; readonly sign: Sign } & (
  | { readonly network: NetworkView }
  | { readonly ports: number }
);

/** One row a network: what runs there, what it brought today, how it stands. Units are never added up. */
export function Networks({ networks, inbound, earnings, now }: NetworksProps) {
  const { t } = useText();
  const joined = networks?.filter(({ enabled }) => enabled) ?? [];
  const more = networks !== undefined && joined.length < networks.length;
  return (
    <Card
      title={t('home.network.title')}
      aside={more && <LinkButton href={hrefOf('network')}>{t('home.network.add')}</LinkButton>}
    >
      {networks === undefined ? (
        <Placeholder lines={3} />
      ) : joined.length === 0 ? (
        <p className="text-soft">{t('home.network.none')}</p>
      ) : (
        <Table
          caption={t('home.network.title')}
          rows={[...joined.map(rowOf), ...routerOf(inbound, t('home.network.router'))]}
          rowKey={({ id }) => id}
          columns={[
            {
              id: 'title',
              title: t('home.network.network'),
              cell: ({ title, href, sign }) => (
                <>
                  <a href={href} className="rounded font-medium whitespace-nowrap hover:underline">
                    <Text value={title} most={48} />
                  </a>
                  {/* Where there is no room for a column of its own. */}
                  <span className="mt-1 block sm:hidden">
                    <StateOf sign={sign} />
                  </span>
                </>
              ),
            },
            { id: 'now', title: t('home.network.now'), minor: true, cell: (row) => <Now row={row} now={now} /> },
            {
              id: 'today',
              title: t('home.network.today'),
              cell: (row) =>
                'network' in row && earnings && bringsWork(row.network.id) ? (
                  <Brought id={row.network.id} earnings={earnings} />
                ) : (
                  '–'
                ),
            },
            {
              id: 'state',
              title: t('home.network.state'),
              minor: true,
              cell: ({ sign }) => <StateOf sign={sign} />,
            },
          ]}
        />
      )}
    </Card>
  );
}

function StateOf({ sign }: Pick<Row, 'sign'>) {
  const { t } = useText();
  return (
    <span className="whitespace-nowrap">
      <Pill tone={sign.tone} icon={sign.icon}>
        {t(sign.word)}
      </Pill>
    </span>
  );
}

function rowOf(network: NetworkView): Row {
  const { id, title } = network;
  return { id, title, href: hrefOf('network', id), sign: signOf(network), network };
}

/** The way in has a row of its own where a network needs it. */
function routerOf(inbound: ReachabilityView | undefined, title: string): readonly Row[] {
  const standing = inbound ? standingOf(inbound) : 'unwanted';
  if (!inbound || standing === 'unwanted') return [];
  return [
    {
      id: 'router.',
      title,
      href: hrefOf('network', 'router'),
      sign: reachSigns[standing],
      ports: inbound.ports.length,
    },
  ];
}

/** In the network's own words where it has them, else how much runs. */
function Now({ row, now }: { row: Row; now: number }) {
  const { t } = useText();
  if ('ports' in row) return t('home.network.ports', { count: row.ports });
  const { network } = row;
  const { Row: Own } = pagesOf(network.id);
  if (Own) return <Own network={network} now={now} />;
  if (network.working > 0) return t('home.network.working', { count: network.working });
  return t(network.state === 'online' ? 'home.network.waiting' : 'home.network.nothing');
}

/** What is in hand, and behind it what is on its way; each leads to its entries. */
function Brought({ id, earnings }: { id: string; earnings: EarningsView }) {
  const { t } = useText();
  const { standing, dayStart, through, settled } = earnings;
  const sums = (part: Standing['onItsWay'] | null, state: 'received' | 'earned') =>
    (part ?? [])
      .filter(({ network, entries }) => network === id && entries > 0)
      .map((sum: Sum) => (
        <EntriesLink
          key={`${state} ${sum.unit}`}
          filter={{ ...ofToday(dayStart), network: id, unit: sum.unit, state }}
          shown={{ sums: [sum], through, settled }}
        >
          <Amount micro={sum.amountMicro} unit={sum.unit} />
        </EntriesLink>
      ));
  const received = sums(standing.today.received, 'received');
  const coming = sums(standing.today.onItsWay, 'earned');
  if (received.length + coming.length === 0) return <span className="text-soft">{t('home.network.nothingYet')}</span>;
  return (
    <span className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
      {received}
      {coming.length > 0 && (
        <span className="flex flex-wrap items-baseline gap-x-1.5 text-xs leading-5 text-soft">
          {coming} {t(areEstimates([id]) ? 'frame.estimated' : 'frame.onItsWay')}
        </span>
      )}
    </span>
  );
}
