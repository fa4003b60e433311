import { CircleCheck, CircleDashed, CircleDot, CircleHelp, type LucideIcon, Wallet, X } from 'lucide-react';
import { useStore } from 'zustand/react';
import type { EarningState, EarningsSeries } from '../../../src-preload/contract/earnings.ts';
import { Amount } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { useText } from '../../i18n/use-text.ts';
import { areEstimates } from '../../networks/lookup.ts';
import { EntriesLink, type Step } from '../../parts/entries-link.tsx';
import { workStore } from '../../stores/work.ts';
import { byUnit, shownOf } from './sums.ts';
import { amountWords } from './words.ts';

const icons: Record<EarningState, LucideIcon> = {
  quoted: CircleHelp,
  serving: CircleDashed,
  earned: CircleDot,
  received: Wallet,
  failed: X,
};

type StateSum = EarningsSeries['states'][number];

/** How far what was asked for has come on its way to being paid, as far as the networks tell. */
export function States({ series, by }: { series: EarningsSeries; by: Step }) {
  const { t, f } = useText();
  // Work that runs is of this moment, whenever the series was.
  const running = useStore(workStore, ({ live }) => live?.value.live.length);
  const states = series.states.map((sum) =>
    sum.state === 'serving' && running !== undefined ? { ...sum, count: running, unbooked: running } : sum,
  );
  const [unknown, known] = [states.filter(isUnreported), states.filter((sum) => !isUnreported(sum))];
  return (
    <Card title={t('earnings.states.title')}>
      <ol className="divide-y divide-line">
        {known.map((state) => (
          <State key={state.state} sum={state} series={series} by={by} />
        ))}
      </ol>
      {unknown.length > 0 && (
        <p className="mt-2 text-xs leading-4 text-soft">
          {t('earnings.states.notTold')}: {f.list(unknown.map(({ state }) => t(`earnings.states.${state}`)))}.
        </p>
      )}
    </Card>
  );
}

/** No network tells of it, and nothing is in it. */
const isUnreported = ({ count, unbooked, sums }: StateSum) => count === null && unbooked === 0 && sums.length === 0;

function State({ sum, series, by }: { sum: StateSum; series: EarningsSeries; by: Step }) {
  const { t, f } = useText();
  const { state, count, unbooked, sums, takenBack } = sum;
  const Icon = icons[state] ?? CircleCheck;
  const { points, through, settled } = series;
  const within = { from: points[0]?.start ?? 0, to: points.at(-1)?.end ?? 0 };
  const totals = byUnit(sums);
  return (
    <li className="flex gap-3 py-2.5 first:pt-0 last:pb-0">
      <Icon aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-soft" />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap justify-between gap-x-4">
          <p className="font-medium">{t(`earnings.states.${state}`)}</p>
          <p className="text-end tabular-nums">
            {totals.map(({ unit, netMicro }) => (
              <span key={unit} className="block leading-6">
                <EntriesLink
                  by={by}
                  filter={{ ...within, unit, state }}
                  shown={{ sums: shownOf(sums.filter((one) => one.unit === unit)), through, settled }}
                >
                  <Amount micro={netMicro} unit={unit} />
                </EntriesLink>
              </span>
            ))}
            {unbooked > 0 && <span className="block">{t('earnings.states.tasks', { count: unbooked })}</span>}
            {totals.length === 0 && count === 0 && unbooked === 0 && (
              <span className="text-soft">{t('earnings.states.none')}</span>
            )}
          </p>
        </div>
        <p className="text-xs leading-4 text-soft">
          {t(`earnings.states.${state}Why`)}
          {state === 'earned' && sums.some(({ network }) => areEstimates([network])) && (
            <> {t('earnings.states.estimates')}</>
          )}
          {takenBack.map(({ network, unit, amountMicro }) => (
            <span key={`${network} ${unit}`}>
              {' '}
              {t('earnings.states.takenBack', { amount: amountWords(-amountMicro, unit, f) })}
            </span>
          ))}
          {totals.length > 0 && count !== null && <> {t('earnings.entry', { count })}</>}
        </p>
      </div>
    </li>
  );
}
