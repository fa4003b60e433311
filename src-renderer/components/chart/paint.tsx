// How parts of a picture are told apart: each by a texture of its own, so that no colour is needed to read it.

/** Full, hatched, dotted, light, grey, a line at the foot, or only an outline. */
export type Paint = 'solid' | 'hatched' | 'dotted' | 'soft' | 'grey' | 'low' | 'empty';

const solid = 'fill-accent forced-colors:fill-[CanvasText]';
const light = 'fill-accent/25 forced-colors:fill-[Canvas]';
const outline = 'stroke-edge forced-colors:stroke-[CanvasText]';

/** The textures that `Filled` refers to, once in each picture. `id` from `useId`. */
export function Textures({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={`${id}hatched`} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={6} height={6} className={light} />
        <rect width={3} height={6} className={solid} />
      </pattern>
      <pattern id={`${id}dotted`} width={6} height={6} patternUnits="userSpaceOnUse">
        <rect width={6} height={6} className={light} />
        <circle cx={3} cy={3} r={1.4} className={solid} />
      </pattern>
      <pattern id={`${id}soft`} width={8} height={8} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={8} height={8} className={light} />
        {/* Where colours are the system's, a tint is none. */}
        <rect width={1} height={8} className="fill-transparent forced-colors:fill-[CanvasText]" />
      </pattern>
    </defs>
  );
}

export interface FilledProps {
  readonly paint: Paint;
  /** As in `Textures`. */
  readonly id: string;
  /** In per cent of the picture. */
  readonly x: number;
  readonly width: number;
  readonly height: number;
}

/** A box of a picture as high as that is. */
export function Filled({ paint, id, x, width, height }: FilledProps) {
  const box = { x: `${x}%`, width: `${width}%` };
  if (paint === 'low')
    return <rect {...box} y={height - 4} height={4} className="fill-edge forced-colors:fill-[CanvasText]" />;
  if (paint === 'solid') return <rect {...box} height={height} className={solid} />;
  if (paint === 'hatched' || paint === 'dotted') {
    return <rect {...box} height={height} fill={`url(#${id}${paint})`} />;
  }
  const edged = { ...box, y: 0.5, height: height - 1 };
  if (paint === 'soft') return <rect {...edged} fill={`url(#${id}soft)`} className={outline} />;
  if (paint === 'grey') return <rect {...edged} className={`${outline} fill-edge/45 forced-colors:fill-[GrayText]`} />;
  return <rect {...edged} className={`${outline} fill-sunken forced-colors:fill-[Canvas]`} />;
}

export interface LegendItem {
  readonly id: string;
  readonly name: string;
  readonly paint: Paint;
}

/** What each texture means. Whoever can't see it has no use for it: a chart says the same in its table. */
export function Legend({ id, items }: { id: string; items: readonly LegendItem[] }) {
  return (
    <ul aria-hidden="true" className="flex flex-wrap gap-x-4 gap-y-1 text-xs leading-4 text-soft">
      {items.map((item) => (
        <li key={item.id} className="flex items-center gap-1.5">
          <Swatch id={id} paint={item.paint} />
          {item.name}
        </li>
      ))}
    </ul>
  );
}

export function Swatch({ id, paint }: { id: string; paint: Paint }) {
  return (
    <svg aria-hidden="true" width={14} height={10} className="shrink-0">
      <Filled paint={paint} id={id} x={0} width={100} height={10} />
    </svg>
  );
}
