// Single settings in forms, each saved by itself.
import { useState } from 'react';
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

/** On or off, at once. */
export function Flip({ path, label }: { path: FlipPath; label: string }) {
  const [busy, setBusy] = useState(false);
  const turn = (on: boolean) => {
    setBusy(true);
    void saveSetting(path, on).finally(() => setBusy(false));
  };
  return (
    <div className="flex items-center justify-between gap-3">
      <span>{label}</span>
      <Switch label={label} checked={useSetting(path) ?? false} busy={busy} onChange={turn} />
    </div>
  );
}
