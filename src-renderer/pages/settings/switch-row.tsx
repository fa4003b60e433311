import { type ReactNode, useId, useState } from 'react';
import { Switch } from '../../components/switch.tsx';

export interface SwitchRowProps {
  readonly label: string;
  readonly help?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  /** How it stands besides on and off. */
  readonly aside?: ReactNode;
  /** Resolves when it was answered; never rejects. */
  readonly onChange: (checked: boolean) => Promise<unknown>;
}

/** A switch with what it is for, in a line of its own. */
export function SwitchRow({ label, help, checked, disabled = false, aside, onChange }: SwitchRowProps) {
  const [busy, setBusy] = useState(false);
  const helpId = useId();
  const change = (next: boolean) => {
    setBusy(true);
    void onChange(next).finally(() => setBusy(false));
  };
  return (
    <div className="flex items-start justify-between gap-4 py-2.5 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <p className="font-medium">{label}</p>
        {help && (
          <p id={helpId} className="text-xs leading-4 text-soft">
            {help}
          </p>
        )}
        {aside}
      </div>
      <Switch
        label={label}
        checked={checked}
        busy={busy}
        disabled={disabled}
        {...(help !== undefined && { describedBy: helpId })}
        onChange={change}
      />
    </div>
  );
}
