// Single settings in forms, each saved by itself.
import { useId, useState } from 'react';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import { Field } from '../components/field.tsx';
import { Input } from '../components/input.tsx';
import { Switch } from '../components/switch.tsx';
import { saveSetting, useSetting } from '../settings.ts';

interface TypedProps {
  readonly label: string;
  readonly help?: string;
  readonly held: string;
  /** Resolves with whether it was taken. */
  readonly onSave: (value: string) => Promise<boolean>;
}

/** Saved on Enter and when the focus leaves; what was refused stays to be mended. */
export function Typed({ label, help, held, onSave }: TypedProps) {
  const [typed, setTyped] = useState<string>();
  const commit = () => {
    if (typed === undefined) return;
    if (typed === held) setTyped(undefined);
    else void onSave(typed).then((taken) => taken && setTyped(undefined));
  };
  return (
    <Field label={label} {...(help !== undefined && { help })}>
      {(control) => <Input {...control} value={typed ?? held} most={2048} onChange={setTyped} onCommit={commit} />}
    </Field>
  );
}

/** Settings that are on or off. */
type FlipPath = { [P in SettingPath]: SettingValue<P> extends boolean ? P : never }[SettingPath];

interface FlipProps {
  readonly path: FlipPath;
  readonly label: string;
  readonly help?: string;
}

/** On or off, at once. */
export function Flip({ path, label, help }: FlipProps) {
  const helpId = useId();
  const [busy, setBusy] = useState(false);
  const turn = (on: boolean) => {
    setBusy(true);
    void saveSetting(path, on).finally(() => setBusy(false));
  };
  return (
    <div className={`flex justify-between gap-3 ${help === undefined ? 'items-center' : 'items-start'}`}>
      <div className="min-w-0">
        <span className={help === undefined ? '' : 'font-medium'}>{label}</span>
        {help !== undefined && (
          <p id={helpId} className="max-w-prose text-xs leading-4 text-soft">
            {help}
          </p>
        )}
      </div>
      <Switch
        label={label}
        checked={useSetting(path) ?? false}
        busy={busy}
        {...(help !== undefined && { describedBy: helpId })}
        onChange={turn}
      />
    </div>
  );
}
