import { useState } from 'react';
import type { EarningsPoint, EarningsSeries } from '../../../src-preload/contract/earnings.ts';
import { Amount } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { Bars } from '../../components/chart/bars.tsx';
import { Select } from '../../components/select.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { cut } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { EntriesLink, type Step } from '../../parts/entries-link.tsx';
import { byNetwork, ofUnit, unitsOf } from './sums.ts';
import { Totals } from './totals.tsx';
import { amountWords, periodMark, periodName } from './words.ts';

type View = 'chart' | 'table';

/** One unit over time: bars, or the same as a table, and what they say in a sentence. */
export function Chart({ series, by }: { series: EarningsSeries; by: Step }) {
  const { t, f } = useText();
  const [view, setView] = useState<View>('chart');
  const units = unitsOf(series);
  const [wanted, setWanted] = useState(0);
  const unit = units[Math.min(wanted, units.length - 1)];
  if (unit === undefined) {
    return (
      <Card title={t('earnings.chart.title')}>
        <p className="text-soft">{t('earnings.nothing')}</p>
        <Totals series={series} by={by} />
      </Card>
    );
  }
  const rows = series.points.map((point) => ({ point, total: ofUnit(point, unit) }));
  const all = ofUnit(series.total, unit);
  const most = rows.reduce((best, row) => (row.total.netMicro > best.total.netMicro ? row : best), rows[0]!);
  const name = (point: EarningsPoint) => periodName(by, point, t, f);
  const summary = t('earnings.chart.summary', {
    amount: amountWords(all.netMicro, unit, f),
    from: f.date(rows[0]!.point.start, 'date'),
    to: f.date(rows.at(-1)!.point.end - 1, 'date'),
    entries: t('earnings.entry', { count: all.entries }),
    most: amountWords(most.total.netMicro, unit, f),
    at: name(most.point),
  });
  return (
    <Card
      title={t('earnings.chart.title')}
      aside={
        <div className="flex flex-wrap gap-2">
          {units.length > 1 && (
            <div className="w-40">
              <Select
                label={t('earnings.chart.unit')}
                value={String(Math.min(wanted, units.length - 1))}
                options={units.map((one, index) => ({ value: String(index), title: cut(f.unit(one, 0), 32) }))}
                onChange={(index) => setWanted(Number(index))}
              />
            </div>
          )}
          <div className="w-28">
            <Select
              label={t('earnings.chart.view')}
              value={view}
              options={[
                { value: 'chart', title: t('earnings.chart.asChart') },
                { value: 'table', title: t('earnings.chart.asTable') },
              ]}
              onChange={setView}
            />
          </div>
        </div>
      }
    >
      <p className="mb-3 tabular-nums">{summary}</p>
      {view === 'chart' ? (
        <Bars
          label={summary}
          values={rows.map(({ total }) => total.netMicro)}
          marks={rows.map(({ point }) => periodMark(by, point, f))}
          titles={rows.map(({ point, total }) =>
            t('earnings.chart.bar', {
              at: name(point),
              amount: amountWords(total.netMicro, unit, f),
              entries: t('earnings.entry', { count: total.entries }),
            }),
          )}
          tick={(value) => f.micro(value)}
          unit={f.unit(unit, 0)}
        />
      ) : (
        <Twin rows={rows} unit={unit} by={by} name={name} through={series.through} />
      )}
      <Totals series={series} by={by} />
    </Card>
  );
}

interface TwinRow {
  readonly point: EarningsPoint;
  readonly total: ReturnType<typeof ofUnit>;
}

interface TwinProps {
  readonly rows: readonly TwinRow[];
  readonly unit: string;
  readonly by: Step;
  readonly name: (point: EarningsPoint) => string;
  readonly through: number;
}

/** The same figures, newest first, each a door to its entries. */
function Twin({ rows, unit, by, name, through }: TwinProps) {
  const { t, f } = useText();
  const columns: readonly Column<TwinRow>[] = [
    {
      id: 'when',
      title: t('earnings.chart.when'),
      cell: ({ point }) => <span className="whitespace-nowrap">{name(point)}</span>,
    },
    {
      id: 'done',
      title: t('earnings.chart.done'),
      figure: true,
      minor: true,
      cell: ({ point }) => f.count(point.work.reduce((sum, { done }) => sum + done, 0)),
    },
    {
      id: 'tokens',
      title: t('earnings.chart.tokens'),
      figure: true,
      minor: true,
      cell: ({ point }) => f.count(point.work.reduce((sum, { tokensIn, tokensOut }) => sum + tokensIn + tokensOut, 0)),
    },
    {
      id: 'entries',
      title: t('earnings.entries'),
      figure: true,
      minor: true,
      cell: ({ total }) => f.count(total.entries),
    },
    {
      id: 'gross',
      title: t('earnings.gross'),
      figure: true,
      cell: ({ total }) => <Amount micro={total.grossMicro} unit={unit} />,
    },
    {
      id: 'fee',
      title: t('earnings.fee'),
      figure: true,
      cell: ({ total }) => <Amount micro={total.feeMicro} unit={unit} />,
    },
    {
      id: 'net',
      title: t('earnings.net'),
      figure: true,
      cell: ({ point, total }) => (
        <EntriesLink
          by={by}
          filter={{ from: point.start, to: point.end, unit }}
          shown={{
            sums: byNetwork(point.sums)
              .filter((sum) => sum.unit === unit)
              .map(({ network, netMicro, entries }) => ({ network, unit, amountMicro: netMicro, entries })),
            through,
          }}
        >
          <Amount micro={total.netMicro} unit={unit} />
        </EntriesLink>
      ),
    },
  ];
  return (
    <Table
      caption={t('earnings.chart.title')}
      columns={columns}
      rows={[...rows].reverse()}
      rowKey={({ point }) => point.start}
    />
  );
}
