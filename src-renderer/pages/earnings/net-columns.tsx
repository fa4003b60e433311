// The columns of what is left by model: each figure that is made of entries or tasks leads to them.

import type { ReactNode } from 'react';
import { localDate } from '../../../src-preload/contract/day.ts';
import type { EarningsFilter, EarningsNet, NetRow } from '../../../src-preload/contract/earnings.ts';
import { Amount } from '../../components/amount.tsx';
import type { Column } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';
import { EntriesLink, type Step } from '../../parts/entries-link.tsx';
import { hrefOf } from '../../places.ts';
import { writeQuery } from '../../query.ts';

import { Money } from './money.tsx';
import { perKwh } from './per-kwh.ts';
import { byUnit, shownOf } from './sums.ts';

/** As many rows as the engine tells of; what is beyond them has entries among the rest. */
const MOST_ROWS = 100;
const MICRO = 1_000_000;

/** From the beginning of one day up to that of another. */
export interface Within {
  readonly from: number;
  readonly to: number;
}

export type Line = NetRow & { readonly id: string; readonly of: 'row' | 'rest' | 'total' };

export function useColumns(net: EarningsNet, within: Within, by: Step): Column<Line>[] {
  const { t, f } = useText();
  const unknown = <span className="whitespace-nowrap text-soft">{t('earnings.power.unknown')}</span>;
  const amounts = (pick: 'grossMicro' | 'feeMicro') => (line: Line) =>
    byUnit(line.sums).map((sum) => (
      <span key={sum.unit} className="block whitespace-nowrap">
        <Amount micro={sum[pick]} unit={sum.unit} />
      </span>
    ));
  const filterOf = ({ of, intent, model }: Line): EarningsFilter =>
    of === 'total' ? within : of === 'rest' ? { ...within, intent: '' } : { ...within, intent, model };
  /** Entries of kinds beyond the last row can't be asked for in one. */
  const isWhole = ({ of }: Line) => of !== 'rest' || net.rows.length < MOST_ROWS;
  const put = net.total.wear !== null && net.total.wear.micro !== 0;
  const powerColumns: Column<Line>[] = [
    {
      id: 'power',
      title: t('earnings.kinds.power'),
      figure: true,
      minor: true,
      cell: ({ milliwattHours, cost }) =>
        milliwattHours === null ? (
          unknown
        ) : (
          <Stacked below={cost && <Money {...cost} />}>
            {t('earnings.power.kwh', { value: f.number(milliwattHours / MICRO, milliwattHours < MICRO ? 4 : 2) })}
          </Stacked>
        ),
    },
    ...(put
      ? [
          {
            id: 'wear',
            title: t('earnings.kinds.wear'),
            figure: true,
            minor: true,
            cell: ({ wear }: Line) => wear && <Money {...wear} />,
          },
        ]
      : []),
    {
      id: 'left',
      title: t('earnings.kinds.left'),
      figure: true,
      cell: ({ left, of }) =>
        left ? (
          <>
            <Money {...left} />
            {left.micro < 0 && of === 'row' && (
              <span className="ms-auto block w-28 text-xs leading-4 text-soft">{t('earnings.kinds.loss')}</span>
            )}
          </>
        ) : (
          unknown
        ),
    },
    {
      id: 'perKwh',
      title: t('earnings.kinds.perKwh'),
      figure: true,
      minor: true,
      cell: (line) =>
        line.of === 'row' &&
        perKwh(line).map(({ unit, micro }) => (
          <span key={unit} className="block leading-6 whitespace-nowrap">
            {f.number(micro / MICRO, Math.abs(micro) < MICRO ? 4 : 2)}{' '}
            <span className="text-soft">{f.unit(unit, micro)}</span>
          </span>
        )),
    },
  ];
  return [
    {
      id: 'what',
      title: t('earnings.kinds.what'),
      cell: (line) =>
        line.of === 'row' ? (
          <span className="block min-w-32">
            {isOfModels(line) ? (
              <>
                {line.model === '' ? t('earnings.kinds.noModel') : <Text value={line.model} most={48} />}
                <span className="block text-xs leading-4 text-soft">
                  <Text value={workWords(line.intent, t)} most={32} />
                </span>
              </>
            ) : (
              <Text value={workWords(line.intent, t)} most={48} />
            )}
          </span>
        ) : (
          <span className={line.of === 'total' ? 'font-medium' : ''}>{t(`earnings.kinds.${line.of}`)}</span>
        ),
    },
    {
      id: 'tasks',
      title: t('earnings.kinds.tasks'),
      figure: true,
      minor: true,
      cell: (line) =>
        isOfModels(line) ? (
          <Stacked below={t('words.tokens', { count: line.tokensIn + line.tokensOut })}>
            <Tasks line={line} within={within} />
          </Stacked>
        ) : (
          <Tasks line={line} within={within} />
        ),
    },
    { id: 'gross', title: t('earnings.gross'), figure: true, minor: true, cell: amounts('grossMicro') },
    { id: 'fee', title: t('earnings.fee'), figure: true, minor: true, cell: amounts('feeMicro') },
    {
      id: 'net',
      title: t('earnings.net'),
      figure: true,
      cell: (line) =>
        byUnit(line.sums).map(({ unit, netMicro }) => (
          <span key={unit} className="block leading-6 whitespace-nowrap">
            {isWhole(line) ? (
              <EntriesLink
                by={by}
                filter={{ ...filterOf(line), unit }}
                shown={{ sums: shownOf(line.sums.filter((sum) => sum.unit === unit)), through: net.through }}
              >
                <Amount micro={netMicro} unit={unit} />
              </EntriesLink>
            ) : (
              <Amount micro={netMicro} unit={unit} />
            )}
          </span>
        )),
    },
    ...(net.total.milliwattHours === null ? [] : powerColumns),
  ];
}

/** Weighing a parcel takes no model and no tokens, and nothing is said of them there. */
const isOfModels = ({ model, tokensIn, tokensOut }: Line) => model !== '' || tokensIn + tokensOut > 0;

/** A figure, and a lesser one that belongs to it. */
function Stacked({ below, children }: { below: ReactNode; children: ReactNode }) {
  return (
    <span className="block whitespace-nowrap">
      {children}
      <span className="block text-xs leading-4 text-soft">{below}</span>
    </span>
  );
}

/** Those that were done lead to themselves; the days of the stretch are whole ones. */
function Tasks({ line, within }: { line: Line; within: Within }) {
  const { f } = useText();
  if (line.of === 'rest' || (line.of === 'row' && line.model === '')) return f.count(line.tasks);
  const detail = writeQuery({
    state: 'done',
    ...(line.of === 'row' && { kind: line.intent, model: line.model }),
    from: localDate(within.from),
    to: localDate(within.to - 1),
  });
  return (
    <a
      href={hrefOf('work', detail)}
      className="rounded underline decoration-line underline-offset-4 hover:decoration-edge"
    >
      {f.count(line.tasks)}
    </a>
  );
}
