import type { EarningsNet, EarningsSeries, NetRow } from '../../../src-preload/contract/earnings.ts';
import { Card } from '../../components/card.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Table } from '../../components/table.tsx';
import { quoted } from '../../format/text.ts';
import type { Translate } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';
import type { Step } from '../../parts/entries-link.tsx';
import { type Line, useColumns, type Within } from './net-columns.tsx';
import { comparison } from './per-kwh.ts';
import { useNet } from './use-series.ts';

/** What each kind of task and model brought and cost, and what is left of it. */
export function Net({ series, by }: { series: EarningsSeries; by: Step }) {
  const { t } = useText();
  const net = useNet(series);
  const within = { from: series.points[0]?.start ?? 0, to: series.points.at(-1)?.end ?? 0 };
  return (
    <Card title={t('earnings.kinds.title')}>
      {net === undefined ? <Placeholder lines={4} /> : <Lines net={net} within={within} by={by} />}
    </Card>
  );
}

function Lines({ net, within, by }: { net: EarningsNet; within: Within; by: Step }) {
  const { t, f } = useText();
  const columns = useColumns(net, within, by);
  const found = comparison(net.rows);
  const loss = net.rows.filter(({ left }) => left !== null && left.micro < 0);
  const names = f.list(loss.slice(0, 3).map((row) => nameOf(row, t)));
  return (
    <>
      {found && (
        <p className="mb-1">
          {t('earnings.kinds.better', {
            better: nameOf(found.better, t),
            worse: nameOf(found.worse, t),
            times: f.number(found.ratio, 1),
          })}
        </p>
      )}
      {loss.length > 0 && <p className="mb-1">{t('earnings.kinds.losses', { count: loss.length, names })}</p>}
      <Table caption={t('earnings.kinds.title')} columns={columns} rows={linesOf(net)} rowKey={({ id }) => id} />
      <p className="mt-2 text-xs leading-4 text-soft">
        {t(net.total.milliwattHours === null ? 'earnings.kinds.noDraw' : 'earnings.kinds.shared')}{' '}
        {t('earnings.kinds.data', { in: f.bytes(net.data.in), out: f.bytes(net.data.out) })}
      </p>
    </>
  );
}

function linesOf({ rows, rest, total }: EarningsNet): Line[] {
  const none = { intent: '', model: '' };
  return [
    ...rows.map((row) => ({ ...row, id: JSON.stringify([row.intent, row.model]), of: 'row' as const })),
    ...(rest.tasks > 0 || rest.sums.length > 0 || (rest.milliwattHours ?? 0) > 0
      ? [{ ...rest, ...none, id: 'rest', of: 'rest' as const }]
      : []),
    { ...total, ...none, id: 'total', of: 'total' as const },
  ];
}

/** For a sentence. */
function nameOf({ intent, model }: Pick<NetRow, 'intent' | 'model'>, t: Translate): string {
  const name = model === '' ? t('earnings.kinds.noModel') : quoted(model, 48);
  return t('earnings.kinds.on', { model: name, kind: quoted(workWords(intent, t), 32) });
}
