import { useState } from 'react';
import { readNumber } from '../format/typed.ts';
import { useText } from '../i18n/use-text.ts';
import { Field, inputLook } from './field.tsx';

export interface NumberFieldProps {
  readonly label: string;
  readonly help?: string;
  /** Undefined shows nothing. */
  readonly value: number | undefined;
  readonly least: number;
  readonly most: number;
  /** Fractions are taken as well. */
  readonly fractions?: boolean;
  /** It names something, as a port does: its digits are written in no groups. */
  readonly names?: boolean;
  /** Where nothing is a value too: what nothing means, and taking the number away. */
  readonly empty?: { readonly means: string; readonly onSave: () => void };
  readonly onSave: (value: number) => void;
}

/** A number to be typed; saved on Enter and when the focus leaves, where it is one that fits. */
export function NumberField(props: NumberFieldProps) {
  const { label, help, value, least, most, fractions = false, names = false, empty, onSave } = props;
  const { t, f } = useText();
  const [typed, setTyped] = useState<string>();
  const written = (number: number | undefined) =>
    number === undefined ? '' : names ? String(number) : f.number(number, 6);
  const text = typed ?? written(value);
  const read = readNumber(text, fractions);
  const fits =
    read === undefined ? empty !== undefined : read >= least && read <= most && (fractions || Number.isInteger(read));
  const commit = () => {
    if (typed === undefined || !fits) return;
    setTyped(undefined);
    if (read === value) return;
    if (read === undefined) empty?.onSave();
    else onSave(read);
  };
  const wrong = t(fractions ? 'fields.between' : 'fields.whole', { least, most });
  return (
    <Field label={label} {...(help !== undefined && { help })} error={typed === undefined || fits ? undefined : wrong}>
      {(control) => (
        <input
          {...control}
          type="text"
          inputMode={fractions ? 'decimal' : 'numeric'}
          value={text}
          maxLength={20}
          placeholder={empty?.means}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            if (event.key === 'Escape' && typed !== undefined) {
              setTyped(undefined);
              event.stopPropagation();
            }
          }}
          className={`${inputLook} tabular-nums`}
        />
      )}
    </Field>
  );
}
