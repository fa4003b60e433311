import { useState } from 'react';
import type { Cell, Grid } from '../../../src-preload/contract/settings/availability.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../button.tsx';
import { Choice } from '../choice.tsx';
import { Disclosure } from '../disclosure.tsx';
import { Field } from '../field.tsx';
import { TextArea } from '../text-area.tsx';
import { hasOutside, paint, type Spot, sharedIn, WEEK, type Week } from './cells.ts';
import { Swatch } from './fill.tsx';
import { readWeek, writeWeek } from './typed.ts';
import { WeekGrid } from './week-grid.tsx';
import { problemText, sharedText, weekWords } from './words.ts';

export interface WeekEditorProps {
  readonly week: Week;
  readonly now: Spot;
  /** What holds outside was to be chosen before, and was not. */
  readonly outsideMissing: boolean;
  readonly onChange: (week: Week) => void;
}

/** The week to be painted or typed, with what to paint it with, what holds outside, and what all of it comes to. */
export function WeekEditor({ week, now, outsideMissing, onChange }: WeekEditorProps) {
  const { t } = useText();
  const [brush, setBrush] = useState<Cell>('f');
  const [press, setPress] = useState<'one' | 'two'>(() => (matchMedia('(pointer: coarse)').matches ? 'two' : 'one'));
  const { outside } = week;
  const brushes = (['f', 'n', 'l', 'o', '-'] as const).map((cell) => ({
    value: cell,
    title: cell === '-' ? t('week.clear') : t(`week.level.${NAMES[cell]}`),
    note: t(`week.share.${cell === '-' ? 'outside' : NAMES[cell]}`),
    mark: <Swatch cell={cell} outside={outside} />,
  }));
  return (
    <div className="space-y-3">
      <Choice label={t('week.brush')} value={brush} options={brushes} onChange={setBrush} />
      <WeekGrid
        week={week}
        brush={brush}
        corners={press === 'two'}
        now={now}
        onPaint={(area, cell) => onChange({ ...week, days: paint(week.days, area, cell) })}
      />
      <p className="font-medium" role="status">
        {sharedText(sharedIn(week), WEEK / 2, t)}
      </p>
      <p className="text-xs leading-4 text-soft">{t('week.nowMark')}</p>
      {hasOutside(week.days) && (
        <Choice<Grid['outside']>
          label={t('week.outside')}
          value={outside}
          options={[
            { value: 'off', title: t('week.outsideOff'), note: t('week.outsideOffMeans') },
            { value: 'reduced', title: t('week.outsideReduced'), note: t('week.outsideReducedMeans') },
          ]}
          error={outsideMissing && outside === undefined ? t('week.outsideMissing') : undefined}
          onChange={(chosen) => onChange({ ...week, outside: chosen })}
        />
      )}
      <Disclosure title={t('week.typed.title')}>
        <TypedWeek week={week} onChange={onChange} />
      </Disclosure>
      <Disclosure title={t('week.howTitle')}>
        <div className="space-y-2 py-1">
          <Choice
            label={t('week.press')}
            value={press}
            options={[
              { value: 'one', title: t('week.pressOne') },
              { value: 'two', title: t('week.pressTwo') },
            ]}
            onChange={setPress}
          />
          <p className="max-w-prose text-soft">{t('week.how')}</p>
        </div>
      </Disclosure>
    </div>
  );
}

const NAMES = { f: 'full', n: 'normal', l: 'low', o: 'off' } as const;
/** Far more than a week has to say. */
const LONGEST_TEXT = 20_000;

/** Follows the week until something is typed, and takes it over on command. */
function TypedWeek({ week, onChange }: Pick<WeekEditorProps, 'week' | 'onChange'>) {
  const { t, f } = useText();
  const words = weekWords(t, f);
  const [typed, setTyped] = useState<string>();
  const [problems, setProblems] = useState<readonly string[]>([]);
  const text = typed ?? writeWeek(week.days, words);
  const apply = () => {
    const read = readWeek(text, words);
    if ('problems' in read) {
      setProblems(read.problems.map((problem) => problemText(problem, t, (part) => quoted(part, 40))));
      return;
    }
    setProblems([]);
    setTyped(undefined);
    onChange({ ...week, days: read.days });
  };
  return (
    <div className="max-w-xl space-y-2">
      <Field
        label={t('week.typed.label')}
        help={t('week.typed.help')}
        error={problems.length > 0 ? problems.join(' ') : undefined}
      >
        {(control) => (
          <TextArea
            {...control}
            value={text}
            rows={Math.min(12, Math.max(4, text.split('\n').length + 1))}
            most={LONGEST_TEXT}
            onChange={setTyped}
            onCommit={apply}
          />
        )}
      </Field>
      <Button onClick={apply}>{t('week.typed.apply')}</Button>
    </div>
  );
}
