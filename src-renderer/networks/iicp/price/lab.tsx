import type { PriceLook } from '../../../../src-preload/contract/pricing.ts';
import type { Grid } from '../../../../src-preload/contract/settings/availability.ts';
import { Field } from '../../../components/field.tsx';
import { Select } from '../../../components/select.tsx';
import { type Column, Table } from '../../../components/table.tsx';
import { Text } from '../../../components/text.tsx';
import { type Preset, presets } from '../../../components/week/presets.ts';
import { daysWith } from '../../../components/week/spans.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useSetting } from '../../../settings.ts';

/** Whenever tasks came, in the painted week, or in one of the weeks that are ready made. */
export type Hours = 'all' | 'painted' | Exclude<Preset, 'always' | 'nothing'>;

/** What else is tried with a price. */
export interface Trial {
  readonly hours: Hours;
  /** Models that are not offered. */
  readonly without: readonly string[];
}

export const PLAIN: Trial = { hours: 'all', without: [] };
const WEEKS = ['nights', 'away', 'weekend'] as const;

/** The week of a trial; undefined: whenever tasks came. */
export function weekOf(hours: Hours, painted: Grid | null): Grid | undefined {
  if (hours === 'all') return undefined;
  if (hours === 'painted') return painted ?? undefined;
  return { days: daysWith(presets[hours]), outside: 'off' };
}

interface ModelsProps {
  readonly models: PriceLook['replay']['models'];
  readonly without: readonly string[];
  readonly onChange: (without: readonly string[]) => void;
}

/** Those that the tasks ran on, any of which may be left out. */
function Models({ models, without, onChange }: ModelsProps) {
  const { t, f } = useText();
  return (
    <fieldset className="min-w-0">
      <legend className="font-medium">{t('networks.iicp.lab.models')}</legend>
      {models.map(({ id, tasks }) => (
        <label key={id} className="flex min-h-8 cursor-pointer items-center gap-2">
          <input
            type="checkbox"
            checked={!without.includes(id)}
            onChange={({ target }) => onChange(target.checked ? without.filter((one) => one !== id) : [...without, id])}
            className="size-4 shrink-0 accent-accent"
          />
          <span className="min-w-0 flex-1">
            {id === '' ? t('earnings.kinds.noModel') : <Text value={id} most={48} />}
          </span>
          <span className="text-soft tabular-nums">{f.count(tasks)}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface LabProps {
  readonly look: PriceLook;
  readonly trial: Trial;
  readonly onChange: (trial: Trial) => void;
}

/** The last month again, at the price above, in other hours and on other models. */
export function Lab({ look: { unit, replay }, trial, onChange }: LabProps) {
  const { t, f } = useText();
  const painted = useSetting('availability.grid');
  const { was, would, cut } = replay;
  const hours: Hours[] = ['all', ...(painted ? (['painted'] as const) : []), ...WEEKS];
  const power = ({ power: { milliwattHours, cost } }: typeof was) => {
    if (milliwattHours === null) return t('earnings.power.unknown');
    const used = t('earnings.power.kwh', { value: f.number(milliwattHours / 1_000_000, 3) });
    return cost ? `${used}, ${f.number(cost.micro / 1_000_000, 2)} ${cost.currency}` : used;
  };
  const left = ({ left: money }: typeof was) =>
    money ? `${f.number(money.micro / 1_000_000, 4)} ${money.currency}` : t('earnings.power.unknown');
  const rows = [
    { id: 'tasks' as const, was: f.count(was.tasks), would: f.count(would.tasks) },
    { id: 'tokens' as const, was: f.count(was.tokens), would: f.count(would.tokens) },
    { id: 'amount' as const, was: f.micro(was.micro), would: f.micro(would.micro) },
    ...(was.power.milliwattHours === null
      ? []
      : [
          { id: 'power' as const, was: power(was), would: power(would) },
          { id: 'left' as const, was: left(was), would: left(would) },
        ]),
  ];
  const nameOf = (id: (typeof rows)[number]['id']) =>
    id === 'amount' && unit === 'credit' ? t('networks.iicp.lab.credits') : t(`networks.iicp.lab.${id}`);
  const columns: Column<(typeof rows)[number]>[] = [
    {
      id: 'what',
      title: t('networks.iicp.lab.what'),
      cell: ({ id }) => <span className="whitespace-nowrap">{nameOf(id)}</span>,
    },
    { id: 'was', title: t('networks.iicp.lab.was'), figure: true, cell: (row) => row.was },
    { id: 'would', title: t('networks.iicp.lab.would'), figure: true, cell: (row) => row.would },
  ];
  return (
    <section className="grid grid-cols-1 gap-3 border-t border-line pt-3">
      <div>
        <h3 className="font-medium">{t('networks.iicp.lab.title')}</h3>
        <p className="text-xs leading-4 text-soft">{t('networks.iicp.lab.lead')}</p>
      </div>
      <div className="grid grid-cols-1 gap-3">
        <Field label={t('networks.iicp.lab.hours')}>
          {(control) => (
            <Select
              {...control}
              value={trial.hours}
              options={hours.map((value) => ({ value, title: t(`networks.iicp.lab.week.${value}`) }))}
              onChange={(value) => onChange({ ...trial, hours: value })}
            />
          )}
        </Field>
        <Models
          models={replay.models}
          without={trial.without}
          onChange={(without) => onChange({ ...trial, without })}
        />
      </div>
      <Table caption={t('networks.iicp.lab.title')} columns={columns} rows={rows} rowKey={({ id }) => id} />
      <p className="text-xs leading-4 text-soft">
        {t('networks.iicp.lab.warning')}
        {cut && ` ${t('networks.iicp.lab.cut', { count: was.tasks })}`}
      </p>
    </section>
  );
}
