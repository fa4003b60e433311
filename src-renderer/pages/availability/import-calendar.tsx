import { useState } from 'react';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { toBridgeError } from '../../bridge/failure.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import type { ChosenText } from '../../files.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';

export interface ImportCalendarProps {
  readonly calendar: ChosenText;
  /** What holds outside so far, where that was chosen. */
  readonly outside: Grid['outside'] | undefined;
  readonly onClose: () => void;
  /** With what came of it, in words. */
  readonly onTaken: (words: string) => void;
}

/** Asks before a calendar takes the place of the hours, and for what the calendar may not say. */
export function ImportCalendar({ calendar, outside: before, onClose, onTaken }: ImportCalendarProps) {
  const { t, sayAll } = useText();
  const [outside, setOutside] = useState(before);
  const [problem, setProblem] = useState<string>();
  const [busy, take] = useBusy(async () => {
    try {
      const { taken, leftOut } = await engine().ask('availability.importCalendar', {
        text: calendar.text,
        ...(outside && { outside }),
      });
      const words = t('availability.imported', { count: taken });
      const left = t('availability.leftOut', { count: leftOut });
      onTaken(leftOut === 0 ? words : t('availability.importedSome', { taken: words, left }));
    } catch (thrown) {
      setProblem(sayAll([toBridgeError(thrown).reason]));
    }
  });
  return (
    <Dialog
      title={t('availability.importTitle')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.cancel')}</Button>
          <Button look="main" busy={busy} onClick={() => take()}>
            {t('availability.importConfirm')}
          </Button>
        </>
      }
    >
      <p>{t('availability.importMeans', { file: quoted(calendar.name, 80) })}</p>
      <Choice<Grid['outside']>
        label={t('availability.importOutside')}
        value={outside}
        options={[
          { value: 'off', title: t('week.outsideOff'), note: t('week.outsideOffMeans') },
          { value: 'reduced', title: t('week.outsideReduced'), note: t('week.outsideReducedMeans') },
        ]}
        error={problem}
        onChange={(chosen) => {
          setOutside(chosen);
          setProblem(undefined);
        }}
      />
    </Dialog>
  );
}
