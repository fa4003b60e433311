import { PaintBucket } from 'lucide-react';
import { useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { Card } from '../../components/card.tsx';
import { Choice } from '../../components/choice.tsx';
import { Menu } from '../../components/menu.tsx';
import { useNow } from '../../components/now.ts';
import { Switch } from '../../components/switch.tsx';
import { daysOf, gridOf, spotOf, type Week } from '../../components/week/cells.ts';
import { presets } from '../../components/week/presets.ts';
import { daysWith } from '../../components/week/spans.ts';
import { WeekEditor } from '../../components/week/week-editor.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, settingOf } from '../../settings.ts';
import { availabilityStore } from '../../stores/availability.ts';
import { type When, whenOf } from './hours.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';

const MINUTE = 60_000;
const EMPTY: Week = { days: daysOf('-'), outside: undefined };

/** Always, while the user is away, or by the hours of the week; and what stops it in between. */
export function WhenStep({ facts: { settings }, onBack, onNext }: StepProps) {
  const { t } = useText();
  const now = useNow(MINUTE);
  const grid = settingOf(settings, 'availability.grid') ?? null;
  const idle = settingOf(settings, 'availability.idle') ?? { on: false, minutes: 10 };
  const [when, setWhen] = useState<When>(() => whenOf(grid, idle));
  const [week, setWeek] = useState<Week>(grid ?? EMPTY);
  const [asked, setAsked] = useState(false);
  const keepGrid = useInOrder((next: Grid | null) => changeSetting('availability.grid', () => next));

  function choose(next: When): void {
    setWhen(next);
    setAsked(false);
    if (idle.on !== (next === 'away')) {
      void changeSetting('availability.idle', (rule) => ({ ...rule, on: next === 'away' }));
    }
    if (next === 'hours') paint(week);
    else keepGrid(null);
  }

  /** Kept as soon as it is said what holds outside of what is painted. */
  function paint(next: Week): void {
    setWeek(next);
    const whole = gridOf(next);
    if (whole !== undefined) keepGrid(whole);
  }

  const open = when === 'hours' && gridOf(week) === undefined;
  return (
    <Layout
      lead={t('setup.when.lead')}
      onBack={onBack}
      next={{ run: () => (open ? setAsked(true) : onNext()) }}
      skip={open ? { run: onNext } : undefined}
    >
      <Choice<When>
        label={t('setup.when.share')}
        value={when}
        options={[
          { value: 'always', title: t('setup.when.always') },
          { value: 'away', title: t('setup.when.away'), note: t('setup.when.awayMeans', { count: idle.minutes }) },
          { value: 'hours', title: t('setup.when.hours') },
        ]}
        onChange={choose}
      />
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
      <Rules />
    </Layout>
  );
}

const FILLS = [
  ['nights', 'availability.fillNights'],
  ['away', 'availability.fillAway'],
  ['weekend', 'availability.fillWeekend'],
  ['nothing', 'availability.fillNothing'],
] as const;

/** Changes of the same thing come in the order in which they were made. */
function useInOrder<V>(work: (value: V) => Promise<unknown>): (value: V) => void {
  const last = useRef<Promise<unknown>>(Promise.resolve());
  return (value) => {
    last.current = last.current.then(() => work(value));
  };
}

const RULES = ['battery', 'metered', 'fullscreen'] as const;

/** On from the beginning: what would annoy or cost without a thought of it. */
function Rules() {
  const { t } = useText();
  return (
    <Card title={t('setup.when.rules')}>
      <ul className="divide-y divide-line">
        {RULES.map((id) => (
          <Rule key={id} id={id} />
        ))}
      </ul>
    </Card>
  );
}

function Rule({ id }: { id: (typeof RULES)[number] }) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const rule = useStore(availabilityStore, ({ live }) => live?.value.rules.find((one) => one.id === id));
  const title = t(`availability.rule.${id}`);
  const toggle = (on: boolean) => {
    setBusy(true);
    void changeSetting(`availability.${id}`, (value) => ({ ...value, on }) as typeof value).finally(() =>
      setBusy(false),
    );
  };
  return (
    <li className="flex items-center justify-between gap-4 py-2.5 first:pt-0 last:pb-0">
      <div>
        <p className="font-medium">{title}</p>
        {rule?.on && rule.state === 'unreadable' && (
          <p className="text-xs leading-4 text-soft">
            {t('availability.notBinding', { what: t(`availability.unreadable.${id}`) })}
          </p>
        )}
      </div>
      <Switch label={title} checked={rule?.on ?? false} busy={busy} disabled={rule === undefined} onChange={toggle} />
    </li>
  );
}
