import { CalendarPlus, Eraser } from 'lucide-react';
import type { LearnedView } from '../../../src-preload/contract/availability.ts';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { writeWeek } from '../../components/week/typed.ts';
import { weekWords } from '../../components/week/words.ts';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting } from '../../settings.ts';
import { availabilityStore } from '../../stores/availability.ts';
import { toast } from '../../stores/toasts.ts';
import { Toggle } from './toggle.tsx';

export interface LearnProps {
  readonly learned: LearnedView;
  readonly grid: Grid | null;
}

/** Unattended hours, learned on this computer if the user wants that, and one click away from the week. */
export function Learn({ learned, grid }: LearnProps) {
  const { t } = useText();
  const { on, unreadable, known, empty, suggestion } = learned;
  const [forgetting, forget] = useBusy(async () => {
    availabilityStore.getState().accept(await engine().ask('availability.forget', undefined));
    toast(t('availability.learn.forgotten'));
  });
  return (
    <Card title={t('availability.learn.title')}>
      <div className="space-y-3">
        <Toggle
          label={t('availability.learn.on')}
          means={t('availability.learn.means')}
          on={on}
          onChange={(next) => changeSetting('availability.learn', () => next)}
        />
        {on && unreadable && <p className="text-soft">{t('availability.learn.unreadable')}</p>}
        {on && !unreadable && suggestion === null && (
          <p className="text-soft tabular-nums">{t('availability.learn.progress', { count: Math.floor(known / 2) })}</p>
        )}
        {suggestion !== null && <Suggestion days={suggestion} grid={grid} />}
        {!empty && (
          <Button icon={Eraser} busy={forgetting} onClick={() => forget()}>
            {t('availability.learn.forget')}
          </Button>
        )}
      </div>
    </Card>
  );
}

function Suggestion({ days, grid }: { days: readonly string[]; grid: Grid | null }) {
  const { t, f } = useText();
  const [busy, take] = useBusy(async () => {
    if (!(await changeSetting('availability.grid', (kept) => withHours(kept, days)))) return;
    toast(t('availability.learn.taken'));
  });
  const dismiss = () => void changeSetting('availability.learnDismissed', () => Date.now());
  return (
    <div className="space-y-2 rounded-md border border-line bg-sunken p-3">
      <ul className="font-medium tabular-nums">
        {writeWeek([...days], weekWords(t, f))
          .split('\n')
          .map((line) => (
            <li key={line}>{line}</li>
          ))}
      </ul>
      <p>{t('availability.learn.suggests')}</p>
      <p className="text-soft">{t(grid === null ? 'availability.learn.replaces' : 'availability.learn.adds')}</p>
      <div className="flex flex-wrap gap-2">
        <Button look="main" icon={CalendarPlus} busy={busy} onClick={() => take()}>
          {t('availability.learn.take')}
        </Button>
        <Button onClick={dismiss}>{t('availability.learn.dismiss')}</Button>
      </div>
    </div>
  );
}

/** What is painted stays, but for these hours; where nothing is, they are the week. */
function withHours(kept: Grid | null, days: readonly string[]): Grid {
  const before = kept?.days ?? days;
  return {
    days: before.map((text, day) =>
      Array.from(text)
        .map((cell, half) => (days[day]?.[half] === 'f' ? 'f' : cell))
        .join(''),
    ),
    outside: kept?.outside ?? 'off',
  };
}
