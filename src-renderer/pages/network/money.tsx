import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import type { EarningState, EarningsSeries, EarningsView, Sum } from '../../../src-preload/contract/earnings.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { engine } from '../../bridge/index.ts';
import { Amount } from '../../components/amount.tsx';
import { AsTable } from '../../components/chart/as-table.tsx';
import { Bars } from '../../components/chart/bars.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { cut, quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { areEstimates, pagesOf } from '../../networks/lookup.ts';
import { EntriesLink } from '../../parts/entries-link.tsx';
import { NotMoney } from '../../parts/not-money.tsx';
import { reportFailure } from '../../stores/alerts.ts';
import { earningsStore } from '../../stores/earnings.ts';

/** What it brought, by unit and never added up, each sum a door to its entries; then its price and how it pays. */
export function Money({ network: { id } }: { network: NetworkView }) {
  const { t } = useText();
  const earnings = useStore(earningsStore, ({ live }) => live?.value);
  const { pricing, account } = pagesOf(id);
  const Price = pricing?.Price;
  const Claiming = account?.Claiming;
  if (!earnings) return <Placeholder lines={4} />;
  const mine = earnings.total.filter(({ network }) => network === id);
  return (
    <div className="space-y-5">
      {mine.length === 0 ? (
        <p className="text-soft">{t('network.money.none')}</p>
      ) : (
        <>
          <Sums earnings={earnings} id={id} />
          <NotMoney networks={[id]} />
          <Days id={id} stamp={earnings.through} />
        </>
      )}
      {Claiming && <Claiming />}
      {Price && (
        <section aria-label={t('network.money.price')} className="border-t border-line pt-4">
          <h3 className="mb-2 font-semibold">{t('network.money.price')}</h3>
          <Price />
        </section>
      )}
    </div>
  );
}

function Sums({ earnings, id }: { earnings: EarningsView; id: NetworkView['id'] }) {
  const { t } = useText();
  const { standing, through, settled } = earnings;
  const of = (state: EarningState, sums: readonly Sum[] | null) =>
    (sums ?? [])
      .filter(({ network }) => network === id)
      .map((sum) => (
        <Fact
          key={`${state} ${sum.unit}`}
          name={t(state === 'received' ? 'home.received' : areEstimates([id]) ? 'home.estimated' : 'home.onItsWay')}
        >
          <EntriesLink filter={{ network: id, unit: sum.unit, state }} shown={{ sums: [sum], through, settled }}>
            <Amount micro={sum.amountMicro} unit={sum.unit} />
          </EntriesLink>
        </Fact>
      ));
  return (
    <Facts>
      {of('received', standing.total.received)}
      {of('earned', standing.total.onItsWay)}
    </Facts>
  );
}

/** More units than these have a page of their own: Earnings. */
const MOST_UNITS = 2;

function Days({ id, stamp }: { id: NetworkView['id']; stamp: number }) {
  const { t, f } = useText();
  const [series, setSeries] = useState<EarningsSeries>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when something was booked
  useEffect(() => {
    let gone = false;
    engine()
      .ask('earnings.series', { by: 'day' })
      .then((taken) => !gone && setSeries(taken), reportFailure);
    return () => {
      gone = true;
    };
  }, [stamp]);
  if (!series) return <Placeholder lines={4} />;
  const units = [...new Set(series.total.sums.filter(({ network }) => network === id).map(({ unit }) => unit))];
  return units.slice(0, MOST_UNITS).map((unit) => {
    const days = series.points.map(({ start, sums }) => ({
      start,
      micro: sums.reduce((sum, one) => (one.network === id && one.unit === unit ? sum + one.netMicro : sum), 0),
    }));
    const name = cut(f.unit(unit, 0), 16);
    const amount = (micro: number) => {
      const [figure, word] = f.amount(micro, unit);
      return `${figure} ${word === unit ? quoted(word, 16) : word}`;
    };
    const all = days.reduce((sum, { micro }) => sum + micro, 0);
    const said = t('network.money.days', { count: days.length, amount: amount(all) });
    return (
      <div key={unit} className="space-y-2">
        <p className="tabular-nums">{said}</p>
        <Bars
          label={said}
          values={days.map(({ micro }) => micro)}
          marks={days.map(({ start }) => f.date(start, 'dayMonth'))}
          titles={days.map(({ start, micro }) => `${f.date(start, 'date')}: ${amount(micro)}`)}
          tick={(value) => f.micro(value)}
          unit={name}
        />
        <AsTable
          caption={said}
          head={[{ title: t('network.when') }, { title: name, figure: true }]}
          rows={days
            .toReversed()
            .map(({ start, micro }) => ({ id: start, cells: [f.date(start, 'date'), f.micro(micro)] }))}
        />
      </div>
    );
  });
}
