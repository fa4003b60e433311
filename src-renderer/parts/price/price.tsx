import { useEffect, useId, useState } from 'react';
import type { NetworkId } from '../../../src-preload/contract/networks/index.ts';
import type { PriceLook } from '../../../src-preload/contract/pricing.ts';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Slider } from '../../components/slider.tsx';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../settings.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { Lab, PLAIN, type Trial, weekOf } from './lab.tsx';
import { Own } from './own.tsx';
import { Seen } from './seen.tsx';
import { placeOf, stepsFor } from './steps.ts';
import { Terms } from './terms.tsx';

/** Asked this long after the slider has come to rest. */
const REST_MS = 150;

/** What a price would bring; the last answer stays until the next has come. */
function useLook(
  network: NetworkId,
  multiplier: number | undefined,
  terms: string,
  trial: Trial,
): PriceLook | undefined {
  const [look, setLook] = useState<PriceLook>();
  const week = JSON.stringify(weekOf(trial.hours, useSetting('availability.grid') ?? null) ?? null);
  const without = JSON.stringify(trial.without);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what else is set of the price is part of the answer
  useEffect(() => {
    if (multiplier === undefined) return;
    let on = true;
    const hours = (JSON.parse(week) as Grid | null) ?? undefined;
    const timer = setTimeout(() => {
      void engine()
        .ask('pricing.try', { network, multiplier, hours, without: JSON.parse(without) as string[] })
        .then((told) => on && setLook(told), reportFailure);
    }, REST_MS);
    return () => {
      on = false;
      clearTimeout(timer);
    };
  }, [network, multiplier, terms, week, without]);
  return look;
}

/** The price of a network: a slider, for free, what a task would bring, and where `replay`, the last month tried again. */
export function Price({ network, replay }: { network: NetworkId; replay: boolean }) {
  const { t, f } = useText();
  const freeId = useId();
  const set = useSetting(`pricing.${network}.multiplier`);
  const own = useSetting(`pricing.${network}.models`);
  const dates = [useSetting(`pricing.${network}.from`), useSetting(`pricing.${network}.until`)];
  // What is left after power is told with it.
  const power = [useSetting('power.draw'), useSetting('power.tariff'), useSetting('power.creditWorth')];
  const terms = JSON.stringify([useSetting(`pricing.${network}.model`), own, dates, power]);
  const [draft, setDraft] = useState<number>();
  const [trial, setTrial] = useState(PLAIN);
  const [busy, setBusy] = useState(false);
  const value = draft ?? set;
  const look = useLook(network, value, terms, trial);
  if (set === undefined || value === undefined || look === undefined) return <Placeholder lines={5} />;
  const steps = stepsFor(look.cap, set === 0 ? 1 : set);
  const amount = (micro: number) => `${f.micro(micro)} ${t('words.credit', { count: micro / 1_000_000 })}`;
  const times = (multiplier: number) => t('earnings.price.times', { times: f.number(multiplier, 6) });
  const free = value === 0;
  const save = () => {
    setBusy(true);
    void saveSetting(`pricing.${network}.multiplier`, value)
      .then((taken) => taken && setDraft(undefined))
      .finally(() => setBusy(false));
  };
  return (
    <div className="grid grid-cols-1 gap-3">
      <div>
        <Slider
          label={t('earnings.price.label')}
          value={placeOf(steps, free ? 1 : value)}
          min={0}
          max={steps.length - 1}
          disabled={free}
          text={free ? t('earnings.price.free') : times(value)}
          onChange={(at) => setDraft(steps[at])}
        />
        <div aria-hidden="true" className="flex justify-between gap-4 text-xs leading-4 text-soft">
          <span>{t('earnings.price.lower')}</span>
          <span>{t('earnings.price.higher')}</span>
        </div>
      </div>
      <Seen network={network} price={set} />
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <p className="font-medium">{t('earnings.price.free')}</p>
          <p id={freeId} className="text-xs leading-4 text-soft">
            {t('earnings.price.freeHelp')}
          </p>
        </div>
        <Switch
          label={t('earnings.price.free')}
          checked={free}
          busy={false}
          describedBy={freeId}
          onChange={(on) => setDraft(on ? 0 : 1)}
        />
      </div>
      <Facts>
        <Fact name={t(`earnings.price.typical.${look.typical.basis}`, { tokens: f.count(look.typical.tokens) })}>
          {amount(look.typical.micro)}
        </Fact>
        <Fact name={t('earnings.price.perThousand')}>{amount(look.perThousandMicro)}</Fact>
        <Fact name={t('earnings.price.most')}>{amount(look.mostPerThousandMicro)}</Fact>
        <Fact name={t('earnings.price.cap')}>{times(look.cap)}</Fact>
      </Facts>
      {own !== undefined && own.length > 0 && (
        <p className="text-xs leading-4 text-soft">
          {t('earnings.price.models', { count: own.length, declared: times(look.declared) })}
        </p>
      )}
      {value !== set && (
        <div className="flex flex-wrap gap-2">
          <Button look={replay ? 'main' : 'quiet'} busy={busy} onClick={save}>
            {free ? t('earnings.price.saveFree') : t('earnings.price.save', { times: times(value) })}
          </Button>
          <Button onClick={() => setDraft(undefined)}>{t('earnings.price.back')}</Button>
        </div>
      )}
      {replay && (
        <Disclosure title={t('earnings.own.title')}>
          <Own network={network} look={look} nodes={value} />
        </Disclosure>
      )}
      {replay && (
        <Disclosure title={t('earnings.terms.title')}>
          <Terms />
        </Disclosure>
      )}
      {replay && look.replay.was.tasks > 0 && <Lab look={look} trial={trial} onChange={setTrial} />}
    </div>
  );
}
