import { Save } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { localDate } from '../../../../src-preload/contract/day.ts';
import type { RateSource } from '../../../../src-preload/contract/settings/wallet.ts';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Field } from '../../../components/field.tsx';
import { Input } from '../../../components/input.tsx';
import { useNow } from '../../../components/now.ts';
import { Reason } from '../../../components/reason.tsx';
import { Select } from '../../../components/select.tsx';
import { readNumber } from '../../../format/typed.ts';
import { useText } from '../../../i18n/use-text.ts';
import { hrefOf } from '../../../places.ts';
import { changeSetting, saveSetting, useSetting } from '../../../settings.ts';
import { toast } from '../../../stores/toasts.ts';
import { rateOf, withRate, worthOf } from './figures.ts';
import { lookAtWallet, walletStore } from './store.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const HIGHEST = 1_000_000_000;

/** The rate that the user typed, and the currency it is in; undefined where one of them is missing. */
function useRate() {
  const now = useNow(MINUTE);
  const list = useSetting('power.worth');
  const currency = useSetting('power.tariff')?.currency;
  const rate = list && rateOf(list, localDate(now));
  return { now, currency, rate };
}

/** The names of the services. */
const SOURCES: Readonly<Record<RateSource, string>> = { mempool: 'mempool.space', kraken: 'Kraken' };
const OWN = 'own';

/** What the source says that the user has switched on; undefined: none is, or the wallet was not looked at yet. */
const useSourced = () => useStore(walletStore, ({ view }) => view?.rate ?? undefined);

/** What an amount is worth by the source, or else by the rate that was typed; nothing where there is neither. */
export function Worth({ amount, unit }: { amount: number; unit: string }) {
  const { t, f } = useText();
  const { now, currency, rate } = useRate();
  const sourced = useSourced();
  if (sourced?.price != null && sourced.at !== null) {
    const worth = `${f.number(worthOf(amount, unit, sourced.price), 2)} ${sourced.currency}`;
    return t('wallet.balance.worthFrom', {
      amount: worth,
      source: SOURCES[sourced.source],
      age: f.ago(sourced.at, now),
    });
  }
  if (!rate || currency === undefined) return null;
  const worth = `${f.number(worthOf(amount, unit, rate.price), 2)} ${currency}`;
  return rate.from === null
    ? t('wallet.balance.worth', { amount: worth })
    : t('wallet.balance.worthBy', { amount: worth, day: f.date(midnightOf(rate.from), 'date') });
}

/** The rate, its age, and where it comes from. Nobody is asked for it unless the user says so. */
export function WorthCard() {
  const { t } = useText();
  const currency = useSetting('power.tariff')?.currency;
  const source = useSetting('wallet.rateSource') ?? OWN;
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
          <Field label={t('wallet.worth.source')} help={t('wallet.worth.sourceHelp')}>
            {(control) => (
              <Select
                {...control}
                value={source}
                options={[
                  { value: OWN, title: t('wallet.worth.own') },
                  { value: 'mempool', title: SOURCES.mempool },
                  { value: 'kraken', title: SOURCES.kraken },
                ]}
                onChange={(chosen) => void choose(chosen)}
              />
            )}
          </Field>
          {source === OWN ? <OwnRate currency={currency} /> : <Sourced source={source} />}
        </div>
      )}
    </Card>
  );
}

async function choose(source: RateSource | typeof OWN): Promise<void> {
  if (await saveSetting('wallet.rateSource', source === OWN ? null : source)) lookAtWallet();
}

/** What the source said last, and when. */
function Sourced({ source }: { source: RateSource }) {
  const { t, f } = useText();
  const now = useNow(MINUTE);
  const said = useSourced();
  const rate = said?.source === source ? said : undefined;
  return (
    <div role="status" className="space-y-1 text-soft">
      {rate?.price != null && rate.at !== null && (
        <p>
          {t('wallet.worth.from', {
            amount: `${f.number(rate.price, 2)} ${rate.currency}`,
            source: SOURCES[source],
            age: f.ago(rate.at, now),
          })}
        </p>
      )}
      {rate?.reason ? (
        <p>
          <Reason reason={rate.reason} />
        </p>
      ) : (
        rate?.price == null && <p>{t('wallet.worth.asking', { source: SOURCES[source] })}</p>
      )}
    </div>
  );
}

/** The rate that the user typed, how old it is, and another in its place. */
function OwnRate({ currency }: { currency: string }) {
  const { t, f } = useText();
  const { now, rate } = useRate();
  const [typed, setTyped] = useState<string>();
  const [tried, setTried] = useState(false);
  const price = typed === undefined ? rate?.price : readNumber(typed, true);
  const wrong = price !== undefined && !(price > 0 && price <= HIGHEST);
  const save = async () => {
    setTried(true);
    if (wrong) return;
    if (!(await changeSetting('power.worth', (list) => withRate(list, localDate(now), price ?? null)))) return;
    setTyped(undefined);
    setTried(false);
    toast(t('wallet.worth.saved'));
  };
  const shown = typed ?? (rate ? f.number(rate.price, 2) : '');
  return (
    <>
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
        {(control) => <Input {...control} value={shown} most={20} onChange={setTyped} onEnter={() => void save()} />}
      </Field>
      <Button icon={Save} busy={typed === undefined} onClick={() => void save()}>
        {t('wallet.worth.save')}
      </Button>
    </>
  );

  function ageOf(from: string, at: number): string {
    const days = Math.max(0, Math.round((midnightOf(localDate(at)) - midnightOf(from)) / DAY));
    return days === 0 ? t('wallet.worth.today') : t('wallet.worth.days', { count: days });
  }
}

/** The first moment of a local day. */
function midnightOf(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).getTime();
}
