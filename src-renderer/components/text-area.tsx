import { type FieldControl, inputLook } from './field.tsx';

export interface TextAreaProps extends Partial<FieldControl> {
  readonly value: string;
  readonly rows: number;
  readonly most: number;
  readonly onChange: (value: string) => void;
  /** On Ctrl+Enter, or Cmd+Enter. */
  readonly onCommit?: () => void;
}

/** Several lines to type in, each letter as wide as the next. */
export function TextArea({ value, most, onChange, onCommit, ...rest }: TextAreaProps) {
  return (
    <textarea
      {...rest}
      value={value}
      maxLength={most}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onCommit?.();
      }}
      className={`${inputLook} block resize-y py-1.5 font-mono leading-5`}
    />
  );
}
