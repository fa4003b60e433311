import type { Ref } from 'react';
import { type FieldControl, inputLook } from './field.tsx';

export interface SelectProps<V extends string> extends Partial<FieldControl> {
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly title: string }[];
  readonly disabled?: boolean;
  readonly label?: string;
  readonly onChange: (value: V) => void;
  /** To give it the focus. */
  readonly ref?: Ref<HTMLSelectElement>;
}

/** One of a few. The system's own list: it is right for every keyboard, reader and size. */
export function Select<V extends string>({ value, options, label, onChange, ...rest }: SelectProps<V>) {
  return (
    <select
      {...rest}
      value={value}
      aria-label={label}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value);
        if (chosen) onChange(chosen.value);
      }}
      className={`${inputLook} cursor-pointer`}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.title}
        </option>
      ))}
    </select>
  );
}
