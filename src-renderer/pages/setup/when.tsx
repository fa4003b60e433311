import { PaintBucket } from 'lucide-react';
import { useRef, useState } from 'react';
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { Card } from '../../components/card.tsx';
import { Choice } from '../../components/choice.tsx';
import { Menu } from '../../components/menu.tsx';
import { useNow } from '../../components/now.ts';
import { daysOf, gridOf, spotOf, type Week } from '../../components/week/cells.ts';
import { presets } from '../../components/week/presets.ts';
import { daysWith } from '../../components/week/spans.ts';
import { WeekEditor } from '../../components/week/week-editor.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, settingOf } from '../../settings.ts';
import { keepWhen } from './choose.ts';
import { type When, whenOf } from './hours.ts';

const MINUTE = 60_000;
const EMPTY: Week = { days: daysOf('-'), outside: undefined };

interface Chosen {
  readonly when: When;
  readonly week: Week;
  readonly minutes: number;
  /** Hours of one's own, of which it is not yet said what holds outside of them. */
  readonly open: boolean;
  /** Shows what is missing. */
  readonly ask: () => void;
  readonly asked: boolean;
  readonly choose: (when: When) => void;
  readonly paint: (week: Week) => void;
}

/** When to share, over the settings that hold it. A week of one's own is kept as soon as it is whole. */
export function useWhen(settings: readonly SettingView[]): Chosen {
  const grid = settingOf(settings, 'availability.grid') ?? null;
  const idle = settingOf(settings, 'availability.idle') ?? { on: false, minutes: 10 };
  const [own, setOwn] = useState(() => whenOf(grid, idle) === 'hours');
  const [week, setWeek] = useState<Week>(grid ?? EMPTY);
  const [asked, setAsked] = useState(false);
  const keep = useInOrder();
  const paint = (next: Week) => {
    setWeek(next);
    const whole = gridOf(next);
    if (whole !== undefined) keep(() => changeSetting('availability.grid', () => whole));
  };
  return {
    when: own ? 'hours' : whenOf(grid, idle),
    week,
    minutes: idle.minutes,
    open: own && gridOf(week) === undefined,
    ask: () => setAsked(true),
    asked,
    choose(when) {
      setOwn(when === 'hours');
      setAsked(false);
      keep(() => keepWhen(when, gridOf(week) as Grid | undefined));
    },
    paint,
  };
}

/** Changes come in the order in which they were made. */
function useInOrder(): (work: () => Promise<unknown>) => void {
  const last = useRef<Promise<unknown>>(Promise.resolve());
  return (work) => {
    last.current = last.current.then(work);
  };
}

interface WhenChoiceProps {
  readonly when: Chosen;
  readonly unreadable: readonly RuleId[];
}

export function WhenChoice({ when: { when, week, minutes, asked, choose, paint }, unreadable }: WhenChoiceProps) {
  const { t } = useText();
  const now = useNow(MINUTE);
  const blind = unreadable.includes('idle');
  return (
    <>
      <Card title={t('setup.gently.when')}>
        <Choice<When>
          label={t('setup.gently.when')}
          stacked
          value={when}
          options={[
            {
              value: 'away',
              title: t('setup.gently.away'),
              note: blind ? t('setup.gently.awayUnread') : t('setup.gently.awayMeans', { count: minutes }),
              disabled: blind,
            },
            { value: 'nights', title: t('setup.gently.nights'), note: t('setup.gently.nightsMeans') },
            { value: 'always', title: t('setup.gently.always') },
            { value: 'hours', title: t('setup.gently.hours') },
          ]}
          onChange={choose}
        />
      </Card>
      {when === 'hours' && (
        <Card
          title={t('availability.hours')}
          aside={
            <Menu
              label={t('availability.fill')}
              icon={PaintBucket}
              items={FILLS.map(([preset, word]) => ({
                id: preset,
                title: t(word),
                onSelect: () => paint({ ...week, days: daysWith(presets[preset]) }),
              }))}
            />
          }
        >
          <WeekEditor week={week} now={spotOf(new Date(now))} outsideMissing={asked} onChange={paint} />
        </Card>
      )}
    </>
  );
}

const FILLS = [
  ['nights', 'availability.fillNights'],
  ['away', 'availability.fillAway'],
  ['weekend', 'availability.fillWeekend'],
  ['nothing', 'availability.fillNothing'],
] as const;
