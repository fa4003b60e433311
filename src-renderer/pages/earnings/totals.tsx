import type { EarningsFilter, EarningsSeries } from '../../../src-preload/contract/earnings.ts';
import { Amount } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { EntriesLink, type Step } from '../../parts/entries-link.tsx';
import { Check } from './check.tsx';
import { byNetwork, shownOf, type Total } from './sums.ts';

/** Gross, fee and net of the whole stretch, by network; each leads to its entries. */
export function Totals({ series, by }: { series: EarningsSeries; by: Step }) {
  const { t, f } = useText();
  const networkTitle = useNetworkTitle();
  const { through, points, total } = series;
  const within: EarningsFilter = { from: points[0]?.start ?? 0, to: points.at(-1)?.end ?? 0 };
  const totals = byNetwork(total.sums);
  const columns: readonly Column<Total>[] = [
    {
      id: 'network',
      title: t('earnings.network'),
      cell: ({ network }) => (
        <span className="inline-block min-w-16">
          <Text value={networkTitle(network)} most={48} />
        </span>
      ),
    },
    { id: 'entries', title: t('earnings.entries'), figure: true, minor: true, cell: (sum) => f.count(sum.entries) },
    {
      id: 'gross',
      title: t('earnings.gross'),
      figure: true,
      minor: true,
      cell: (sum) => <Amount micro={sum.grossMicro} unit={sum.unit} />,
    },
    {
      id: 'fee',
      title: t('earnings.fee'),
      figure: true,
      minor: true,
      cell: (sum) => <Amount micro={sum.feeMicro} unit={sum.unit} />,
    },
    {
      id: 'net',
      title: t('earnings.net'),
      figure: true,
      cell: ({ network, unit, netMicro, entries }) => (
        <EntriesLink
          by={by}
          filter={{ ...within, network, unit }}
          shown={{ sums: [{ network, unit, amountMicro: netMicro, entries }], through }}
        >
          <Amount micro={netMicro} unit={unit} />
        </EntriesLink>
      ),
    },
  ];
  return (
    <Card title={t('earnings.totals')}>
      {totals.length === 0 ? (
        <p className="text-soft">{t('earnings.nothing')}</p>
      ) : (
        <Table
          caption={t('earnings.totals')}
          columns={columns}
          rows={totals}
          rowKey={({ network, unit }) => JSON.stringify([network, unit])}
        />
      )}
      <div className="mt-2">
        <Check filter={within} shown={shownOf(total.sums)} through={through} />
      </div>
    </Card>
  );
}
