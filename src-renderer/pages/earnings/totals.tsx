import type { EarningsFilter, EarningsSeries } from '../../../src-preload/contract/earnings.ts';
import { Amount } from '../../components/amount.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { EntriesLink, type Step } from '../../parts/entries-link.tsx';
import { Check } from './check.tsx';
import { byNetwork, shownOf, type Total } from './sums.ts';

/** What the whole stretch adds up to, proven; gross, fee and net by network behind it, each leading to its entries. */
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
    <div className="mt-3">
      <Check filter={within} shown={shownOf(total.sums)} through={through} />
      {totals.length > 0 && (
        <div className="mt-1">
          <Disclosure title={t('earnings.totals')}>
            <Table
              caption={t('earnings.totals')}
              columns={columns}
              rows={totals}
              rowKey={({ network, unit }) => JSON.stringify([network, unit])}
            />
          </Disclosure>
        </div>
      )}
    </div>
  );
}
