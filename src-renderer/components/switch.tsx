export interface SwitchProps {
  readonly label: string;
  readonly checked: boolean;
  /** Asked and not yet answered: it stays where it is, and cannot be pressed again. */
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly describedBy?: string;
  readonly keys?: string;
  readonly onChange: (checked: boolean) => void;
}

/** Shows what is, not what was wished: it moves when the answer has come. */
export function Switch({ label, checked, busy, disabled = false, describedBy, keys, onChange }: SwitchProps) {
  const still = busy || disabled;
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-busy={busy}
      aria-disabled={still}
      aria-describedby={describedBy}
      aria-keyshortcuts={keys}
      onClick={() => {
        if (!still) onChange(!checked);
      }}
      className={`relative h-8 w-14 shrink-0 rounded-full border-2 transition-colors ${
        checked ? 'border-accent bg-accent' : 'border-edge bg-sunken'
      } ${still ? 'cursor-default opacity-60' : 'cursor-pointer'}`}
    >
      <span
        aria-hidden="true"
        className={`absolute top-1 size-5 rounded-full transition-[inset-inline-start] forced-colors:bg-[ButtonText] ${
          checked ? 'start-7 bg-on-accent' : 'start-1 bg-edge'
        }`}
      />
    </button>
  );
}
