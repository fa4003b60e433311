import { Save } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Field } from '../../../components/field.tsx';
import { Input } from '../../../components/input.tsx';
import { useNow } from '../../../components/now.ts';
import { readNumber } from '../../../format/typed.ts';
import { useText } from '../../../i18n/use-text.ts';
import { hrefOf } from '../../../places.ts';
import { changeSetting, useSetting } from '../../../settings.ts';
import { toast } from '../../../stores/toasts.ts';
import { dayOf } from '../credit-worth.ts';
import { rateOf, withRate, worthOf } from './figures.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const HIGHEST = 1_000_000_000;

/** The rate that the user typed, and the currency it is in; undefined where one of them is missing. */
function useRate() {
  const now = useNow(MINUTE);
  const list = useSetting('power.worth');
  const currency = useSetting('power.tariff')?.currency;
  const rate = list && rateOf(list, dayOf(now));
  return { now, currency, rate };
}

/** What an amount is worth by that rate; nothing where there is none. */
export function Worth({ amount, unit }: { amount: number; unit: string }) {
  const { t, f } = useText();
  const { currency, rate } = useRate();
  if (!rate || currency === undefined) return null;
  const worth = `${f.number(worthOf(amount, unit, rate.price), 2)} ${currency}`;
  return rate.from === null
    ? t('wallet.balance.worth', { amount: worth })
    : t('wallet.balance.worthBy', { amount: worth, day: f.date(midnightOf(rate.from), 'date') });
}

/** The rate, its age, and setting another. No one else is asked for it. */
export function WorthCard() {
  const { t, f } = useText();
  const { now, currency, rate } = useRate();
  const [typed, setTyped] = useState<string>();
  const [tried, setTried] = useState(false);
  const price = typed === undefined ? rate?.price : readNumber(typed, true);
  const wrong = price !== undefined && !(price > 0 && price <= HIGHEST);
  const save = async () => {
    setTried(true);
    if (wrong) return;
    if (!(await changeSetting('power.worth', (list) => withRate(list, dayOf(now), price ?? null)))) return;
    setTyped(undefined);
    setTried(false);
    toast(t('wallet.worth.saved'));
  };
  const shown = typed ?? (rate ? f.number(rate.price, 2) : '');
  return (
    <Card title={t('wallet.worth.title')}>
      {currency === undefined ? (
        <p>
          {t('wallet.worth.noCurrency')}{' '}
          <a href={hrefOf('earnings')} className="underline">
            {t('wallet.worth.power')}
          </a>
        </p>
      ) : (
        <div className="space-y-3">
          <p className="text-soft">
            {rate === undefined
              ? t('wallet.worth.none')
              : rate.from === null
                ? t('wallet.worth.ever', { amount: `${f.number(rate.price, 2)} ${currency}` })
                : t('wallet.worth.since', {
                    amount: `${f.number(rate.price, 2)} ${currency}`,
                    day: f.date(midnightOf(rate.from), 'date'),
                    age: ageOf(rate.from, now),
                  })}
          </p>
          <Field
            label={t('wallet.worth.rate', { currency })}
            help={t('wallet.worth.help')}
            error={tried && wrong ? t('wallet.worth.wrong') : undefined}
          >
            {(control) => (
              <Input {...control} value={shown} most={20} onChange={setTyped} onEnter={() => void save()} />
            )}
          </Field>
          <Button icon={Save} busy={typed === undefined} onClick={() => void save()}>
            {t('wallet.worth.save')}
          </Button>
        </div>
      )}
    </Card>
  );

  function ageOf(from: string, at: number): string {
    const days = Math.max(0, Math.round((midnightOf(dayOf(at)) - midnightOf(from)) / DAY));
    return days === 0 ? t('wallet.worth.today') : t('wallet.worth.days', { count: days });
  }
}

/** The first moment of a local day. */
function midnightOf(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).getTime();
}
