import type { AvailabilityView } from '../../../src-preload/contract/availability.ts';
import { dayAt, forecastOf, monthAt, monthForecast } from '../../../src-preload/contract/data-plan.ts';
import { Card } from '../../components/card.tsx';
import { Stat, Stats } from '../../components/stat.tsx';
import { useText } from '../../i18n/use-text.ts';

export interface DataProps {
  readonly data: AvailabilityView['data'];
  /** The day on which the month of the data plan begins. */
  readonly startsOn: number;
  readonly now: number;
}

/** Bytes that tasks have moved, and where that leads. */
export function Data({ data: { today, month }, startsOn, now }: DataProps) {
  const { t, f } = useText();
  const usedToday = today.in + today.out;
  const usedMonth = month.in + month.out;
  const note = (moved: typeof today, forecast: number | null) => (
    <>
      {t('availability.inOut', { in: f.bytes(moved.in), out: f.bytes(moved.out) })}
      <br />
      {forecast === null ? t('availability.tooEarly') : t('availability.forecast', { forecast: f.bytes(forecast) })}
    </>
  );
  return (
    <Card title={t('availability.data')}>
      <Stats>
        <Stat name={t('availability.dataToday')} note={note(today, forecastOf(usedToday, dayAt(now), now))}>
          {f.bytes(usedToday)}
        </Stat>
        <Stat
          name={startsOn === 1 ? t('availability.dataMonth') : t('availability.dataMonthSince', { day: startsOn })}
          note={note(month, monthForecast(usedMonth, usedToday, monthAt(now, startsOn), now))}
        >
          {f.bytes(usedMonth)}
        </Stat>
      </Stats>
      <p className="mt-3 text-xs leading-4 text-soft">{t('availability.forecastNote')}</p>
    </Card>
  );
}
