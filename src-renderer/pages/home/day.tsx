import type { FiguresView } from '../../../src-preload/contract/figures.ts';
import { Card } from '../../components/card.tsx';
import type { LegendItem } from '../../components/chart/paint.tsx';
import { Strip } from '../../components/chart/strip.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { type DayKind, doorOf, partsOf, spentOf } from './day-parts.ts';

const paints: Record<DayKind, LegendItem['paint']> = { working: 'solid', ready: 'soft', held: 'dotted', paused: 'low' };

const SIX_HOURS = 6 * 3_600_000;

/** The day so far as a strip: at work, ready, held up, paused. */
export function Day({ figures, now }: { figures: FiguresView; now: number }) {
  const { t, f } = useText();
  const { start, end, quarters } = figures.day;
  const parts = partsOf(quarters, now);
  if (parts.length === 0) return null;
  const spent = spentOf(quarters);
  const kinds = (Object.keys(paints) as DayKind[]).filter((kind) => parts.some((part) => part.kind === kind));
  const said = kinds.map((kind) => t(`home.day.spent.${kind}`, { time: f.span(Math.max(60_000, spent[kind])) }));
  const { plannedMs, servedMs } = figures.hours;
  return (
    <Card
      title={t('home.today')}
      aside={
        plannedMs >= LEAST_PLANNED_MS && (
          <a href={hrefOf('availability')} className="rounded text-soft tabular-nums hover:underline">
            {t('home.day.available', { share: f.percent(servedMs / plannedMs), planned: f.span(plannedMs) })}
          </a>
        )
      }
    >
      <Strip
        sentence={t('home.day.sentence', { parts: f.list(said) })}
        from={start}
        to={end}
        now={now}
        kinds={kinds.map((kind) => ({ id: kind, name: t(`home.day.kind.${kind}`), paint: paints[kind] }))}
        parts={parts.map((part) => ({
          ...part,
          title: t('home.day.part', {
            from: f.clock(part.from, start),
            to: f.clock(part.to, start),
            what: t(`home.day.kind.${part.kind}`),
          }),
          href: doorOf(part),
        }))}
        marks={[0, 1, 2, 3].map((step) => {
          const at = start + step * SIX_HOURS;
          return { at, text: f.clock(at, start) };
        })}
        table={{
          caption: t('home.today'),
          head: [{ title: t('home.day.from') }, { title: t('home.day.to') }, { title: t('home.day.what') }],
          rows: parts.map((part) => ({
            id: part.from,
            cells: [
              f.clock(part.from, start),
              f.clock(part.to, start),
              <a key={part.from} href={doorOf(part)} className="rounded underline decoration-line underline-offset-4">
                {t(`home.day.kind.${part.kind}`)}
              </a>,
            ],
          })),
        }}
      />
    </Card>
  );
}

/** Below it a minute's pause would read as a bad day. */
const LEAST_PLANNED_MS = 600_000;
