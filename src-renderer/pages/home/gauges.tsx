import type { AvailabilityView, RuleView } from '../../../src-preload/contract/availability.ts';
import type { FiguresView } from '../../../src-preload/contract/figures.ts';
import { Card } from '../../components/card.tsx';
import { AsTable } from '../../components/chart/as-table.tsx';
import { Gauge, Measure, Measures } from '../../components/chart/gauge.tsx';
import { Sparkline } from '../../components/chart/sparkline.tsx';
import { type Speech, useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';

interface Read {
  readonly id: string;
  readonly name: string;
  readonly figure: string;
  /** The user's limit, or the whole that there is. */
  readonly bound?: string;
  readonly value: number;
  /** The end of its scale; left out, there is none to show it on. */
  readonly most?: number;
  readonly limit?: number;
  readonly lately?: readonly number[];
  readonly href?: string;
}

/** What this computer tells of itself now, with the limits that the user set. What can't be read is not there. */
export function Gauges({ figures, rules }: { figures: FiguresView; rules: AvailabilityView['rules'] }) {
  const speech = useText();
  const { t } = speech;
  const all = readOf(figures, rules, speech);
  if (all.length === 0) return null;
  return (
    <Card title={t('home.gauge.title')}>
      <Measures>
        {all.map(({ id, name, figure, bound, value, most, limit, lately, href }) => {
          const sentence = t(bound === undefined ? 'home.gauge.plain' : 'home.gauge.bound', {
            name,
            figure,
            ...(bound !== undefined && { bound }),
          });
          const shown = { name, figure, note: bound, ...(href !== undefined && { href }) };
          if (lately) {
            return (
              <Measure key={id} {...shown}>
                <Sparkline sentence={t('home.gauge.lately', { name, count: lately.length })} values={lately} />
              </Measure>
            );
          }
          if (most === undefined) return <Measure key={id} {...shown} />;
          return (
            <Gauge
              key={id}
              {...shown}
              sentence={sentence}
              value={value}
              most={most}
              {...(limit !== undefined && { limit })}
            />
          );
        })}
      </Measures>
      <div className="mt-2">
        <AsTable
          caption={t('home.gauge.title')}
          head={[
            { title: t('home.gauge.what') },
            { title: t('home.gauge.now'), figure: true },
            { title: t('home.gauge.most'), figure: true },
          ]}
          rows={all.map(({ id, name, figure, bound }) => ({ id, cells: [name, figure, bound ?? ''] }))}
        />
      </div>
    </Card>
  );
}

/** A graphics card is well above this only where something is broken. */
const HOT = 100;

function readOf(
  { gpuHeat, cpuHeat, vram, gpuWatts, tokensPerSecond, tokensLately }: FiguresView,
  rules: AvailabilityView['rules'],
  { t, f }: Pick<Speech, 't' | 'f'>,
): readonly Read[] {
  const heat = (id: 'gpuHeat' | 'cpuHeat', celsius: number): Read => {
    const limit = limitOf(rules, id);
    return {
      id,
      name: t(id === 'gpuHeat' ? 'home.gpuHeat' : 'home.cpuHeat'),
      figure: t('home.celsius', { celsius: Math.round(celsius) }),
      value: celsius,
      most: Math.max(HOT, limit ?? 0),
      href: hrefOf('availability'),
      ...(limit !== undefined && {
        limit,
        bound: t('home.gauge.limit', { most: t('home.celsius', { celsius: limit }) }),
      }),
    };
  };
  const used = vram && vram.totalBytes - vram.freeBytes;
  return [
    ...(gpuHeat ? [heat('gpuHeat', gpuHeat.celsius)] : []),
    ...(cpuHeat ? [heat('cpuHeat', cpuHeat.celsius)] : []),
    ...(vram && used !== null
      ? [
          {
            id: 'vram',
            name: t('home.vram'),
            figure: f.gigabytes(used),
            bound: t('home.gauge.of', { most: f.gigabytes(vram.totalBytes) }),
            value: used,
            most: vram.totalBytes,
            href: hrefOf('capacity'),
          },
        ]
      : []),
    ...(gpuWatts === null
      ? []
      : [
          {
            id: 'watts',
            name: t('home.watts'),
            figure: t('home.wattsValue', { value: f.number(gpuWatts, 0) }),
            value: gpuWatts,
          },
        ]),
    ...(tokensLately.some((each) => each > 0)
      ? [
          {
            id: 'tokens',
            name: t('home.tokensNow'),
            figure: f.number(tokensPerSecond ?? 0, 1),
            bound: t('home.lastMinute'),
            value: tokensPerSecond ?? 0,
            lately: tokensLately,
            href: hrefOf('work', 'time=today'),
          },
        ]
      : []),
  ];
}

function limitOf(rules: readonly RuleView[], id: 'gpuHeat' | 'cpuHeat'): number | undefined {
  const rule = rules.find((one) => one.id === id);
  return rule?.id === id && rule.on ? rule.limit.most : undefined;
}
