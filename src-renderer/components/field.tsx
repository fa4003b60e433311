import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';

/** What the control inside takes over, so that label, help and error are read out with it. */
export interface FieldControl {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

export interface FieldProps {
  readonly label: string;
  readonly help?: string;
  /** What is wrong and how to mend it; undefined while all is well. */
  readonly error?: string | undefined;
  readonly children: (control: FieldControl) => ReactNode;
}

/** A control with its label above, help below, and what is wrong with what was entered. */
export function Field({ label, help, error, children }: FieldProps) {
  const id = useId();
  const helpId = useId();
  const errorId = useId();
  const described = [help && helpId, error && errorId].filter(Boolean).join(' ');
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {help && (
        <p id={helpId} className="text-xs leading-4 text-soft">
          {help}
        </p>
      )}
      <p id={errorId} role="alert" className="flex items-start gap-1 text-xs leading-4 text-bad empty:hidden">
        {error && (
          <>
            <CircleAlert aria-hidden="true" size={14} className="shrink-0" />
            {error}
          </>
        )}
      </p>
    </div>
  );
}

/** How everything looks that something is typed into or chosen from. */
export const inputLook =
  'min-h-8 w-full max-w-full rounded-md border border-edge bg-panel px-2.5 text-sm text-ink aria-invalid:border-bad disabled:opacity-60';
