import { useEffect, useId, useState } from 'react';
import type { PriceLook } from '../../../../src-preload/contract/pricing.ts';
import type { Grid } from '../../../../src-preload/contract/settings/availability.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Disclosure } from '../../../components/disclosure.tsx';
import { Fact, Facts } from '../../../components/facts.tsx';
import { Placeholder } from '../../../components/placeholder.tsx';
import { Slider } from '../../../components/slider.tsx';
import { Switch } from '../../../components/switch.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../../settings.ts';
import { reportFailure } from '../../../stores/alerts.ts';
import { Lab, PLAIN, type Trial, weekOf } from './lab.tsx';
import { Own } from './own.tsx';
import { Seen } from './seen.tsx';
import { placeOf, stepsFor } from './steps.ts';
import { Terms } from './terms.tsx';

/** Asked this long after the slider has come to rest. */
const REST_MS = 150;

/** What a price would bring; the last answer stays until the next has come. */
function useLook(multiplier: number | undefined, terms: string, trial: Trial): PriceLook | undefined {
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
        .ask('pricing.try', { network: 'iicp', multiplier, hours, without: JSON.parse(without) as string[] })
        .then((look) => on && setLook(look), reportFailure);
    }, REST_MS);
    return () => {
      on = false;
      clearTimeout(timer);
    };
  }, [multiplier, terms, week, without]);
  return look;
}

/** The price alone. */
export function FirstPrice() {
  return <Price replay={false} />;
}

/** With the last month tried again at it, and what there is besides one price. */
export function WholePrice() {
  return <Price replay />;
}

/** A slider, for free, and what a task would bring. */
function Price({ replay }: { replay: boolean }) {
  const { t, f } = useText();
  const freeId = useId();
  const set = useSetting('pricing.iicp.multiplier');
  const own = useSetting('pricing.iicp.models');
  const dates = [useSetting('pricing.iicp.from'), useSetting('pricing.iicp.until')];
  // What is left after power is shown with it.
  const power = [useSetting('power.draw'), useSetting('power.tariff'), useSetting('power.worth')];
  const terms = JSON.stringify([useSetting('pricing.iicp.model'), own, dates, power]);
  const [draft, setDraft] = useState<number>();
  const [trial, setTrial] = useState(PLAIN);
  const [busy, setBusy] = useState(false);
  const value = draft ?? set;
  const look = useLook(value, terms, trial);
  if (set === undefined || value === undefined || look === undefined) return <Placeholder lines={5} />;
  const steps = stepsFor(look, set === 0 ? Math.min(1, look.paidUpTo) : set);
  const amount = (micro: number) => f.amount(micro, look.unit).join(' ');
  const times = (multiplier: number) => t('networks.iicp.price.times', { times: f.number(multiplier, 6) });
  const free = value === 0;
  const save = () => {
    setBusy(true);
    void saveSetting('pricing.iicp.multiplier', value)
      .then((taken) => taken && setDraft(undefined))
      .finally(() => setBusy(false));
  };
  return (
    <div className="grid grid-cols-1 gap-3">
      <div>
        <Slider
          label={t('networks.iicp.price.label')}
          value={placeOf(steps, free ? 1 : value)}
          min={0}
          max={steps.length - 1}
          disabled={free}
          text={free ? t('networks.iicp.price.free') : times(value)}
          onChange={(at) => setDraft(steps[at])}
        />
        <div aria-hidden="true" className="flex justify-between gap-4 text-xs leading-4 text-soft">
          <span>{t('networks.iicp.price.lower')}</span>
          <span>{t('networks.iicp.price.higher')}</span>
        </div>
        <p className={`mt-1 text-xs leading-4 ${value > look.paidUpTo ? 'text-warn' : 'text-soft'}`}>
          {t('networks.iicp.price.end', { times: times(Math.floor(look.paidUpTo * 100 + 1e-9) / 100) })}
        </p>
      </div>
      <Seen price={set} />
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <p className="font-medium">{t('networks.iicp.price.free')}</p>
          <p id={freeId} className="text-xs leading-4 text-soft">
            {t('networks.iicp.price.freeHelp')}
          </p>
        </div>
        <Switch
          label={t('networks.iicp.price.free')}
          checked={free}
          busy={false}
          describedBy={freeId}
          onChange={(on) => setDraft(on ? 0 : 1)}
        />
      </div>
      <Facts>
        <Fact name={t(`networks.iicp.price.typical.${look.typical.basis}`, { tokens: f.count(look.typical.tokens) })}>
          {amount(look.typical.micro)}
        </Fact>
        <Fact name={t('networks.iicp.price.perThousand')}>{amount(look.perThousandMicro)}</Fact>
        <Fact name={t('networks.iicp.price.most')}>{amount(look.mostPerThousandMicro)}</Fact>
      </Facts>
      {own !== undefined && own.length > 0 && (
        <p className="text-xs leading-4 text-soft">
          {t('networks.iicp.price.models', { count: own.length, declared: times(look.declared) })}
        </p>
      )}
      {value !== set && (
        <div className="flex flex-wrap gap-2">
          <Button look={replay ? 'main' : 'quiet'} busy={busy} onClick={save}>
            {free ? t('networks.iicp.price.saveFree') : t('networks.iicp.price.save', { times: times(value) })}
          </Button>
          <Button onClick={() => setDraft(undefined)}>{t('networks.iicp.price.back')}</Button>
        </div>
      )}
      {replay && (
        <Disclosure title={t('networks.iicp.own.title')}>
          <Own look={look} nodes={value} />
        </Disclosure>
      )}
      {replay && (
        <Disclosure title={t('networks.iicp.terms.title')}>
          <Terms />
        </Disclosure>
      )}
      {replay && look.replay.was.tasks > 0 && <Lab look={look} trial={trial} onChange={setTrial} />}
    </div>
  );
}
