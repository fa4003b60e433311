import { useState } from 'react';
import { Field } from '../../../components/field.tsx';
import { Input } from '../../../components/input.tsx';
import { Select } from '../../../components/select.tsx';
import { Switch } from '../../../components/switch.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../../settings.ts';
import { localOf, momentOf } from './moments.ts';

const KINDS = ['per_token', 'per_request', 'flat'] as const;

/** What the price is for, from when until when it holds, and whether it is signed. Each takes effect when it is left. */
export function Terms() {
  const { t } = useText();
  const kind = useSetting('pricing.iicp.model');
  return (
    <div className="grid gap-3 pt-1">
      <Field label={t('networks.iicp.terms.kind')}>
        {(control) => (
          <Select
            {...control}
            value={kind ?? 'per_token'}
            options={KINDS.map((value) => ({ value, title: t(`networks.iicp.terms.${value}`) }))}
            onChange={(value) => void saveSetting('pricing.iicp.model', value)}
          />
        )}
      </Field>
      <When path="pricing.iicp.from" label={t('networks.iicp.terms.from')} help={t('networks.iicp.terms.fromHelp')} />
      <When
        path="pricing.iicp.until"
        label={t('networks.iicp.terms.until')}
        help={t('networks.iicp.terms.untilHelp')}
      />
      <Signed />
    </div>
  );
}

interface WhenProps {
  readonly path: 'pricing.iicp.from' | 'pricing.iicp.until';
  readonly label: string;
  readonly help: string;
}

function When({ path, label, help }: WhenProps) {
  const held = useSetting(path);
  const [typed, setTyped] = useState<string>();
  const shown = localOf(held ?? null);
  const save = () => {
    setTyped(undefined);
    if (typed !== undefined && typed !== shown) void saveSetting(path, momentOf(typed));
  };
  return (
    <Field label={label} help={help}>
      {(control) => (
        <Input {...control} type="datetime-local" value={typed ?? shown} onChange={setTyped} onCommit={save} />
      )}
    </Field>
  );
}

function Signed() {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const signed = useSetting('pricing.iicp.sign') ?? false;
  const turn = (on: boolean) => {
    setBusy(true);
    void saveSetting('pricing.iicp.sign', on).finally(() => setBusy(false));
  };
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <p className="font-medium">{t('networks.iicp.terms.sign')}</p>
        <p className="text-xs leading-4 text-soft">{t('networks.iicp.terms.signHelp')}</p>
      </div>
      <Switch label={t('networks.iicp.terms.sign')} checked={signed} busy={busy} onChange={turn} />
    </div>
  );
}
