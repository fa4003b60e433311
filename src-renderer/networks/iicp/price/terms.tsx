import { useState } from 'react';
import { Field } from '../../../components/field.tsx';
import { Input } from '../../../components/input.tsx';
import { Select } from '../../../components/select.tsx';
import { Switch } from '../../../components/switch.tsx';
import { readTime } from '../../../format/typed.ts';
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
      <When path="pricing.iicp.from" words="from" />
      <When path="pricing.iicp.until" words="until" />
      <Signed />
    </div>
  );
}

interface WhenProps {
  readonly path: 'pricing.iicp.from' | 'pricing.iicp.until';
  readonly words: 'from' | 'until';
}

/** A date, and a time of that day in the manner of the page. */
function When({ path, words }: WhenProps) {
  const { t, f } = useText();
  const held = localOf(useSetting(path) ?? null);
  const [date, setDate] = useState<string>();
  const [time, setTime] = useState<string>();
  const minutes = time === undefined ? (held?.minutes ?? 0) : readTime(time);
  const save = () => {
    if (minutes === undefined || (date === undefined && time === undefined)) return;
    setDate(undefined);
    setTime(undefined);
    const next = { date: date ?? held?.date ?? '', minutes };
    if (next.date !== (held?.date ?? '') || next.minutes !== held?.minutes) void saveSetting(path, momentOf(next));
  };
  const shown = date ?? held?.date ?? '';
  return (
    <div className="grid items-start gap-3 sm:grid-cols-2">
      <Field label={t(`networks.iicp.terms.${words}`)} help={t(`networks.iicp.terms.${words}Help`)}>
        {(control) => <Input {...control} type="date" value={shown} onChange={setDate} onCommit={save} />}
      </Field>
      {shown !== '' && (
        <Field
          label={t(`networks.iicp.terms.${words}Time`)}
          error={minutes === undefined ? t('networks.iicp.terms.noTime', { example: f.time(EXAMPLE) }) : undefined}
        >
          {(control) => (
            <Input {...control} value={time ?? f.time(minutes ?? 0)} most={16} onChange={setTime} onCommit={save} />
          )}
        </Field>
      )}
    </div>
  );
}

/** Half past seven in the evening: no other half of the day can be meant. */
const EXAMPLE = 19 * 60 + 30;

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
