import type { Ref } from 'react';
import { type FieldControl, inputLook } from './field.tsx';

export interface InputProps extends Partial<FieldControl> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** On Enter, and when the focus leaves. */
  readonly onCommit?: () => void;
  /** On Enter alone. */
  readonly onEnter?: () => void;
  /** None of the browser's own for times: it writes them as its own language does, whatever the page does. */
  readonly type?: 'text' | 'url' | 'search' | 'password' | 'number' | 'date';
  readonly placeholder?: string;
  readonly most?: number;
  readonly disabled?: boolean;
  readonly label?: string;
  /** To give it the focus. */
  readonly ref?: Ref<HTMLInputElement>;
}

/** One line to type in. `label` only where no Field gives it one. */
export function Input({ value, onChange, onCommit, onEnter, type = 'text', most, label, ...rest }: InputProps) {
  return (
    <input
      {...rest}
      type={type}
      value={value}
      aria-label={label}
      maxLength={most}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onCommit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') (onEnter ?? onCommit)?.();
      }}
      className={inputLook}
    />
  );
}
