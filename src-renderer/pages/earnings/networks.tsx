import { type Balance, type EarningsView, type Sum, WALLET_BOOKS } from '../../../src-preload/contract/earnings.ts';
import { Amount } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { areEstimates, pagesOf } from '../../networks/lookup.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { EntriesLink } from '../../parts/entries-link.tsx';
import { NotMoney } from '../../parts/not-money.tsx';
import { hrefOf } from '../../places.ts';

/** One network and unit: amounts of different units are never added. Null: no network has reported a payment yet. */
interface NetworkLine {
  readonly balance: Balance;
  readonly onItsWay: Sum;
  readonly received: Sum | null;
}

/** Each network in a line: what is on its way, what was received, and what of it can be paid out. There is no total over units. */
export function Networks({ view }: { view: EarningsView }) {
  const { t } = useText();
  const titleOf = useNetworkTitle();
  // The wallet is none: what is in it stands in a part of its own.
  const balances = view.balances.filter(({ network }) => network !== WALLET_BOOKS);
  if (balances.length === 0) return null;
  const { through, settled } = view;
  const none = <span className="text-soft">–</span>;
  const sumLink = (sum: Sum, state: 'earned' | 'received') => (
    <EntriesLink filter={{ network: sum.network, unit: sum.unit, state }} shown={{ sums: [sum], through, settled }}>
      <Amount micro={sum.amountMicro} unit={sum.unit} />
    </EntriesLink>
  );
  const columns: readonly Column<NetworkLine>[] = [
    {
      id: 'network',
      title: t('earnings.network'),
      cell: ({ balance: { network } }) => (
        <a href={hrefOf('network', `${network}.money`)} className="inline-block min-w-16 font-medium hover:underline">
          <Text value={titleOf(network)} most={48} />
        </a>
      ),
    },
    {
      id: 'onItsWay',
      title: t('earnings.networks.onItsWay'),
      figure: true,
      minor: true,
      cell: ({ onItsWay }) => (
        <>
          {sumLink(onItsWay, 'earned')}
          {areEstimates([onItsWay.network]) && (
            <span className="block text-xs leading-5 text-soft">{t('frame.estimated')}</span>
          )}
        </>
      ),
    },
    {
      id: 'received',
      title: t('earnings.networks.received'),
      figure: true,
      cell: ({ received, onItsWay }) => (
        <>
          {/* Of estimates nobody says what came of them. */}
          {received === null || areEstimates([received.network]) ? none : sumLink(received, 'received')}
          {/* Where there is no room for a column of its own. */}
          {onItsWay.entries > 0 && (
            <span className="block text-xs leading-5 text-soft sm:hidden">
              {sumLink(onItsWay, 'earned')} {t(areEstimates([onItsWay.network]) ? 'frame.estimated' : 'frame.onItsWay')}
            </span>
          )}
        </>
      ),
    },
    ...(balances.some(({ network }) => isMoney(network))
      ? [
          {
            id: 'payable',
            title: t('earnings.networks.payable'),
            figure: true,
            cell: ({ balance: { network, unit, inHandMicro } }: NetworkLine) =>
              isMoney(network) ? <Amount micro={inHandMicro} unit={unit} /> : none,
          },
        ]
      : []),
  ];
  return (
    <Card title={t('earnings.networks.title')}>
      <Table
        caption={t('earnings.networks.title')}
        columns={columns}
        rows={linesOf({ ...view, balances })}
        rowKey={({ balance }) => keyOf(balance)}
      />
      <NotMoney networks={balances.map(({ network }) => network)} />
      <div className="mt-1">
        <Disclosure title={t('earnings.networks.balances')}>
          <Balances balances={balances} />
        </Disclosure>
      </div>
    </Card>
  );
}

/** What its units count can be paid out. */
const isMoney = (network: string) => !pagesOf(network)?.notMoney;

const keyOf = ({ network, unit }: Balance) => JSON.stringify([network, unit]);

const STEPS = [
  'grossMicro',
  'refundedMicro',
  'feeMicro',
  'netMicro',
  'depositedMicro',
  'withdrawnMicro',
  'inHandMicro',
] as const;

/** What came and went of each, to what is in hand. */
function Balances({ balances }: { balances: readonly Balance[] }) {
  const { t } = useText();
  const titleOf = useNetworkTitle();
  return (
    <Table
      caption={t('earnings.networks.balances')}
      rows={balances}
      rowKey={keyOf}
      columns={[
        {
          id: 'network',
          title: t('earnings.network'),
          cell: ({ network }) => <Text value={titleOf(network)} most={48} />,
        },
        ...STEPS.map((step) => ({
          id: step,
          title: t(`earnings.networks.${step}`),
          figure: true,
          cell: (balance: Balance) => <Amount exact micro={balance[step]} unit={balance.unit} />,
        })),
      ]}
    />
  );
}

/** What each network owes, has paid and holds, since the beginning. */
function linesOf({ balances, standing: { total } }: Pick<EarningsView, 'balances' | 'standing'>): NetworkLine[] {
  return balances.map((balance) => ({
    balance,
    onItsWay: sumIn(total.onItsWay, balance),
    received: total.received && sumIn(total.received, balance),
  }));
}

function sumIn(sums: readonly Sum[], { network, unit }: Balance): Sum {
  const found = sums.find((sum) => sum.network === network && sum.unit === unit);
  return found ?? { network, unit, amountMicro: 0, entries: 0 };
}
