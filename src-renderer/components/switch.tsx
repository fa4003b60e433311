export interface SwitchProps {
  readonly label: string;
  readonly checked: boolean;
  /** Asked and not yet answered: it stays where it is, and cannot be pressed again. */
  readonly busy: boolean;
  readonly disabled?: boolean;
  /** While on: `held` is switched on and to no effect for now, `warn` to no effect until something is done about it. */
  readonly effect?: 'full' | 'held' | 'warn';
  readonly describedBy?: string;
  readonly keys?: string;
  readonly onChange: (checked: boolean) => void;
}

/** What has no effect is drawn as an outline: the difference is none of colour alone. */
const on = {
  full: { track: 'border-accent bg-accent', knob: 'start-7 bg-on-accent' },
  held: { track: 'border-edge bg-panel', knob: 'start-7 bg-edge' },
  warn: { track: 'border-warn bg-warn-tint', knob: 'start-7 bg-warn' },
} as const;

/** Shows what is, not what was wished: it moves when the answer has come. */
export function Switch(props: SwitchProps) {
  const { label, checked, busy, disabled = false, effect = 'full', describedBy, keys, onChange } = props;
  const still = busy || disabled;
  const look = checked ? on[effect] : { track: 'border-edge bg-sunken', knob: 'start-1 bg-edge' };
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
        look.track
      } ${still ? 'cursor-default opacity-60' : 'cursor-pointer'}`}
    >
      <span
        aria-hidden="true"
        className={`absolute top-1 size-5 rounded-full transition-[inset-inline-start] forced-colors:bg-[ButtonText] ${
          look.knob
        }`}
      />
    </button>
  );
}
