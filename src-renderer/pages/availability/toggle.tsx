import { useId, useState } from 'react';
import { Switch } from '../../components/switch.tsx';

export interface ToggleProps {
  readonly label: string;
  /** What it does, in a sentence. */
  readonly means: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => Promise<unknown>;
}

/** A switch with its sentence, for what belongs to something else on the page. */
export function Toggle({ label, means, on, onChange }: ToggleProps) {
  const meansId = useId();
  const [busy, setBusy] = useState(false);
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <p className="font-medium">{label}</p>
        <p id={meansId} className="text-xs leading-4 text-soft">
          {means}
        </p>
      </div>
      <Switch
        label={label}
        checked={on}
        busy={busy}
        describedBy={meansId}
        onChange={(next) => {
          setBusy(true);
          void onChange(next).finally(() => setBusy(false));
        }}
      />
    </div>
  );
}
