import { CalendarDays, CircleAlert, FileDown, FileUp, PaintBucket, Save } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand/react';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { type Action, useActions } from '../../actions.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Menu } from '../../components/menu.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { gridOf, spotOf, weekOf } from '../../components/week/cells.ts';
import { cheapHours, type Preset, presets } from '../../components/week/presets.ts';
import { daysWith } from '../../components/week/spans.ts';
import { WeekEditor } from '../../components/week/week-editor.tsx';
import { type ChosenText, chooseText, saveText } from '../../files.ts';
import { quoted } from '../../format/text.ts';
import { translate } from '../../i18n/index.ts';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, useSetting } from '../../settings.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { toast } from '../../stores/toasts.ts';
import { draftOf, draftStore, isOutdated, setDraft } from './draft.ts';
import { ImportCalendar } from './import-calendar.tsx';

const MINUTE = 60_000;
/** As much as the engine takes. */
const MOST_CALENDAR_BYTES = 262_144;

/** The week: painted, typed, filled in or taken from a calendar; kept on command. */
export function Hours({ kept }: { kept: Grid | null }) {
  const { t } = useText();
  const now = useNow(MINUTE);
  const draft = useStore(draftStore, (state) => state.draft);
  const [asked, setAsked] = useState(false);
  const [chosen, setChosen] = useState<ChosenText>();
  const week = draft?.week ?? weekOf(kept);
  const change = (next: typeof week) => setDraft(draftOf(next, draft?.base ?? kept));
  const [saving, save] = useBusy(async () => {
    const grid = gridOf(week);
    setAsked(grid === undefined);
    if (grid === undefined) return;
    if (!(await changeSetting('availability.grid', () => grid))) return;
    setDraft(undefined);
    toast(t('availability.saved'));
  });
  useActions(
    useMemo<readonly Action[]>(
      () => [
        {
          id: 'availability.export',
          group: 'page',
          title: 'availability.export',
          words: 'availability.exportWords',
          icon: FileDown,
          keys: 'Mod+E',
          run: () => void exportCalendar(),
        },
        {
          id: 'availability.import',
          group: 'page',
          title: 'availability.import',
          words: 'availability.importWords',
          icon: FileUp,
          run: () => void chooseCalendar(setChosen),
        },
      ],
      [],
    ),
  );
  const fill = (preset: Preset) => ({
    id: preset,
    title: t(PRESET_WORDS[preset]),
    onSelect: () => change({ ...week, days: daysWith(presets[preset]) }),
  });
  const tariff = useSetting('power.tariff');
  const cheap = tariff && 'byHour' in tariff ? cheapHours(tariff.byHour) : undefined;
  const fillCheap = cheap && {
    id: 'cheap',
    title: t('availability.fillCheap'),
    onSelect: () => change({ ...week, days: daysWith(cheap) }),
  };
  return (
    <Card
      title={t('availability.hours')}
      aside={
        <div className="flex flex-wrap gap-2">
          <Menu
            label={t('availability.fill')}
            icon={PaintBucket}
            items={[
              ...(['always', 'nights', 'away', 'weekend'] as const).map(fill),
              ...(fillCheap ? [fillCheap] : []),
              fill('nothing'),
            ]}
          />
          <Menu
            label={t('availability.calendar')}
            icon={CalendarDays}
            items={[
              {
                id: 'import',
                title: t('availability.import'),
                icon: FileUp,
                onSelect: () => void chooseCalendar(setChosen),
              },
              {
                id: 'export',
                title: t('availability.export'),
                icon: FileDown,
                onSelect: () => void exportCalendar(),
              },
            ]}
          />
        </div>
      }
    >
      <WeekEditor week={week} now={spotOf(new Date(now))} outsideMissing={asked} onChange={change} />
      {draft && (
        <div className="z-10 mt-4 space-y-2 border-t border-line bg-panel pt-3 roomy:sticky roomy:bottom-0 roomy:-mb-3.5 roomy:pb-3.5 max-sm:roomy:bottom-10">
          {isOutdated(draft, kept) && (
            <Notice
              tone="warn"
              icon={CircleAlert}
              action={<Button onClick={() => setDraft(undefined)}>{t('availability.takeTheirs')}</Button>}
            >
              {t('availability.changedElsewhere')}
            </Notice>
          )}
          <div className="flex flex-wrap items-center justify-end gap-2">
            <p className="me-auto text-soft">{t('availability.unsaved')}</p>
            <Button
              onClick={() => {
                setDraft(undefined);
                setAsked(false);
              }}
            >
              {t('availability.discard')}
            </Button>
            <Button look="main" icon={Save} busy={saving} onClick={() => save()}>
              {t('availability.save')}
            </Button>
          </div>
        </div>
      )}
      {chosen && (
        <ImportCalendar
          calendar={chosen}
          outside={kept?.outside ?? week.outside}
          onClose={() => setChosen(undefined)}
          onTaken={(words) => {
            setChosen(undefined);
            setDraft(undefined);
            toast(words);
          }}
        />
      )}
    </Card>
  );
}

const PRESET_WORDS = {
  always: 'availability.fillAlways',
  nights: 'availability.fillNights',
  away: 'availability.fillAway',
  weekend: 'availability.fillWeekend',
  nothing: 'availability.fillNothing',
} as const;

/** Never rejects. */
async function chooseCalendar(take: (chosen: ChosenText) => void): Promise<void> {
  try {
    const chosen = await chooseText('.ics,text/calendar', MOST_CALENDAR_BYTES);
    if (chosen === null) toast(translate('availability.tooLarge'));
    else if (chosen) take(chosen);
  } catch (error) {
    reportFailure(error);
  }
}

/** What is kept, as a file. Never rejects. */
async function exportCalendar(): Promise<void> {
  try {
    const { fileName, text } = await engine().ask('availability.exportCalendar', undefined);
    saveText(fileName, text, 'text/calendar');
    toast(translate('availability.exported', { file: quoted(fileName, 64) }));
  } catch (error) {
    reportFailure(error);
  }
}
