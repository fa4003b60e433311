import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';

export interface ChoiceOption<V extends string> {
  readonly value: V;
  readonly title: string;
  /** What it means, in few words. */
  readonly note?: string;
  /** A sign for it, that says the same to the eye. */
  readonly mark?: ReactNode;
  /** Can't be chosen here; its note says why, and what else there is. */
  readonly disabled?: boolean;
}

export interface ChoiceProps<V extends string> {
  readonly label: string;
  /** Undefined while nothing is chosen. */
  readonly value: V | undefined;
  readonly options: readonly ChoiceOption<V>[];
  readonly error?: string | undefined;
  /** One a line, under a title that says the label to the eye already. */
  readonly stacked?: boolean;
  readonly onChange: (value: V) => void;
}

/** One of a few, all of them in sight. */
export function Choice<V extends string>({ label, value, options, error, stacked = false, onChange }: ChoiceProps<V>) {
  const name = useId();
  const errorId = useId();
  return (
    <fieldset aria-describedby={error ? errorId : undefined} className="min-w-0 space-y-1.5">
      <legend className={stacked ? 'sr-only' : 'float-start me-3 min-h-8 pt-1.5 font-medium max-sm:float-none'}>
        {label}
      </legend>
      <div className={stacked ? 'grid gap-1.5' : 'flex flex-wrap gap-1.5'}>
        {options.map((option) => (
          <label
            key={option.value}
            className={`flex items-center gap-1.5 rounded-md border border-line px-2.5 has-checked:border-accent has-checked:bg-good-tint has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent ${
              stacked ? 'min-h-11 py-1.5 leading-5' : 'min-h-8 py-1 leading-4'
            } ${option.disabled ? 'cursor-default text-soft' : 'cursor-pointer hover:border-edge'}`}
          >
            {/* Drawn small, and yet a target of 24 px by itself, wherever a bar comes near. */}
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled ?? false}
              aria-invalid={error === undefined ? undefined : true}
              onChange={() => onChange(option.value)}
              className="-mx-1 grid size-6 shrink-0 cursor-pointer appearance-none place-content-center outline-none before:size-3.5 before:rounded-full before:border before:border-edge checked:before:border-4 checked:before:border-accent"
            />
            {option.mark}
            <span>
              {option.title}
              {option.note !== undefined && <span className="text-soft">, {option.note}</span>}
            </span>
          </label>
        ))}
      </div>
      <p id={errorId} role="alert" className="flex items-start gap-1 text-xs leading-4 text-bad empty:hidden">
        {error && (
          <>
            <CircleAlert aria-hidden="true" size={14} className="shrink-0" />
            {error}
          </>
        )}
      </p>
    </fieldset>
  );
}
