import type { EarningsSeries } from '../../../src-preload/contract/earnings.ts';
import { Card } from '../../components/card.tsx';
import { useText } from '../../i18n/use-text.ts';
import { unitsOf, weekRange } from './sums.ts';
import { amountWords } from './words.ts';

/** What may come, as a range with what it rests on. Nothing where too little is known to say anything. */
export function Estimate({ series }: { series: EarningsSeries }) {
  const { t, f } = useText();
  const ranges = unitsOf(series).flatMap((unit) => {
    const range = weekRange(series.points, unit);
    return range ? [{ unit, ...range }] : [];
  });
  if (ranges.length === 0) return null;
  return (
    <Card title={t('earnings.estimate.title')}>
      {ranges.map(({ unit, lowMicro, highMicro }) => (
        <p key={unit} className="text-soft italic tabular-nums">
          {t('earnings.estimate.range', {
            low: amountWords(lowMicro, unit, f),
            high: amountWords(highMicro, unit, f),
          })}
        </p>
      ))}
      <p className="mt-1 text-xs leading-4 text-soft">{t('earnings.estimate.basis')}</p>
      <p className="mt-1 text-xs leading-4 font-medium">{t('earnings.estimate.warning')}</p>
    </Card>
  );
}
