import { useState } from 'react';
import { localDate } from '../../../src-preload/contract/day.ts';
import type { UnitWorth } from '../../../src-preload/contract/settings/power.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Select } from '../../components/select.tsx';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting } from '../../settings.ts';
import { toast } from '../../stores/toasts.ts';
import { withCreditWorth } from './credit-worth.ts';
import {
  type Draft,
  draftOf,
  drawOf,
  fitsCurrency,
  fitsPrice,
  fitsWatts,
  type Held,
  MOST_PRICE,
  MOST_WATTS,
  MOST_WORTH,
  tariffOf,
  wearOf,
  worthOf,
} from './power-draft.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Watts and price, typed together and saved together. Both empty watts, or no tariff, mean that it is not known. */
export function PowerForm({ held, worths }: { held: Held; worths: readonly UnitWorth[] }) {
  const { t, f } = useText();
  const [draft, setDraft] = useState(() => draftOf(held, (value) => f.number(value, 6)));
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const nextDraw = drawOf(draft);
  const nextTariff = tariffOf(draft);
  const wear = wearOf(draft);
  const worth = worthOf(draft);
  const fits = nextDraw !== undefined && nextTariff !== undefined && wear !== undefined && worth !== undefined;
  const [busy, save] = useBusy(async () => {
    if (!fits) return;
    if (!(await saveSetting('power.draw', nextDraw))) return;
    if (wear !== held.wear && !(await saveSetting('power.wear', wear))) return;
    const dated = withCreditWorth(worths, localDate(Date.now()), worth);
    if (worth !== held.worth && !(await saveSetting('power.worth', dated))) return;
    if (await saveSetting('power.tariff', nextTariff)) toast(t('earnings.power.saved'));
  });
  const noWatts = t('earnings.power.notNumber', { least: 0, most: MOST_WATTS });
  const noPrice = t('earnings.power.notNumber', { least: -MOST_PRICE, most: MOST_PRICE });
  const watts = (name: 'idle' | 'working') => (
    <Field label={t(`earnings.power.${name}`)} error={fitsWatts(draft, name) ? undefined : noWatts}>
      {(control) => (
        <Input {...control} value={draft[name]} most={12} onChange={(value) => change({ [name]: value })} />
      )}
    </Field>
  );
  const hour = (at: number) => f.time((at % 24) * 60);
  return (
    <div className="space-y-3 py-1">
      <div className="grid grid-cols-[repeat(auto-fit,minmax(8rem,1fr))] items-start gap-3">
        {watts('idle')}
        {watts('working')}
        <Field label={t('earnings.power.source')}>
          {(control) => (
            <Select
              {...control}
              value={draft.source}
              options={[
                { value: 'estimated', title: t('earnings.power.estimatedSource') },
                { value: 'measured', title: t('earnings.power.measured') },
              ]}
              onChange={(source) => change({ source })}
            />
          )}
        </Field>
      </div>
      <div className="flex items-center justify-between gap-3">
        <div>
          <p className="font-medium">{t('earnings.power.alwaysOn')}</p>
          <p id="always-on-help" className="text-xs leading-4 text-soft">
            {t('earnings.power.alwaysOnHelp')}
          </p>
        </div>
        <Switch
          label={t('earnings.power.alwaysOn')}
          describedBy="always-on-help"
          checked={draft.alwaysOn}
          busy={false}
          onChange={(alwaysOn) => change({ alwaysOn })}
        />
      </div>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(8rem,1fr))] items-start gap-3">
        <Field label={t('earnings.power.tariff')}>
          {(control) => (
            <Select
              {...control}
              value={draft.kind}
              options={[
                { value: 'none', title: t('earnings.power.none') },
                { value: 'flat', title: t('earnings.power.flat') },
                { value: 'byHour', title: t('earnings.power.byHour') },
              ]}
              onChange={(kind) => change({ kind })}
            />
          )}
        </Field>
        {draft.kind !== 'none' && (
          <Field
            label={t('earnings.power.currency')}
            help={t('earnings.power.currencyHelp')}
            error={fitsCurrency(draft) ? undefined : t('earnings.power.notCurrency')}
          >
            {(control) => (
              <Input {...control} value={draft.currency} most={3} onChange={(currency) => change({ currency })} />
            )}
          </Field>
        )}
        {draft.kind === 'flat' && (
          <Field label={t('earnings.power.price')} error={fitsPrice(draft.perKwh) ? undefined : noPrice}>
            {(control) => (
              <Input {...control} value={draft.perKwh} most={12} onChange={(perKwh) => change({ perKwh })} />
            )}
          </Field>
        )}
      </div>
      {draft.kind === 'byHour' && (
        <fieldset>
          <legend className="mb-1 font-medium">{t('earnings.power.price')}</legend>
          <div className="grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] items-start gap-2">
            {HOURS.map((at) => (
              <Field
                key={at}
                label={t('earnings.power.hour', { from: hour(at), to: hour(at + 1) })}
                error={fitsPrice(draft.byHour[at] ?? '') ? undefined : noPrice}
              >
                {(control) => (
                  <Input
                    {...control}
                    value={draft.byHour[at] ?? ''}
                    most={12}
                    onChange={(price) => change({ byHour: draft.byHour.with(at, price) })}
                  />
                )}
              </Field>
            ))}
          </div>
        </fieldset>
      )}
      {draft.kind !== 'none' && (
        <div className="grid grid-cols-[repeat(auto-fit,minmax(8rem,1fr))] items-start gap-3">
          <Field
            label={t('earnings.power.wear')}
            help={t('earnings.power.wearHelp')}
            error={wear === undefined ? t('earnings.power.notNumber', { least: 0, most: MOST_PRICE }) : undefined}
          >
            {(control) => (
              <Input {...control} value={draft.wear} most={12} onChange={(typed) => change({ wear: typed })} />
            )}
          </Field>
          <Field
            label={t('earnings.power.worth')}
            help={t('earnings.power.worthHelp')}
            error={worth === undefined ? t('earnings.power.notNumber', { least: 0, most: MOST_WORTH }) : undefined}
          >
            {(control) => (
              <Input {...control} value={draft.worth} most={12} onChange={(typed) => change({ worth: typed })} />
            )}
          </Field>
        </div>
      )}
      <Button busy={busy || !fits} onClick={save}>
        {t('earnings.power.save')}
      </Button>
    </div>
  );
}
