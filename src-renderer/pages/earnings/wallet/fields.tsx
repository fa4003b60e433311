import { Field } from '../../../components/field.tsx';
import { Input } from '../../../components/input.tsx';
import { Select } from '../../../components/select.tsx';
import { hostOf, quoted } from '../../../format/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { MintView, Source } from './figures.ts';
import { unitsWords } from './words.ts';

export interface AmountFieldProps {
  readonly unit: string;
  readonly value: string;
  readonly wrong: boolean;
  readonly label?: string;
  readonly help?: string;
  readonly onChange: (value: string) => void;
  readonly onEnter: () => void;
}

/** A whole number of a unit. */
export function AmountField({ unit, value, wrong, label, help, onChange, onEnter }: AmountFieldProps) {
  const { t } = useText();
  return (
    <Field
      label={label ?? t('wallet.sat', { unit })}
      {...(help !== undefined && { help })}
      error={wrong ? t('wallet.notAmount', { least: 1 }) : undefined}
    >
      {(control) => <Input {...control} value={value} most={20} onChange={onChange} onEnter={onEnter} />}
    </Field>
  );
}

/** Which mint pays, and how much there is; left out where there is only one. */
export function SourceField({
  sources,
  value,
  onChange,
}: {
  sources: readonly Source[];
  value: string;
  onChange: (id: string) => void;
}) {
  const { t, f } = useText();
  if (sources.length < 2) return null;
  return (
    <Field label={t('wallet.from')}>
      {(control) => (
        <Select
          {...control}
          value={value}
          options={sources.map(({ id, mint, unit, unspent }) => ({
            value: id,
            title: t('wallet.at', { amount: unitsWords(unspent, unit, f), mint: quoted(hostOf(mint.url), 40) }),
          }))}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

/** One of the mints; left out where there is only one. */
export function MintField({
  mints,
  value,
  label,
  onChange,
}: {
  mints: readonly MintView[];
  value: string;
  label?: string;
  onChange: (url: string) => void;
}) {
  const { t } = useText();
  if (mints.length < 2 && label === undefined) return null;
  return (
    <Field label={label ?? t('wallet.mint')}>
      {(control) => (
        <Select
          {...control}
          value={value}
          options={mints.map(({ url }) => ({ value: url, title: hostOf(url) }))}
          onChange={onChange}
        />
      )}
    </Field>
  );
}
