import type { FieldControl } from './field.tsx';

export interface SliderProps extends Partial<FieldControl> {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly disabled?: boolean;
  readonly label?: string;
  /** The value as it is said: "4 of 16 cores". */
  readonly text: string;
  readonly onChange: (value: number) => void;
}

/** A number between two others, by mouse or arrow keys, with its figure beside it. */
export function Slider({ value, text, label, onChange, ...rest }: SliderProps) {
  return (
    <div className="flex items-center gap-3">
      <input
        {...rest}
        type="range"
        value={value}
        aria-label={label}
        aria-valuetext={text}
        onChange={(event) => onChange(event.target.valueAsNumber)}
        className="h-8 min-w-24 flex-1 cursor-pointer accent-accent"
      />
      <span aria-hidden="true" className="shrink-0 text-end tabular-nums">
        {text}
      </span>
    </div>
  );
}
