import { CalendarDays, CircleAlert, FileDown, FileUp, PaintBucket, Save, ShieldOff } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand/react';
import type { RuleView } from '../../../src-preload/contract/availability.ts';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { type Action, useActions } from '../../actions.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Choice, type ChoiceOption } from '../../components/choice.tsx';
import { Menu } from '../../components/menu.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { gridOf, spotOf, type Week } from '../../components/week/cells.ts';
import { cheapHours, presets } from '../../components/week/presets.ts';
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
import { keptPlan, type Plan, planOf, type Schedule, scheduleOf } from './schedule.ts';

const MINUTE = 60_000;
/** As much as the engine takes. */
const MOST_CALENDAR_BYTES = 262_144;

export interface HoursProps {
  readonly grid: Grid | null;
  readonly idle: RuleView & { id: 'idle' };
  /** Whether the computer is in use can't be read here. */
  readonly awayBlind: boolean;
}

/** The week: one of a few schedules, or painted, typed or taken from a calendar; kept on command. */
export function Hours({ grid, idle, awayBlind }: HoursProps) {
  const { t } = useText();
  const now = useNow(MINUTE);
  const draft = useStore(draftStore, (state) => state.draft);
  const [chosen, setChosen] = useState<ChosenText>();
  const kept = keptPlan(grid, idle.on);
  const plan = draft?.plan ?? kept;
  const { week } = plan;
  const change = (next: Plan) => setDraft(draftOf(next, draft?.base ?? kept));
  const paint = (next: Week) => change({ ...plan, week: next });
  const [saving, save] = useBusy(async () => {
    const next = gridOf(week);
    if (next === undefined || !(await changeSetting('availability.grid', () => next))) return;
    if (plan.idle !== idle.on && !(await changeSetting('availability.idle', (was) => ({ ...was, on: plan.idle }))))
      return;
    setDraft(undefined);
    toast(t('availability.saved'));
  });
  const schedule = scheduleOf(plan);
  const chips: ChoiceOption<Schedule>[] = [
    { value: 'nights', title: t('availability.schedule.nights') },
    {
      value: 'away',
      title: t('availability.schedule.away'),
      // What can't be read can't be chosen; where it was chosen before, it is said what that means.
      ...(awayBlind && schedule !== 'away' && { disabled: true, note: t('availability.schedule.cantRead') }),
    },
    { value: 'weekend', title: t('availability.schedule.weekend') },
    { value: 'always', title: t('availability.schedule.always') },
    ...(schedule === 'own' ? [{ value: 'own' as const, title: t('availability.schedule.own') }] : []),
  ];
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
    onSelect: () => paint({ ...week, days: daysWith(presets[preset]) }),
  });
  const tariff = useSetting('power.tariff');
  const cheap = tariff && 'byHour' in tariff ? cheapHours(tariff.byHour) : undefined;
  const fillCheap = cheap && {
    id: 'cheap',
    title: t('availability.fillCheap'),
    onSelect: () => paint({ ...week, days: daysWith(cheap) }),
  };
  return (
    <Card
      title={t('availability.hours')}
      aside={
        <div className="flex flex-wrap gap-2">
          <Menu
            label={t('availability.fill')}
            icon={PaintBucket}
            items={[fill('away'), ...(fillCheap ? [fillCheap] : []), fill('nothing')]}
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
      <div className="space-y-3">
        <Choice
          label={t('availability.schedule.label')}
          value={schedule}
          options={chips}
          onChange={(next) => next !== 'own' && change(planOf(next, plan))}
        />
        {plan.idle && <Away idle={idle} blind={awayBlind} />}
        <WeekEditor week={week} now={spotOf(new Date(now))} outsideMissing={false} onChange={paint} />
      </div>
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
            <Button onClick={() => setDraft(undefined)}>{t('availability.discard')}</Button>
            <Button look="main" icon={Save} busy={saving} onClick={() => save()}>
              {t('availability.save')}
            </Button>
          </div>
        </div>
      )}
      {chosen && (
        <ImportCalendar
          calendar={chosen}
          outside={week.outside}
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

/** When nobody uses the computer, as far as this desktop tells. */
function Away({ idle, blind }: Pick<HoursProps, 'idle'> & { readonly blind: boolean }) {
  const { t } = useText();
  if (blind || idle.state === 'unreadable') {
    return (
      <Notice tone="warn" icon={ShieldOff}>
        {t('availability.schedule.awayBlind')}
      </Notice>
    );
  }
  return <p className="text-soft">{t('availability.schedule.awayMeans', { count: idle.limit.minutes })}</p>;
}

type Preset = keyof typeof PRESET_WORDS;

const PRESET_WORDS = {
  away: 'availability.fillAway',
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
