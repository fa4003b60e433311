import { BadgeCheck } from 'lucide-react';
import { useState } from 'react';
import type { EarningsPoint } from '../../../src-preload/contract/earnings.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { saveText } from '../../files.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { toast } from '../../stores/toasts.ts';

export interface DayCardProps {
  /** Those that are shown. */
  readonly days: readonly EarningsPoint[];
  readonly now: number;
  readonly onClose: () => void;
}

/** Which day, as what; then it is signed and given to the user. */
export function DayCardDialog({ days, now, onClose }: DayCardProps) {
  const { t, f } = useText();
  const past = days.filter(({ start }) => start <= now).toReversed();
  // A whole day says more than the one that is not over.
  const whole = past.find(({ end }) => end <= now) ?? past[0];
  const [day, setDay] = useState(String(whole?.start));
  const [format, setFormat] = useState<'text' | 'json'>('text');
  const [busy, save] = useBusy(async () => {
    const card = await engine().ask('earnings.dayCard', { at: Number(day) });
    const name = `${card.name}.${format === 'json' ? 'json' : 'txt'}`;
    saveText(name, card[format], format === 'json' ? 'application/json' : 'text/plain');
    toast(t('earnings.dayCard.done', { file: quoted(name, 80) }));
    onClose();
  });
  return (
    <Dialog
      title={t('earnings.dayCard.title')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.cancel')}</Button>
          <Button look="main" icon={BadgeCheck} busy={busy} onClick={save}>
            {t('earnings.dayCard.save')}
          </Button>
        </>
      }
    >
      <p className="text-soft">{t('earnings.dayCard.lead')}</p>
      <Field label={t('earnings.dayCard.day')}>
        {(control) => (
          <Select
            {...control}
            value={day}
            options={past.map(({ start, end }) => {
              const name = f.date(start, 'date');
              return { value: String(start), title: end > now ? t('earnings.dayCard.soFar', { day: name }) : name };
            })}
            onChange={setDay}
          />
        )}
      </Field>
      <Field label={t('earnings.export.format')}>
        {(control) => (
          <Select
            {...control}
            value={format}
            options={[
              { value: 'text', title: t('earnings.dayCard.text') },
              { value: 'json', title: t('earnings.dayCard.json') },
            ]}
            onChange={setFormat}
          />
        )}
      </Field>
    </Dialog>
  );
}
