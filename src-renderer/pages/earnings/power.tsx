import { localDate } from '../../../src-preload/contract/day.ts';
import type { EarningsSeries } from '../../../src-preload/contract/earnings.ts';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { useNow } from '../../components/now.ts';
import { useText } from '../../i18n/use-text.ts';
import { useSetting } from '../../settings.ts';
import { creditWorth } from './credit-worth.ts';
import { Money } from './money.tsx';
import { PowerForm } from './power-form.tsx';

const MINUTE = 60_000;

/** What the computer used in the time shown, what that cost, and what is left of what came in. */
export function Power({ series }: { series: EarningsSeries }) {
  const { t, f } = useText();
  const now = useNow(MINUTE);
  const draw = useSetting('power.draw');
  const tariff = useSetting('power.tariff');
  const wear = useSetting('power.wear');
  const worths = useSetting('power.worth');
  const worth = worths && creditWorth(worths, localDate(now));
  const { power, left, sums } = series.total;
  const unknown = <span className="text-soft">{t('earnings.power.unknown')}</span>;
  return (
    <Card title={t('earnings.power.title')}>
      <Facts>
        <Fact name={t('earnings.power.on')}>{f.span(power.onMs)}</Fact>
        <Fact name={t('earnings.power.busy')}>{f.span(power.busyMs)}</Fact>
        <Fact name={t('earnings.power.used')}>
          {power.milliwattHours === null
            ? unknown
            : t('earnings.power.kwh', { value: f.number(power.milliwattHours / 1_000_000, 3) })}
        </Fact>
        <Fact name={t('earnings.power.cost')}>{power.cost ? <Money {...power.cost} /> : unknown}</Fact>
        <Fact name={t('earnings.power.left')}>{left ? <Money {...left} /> : unknown}</Fact>
      </Facts>
      <div className="mt-2 space-y-1 text-xs leading-4 text-soft">
        {draw === null && <p>{t('earnings.power.noDraw')}</p>}
        {draw !== null && tariff === null && <p>{t('earnings.power.noTariff')}</p>}
        {draw && tariff && left === null && sums.length > 0 && <p>{t('earnings.power.noLeft')}</p>}
        {draw?.source === 'estimated' && power.milliwattHours !== null && (
          <p>
            {t('earnings.power.estimated')} {t('earnings.estimate.warning')}
          </p>
        )}
      </div>
      {draw !== undefined &&
        tariff !== undefined &&
        wear !== undefined &&
        worths !== undefined &&
        worth !== undefined && (
          <div className="mt-2">
            <Disclosure title={t('earnings.power.edit')}>
              <PowerForm
                key={JSON.stringify([draw, tariff, wear, worth])}
                held={{ draw, tariff, wear, worth }}
                worths={worths}
              />
            </Disclosure>
          </div>
        )}
    </Card>
  );
}
