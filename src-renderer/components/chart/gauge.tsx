import type { ReactNode } from 'react';
import { shareOf } from './geometry.ts';

export interface GaugeProps {
  readonly name: string;
  /** "61 °C" */
  readonly figure: ReactNode;
  /** What stands behind the figure: "limit 70 °C". The sentence says the same. */
  readonly note?: ReactNode;
  /** Name, figure and limit in one sentence, for those who do not see it. */
  readonly sentence: string;
  readonly value: number;
  /** The end of the scale. */
  readonly most: number;
  /** What the user set; marked, and the bar changes its colour from there on. */
  readonly limit?: number;
  readonly href?: string;
}

const HEIGHT = 10;

/** One figure of now on its scale, with the user's limit marked. */
export function Gauge({ sentence, value, most, limit, ...words }: GaugeProps) {
  const over = limit !== undefined && value >= limit;
  return (
    <Measure {...words}>
      <svg
        role="img"
        aria-label={sentence}
        width="100%"
        height={HEIGHT + 6}
        className="block overflow-visible rtl:-scale-x-100"
      >
        <rect
          y={3.5}
          width="100%"
          height={HEIGHT - 1}
          rx={2}
          className="fill-sunken stroke-line forced-colors:fill-[Canvas] forced-colors:stroke-[CanvasText]"
        />
        <rect
          y={3}
          width={`${shareOf(value, 0, most) * 100}%`}
          height={HEIGHT}
          rx={2}
          className={`${over ? 'fill-warn' : 'fill-accent'} forced-colors:fill-[CanvasText]`}
        />
        {limit !== undefined && <Mark share={shareOf(limit, 0, most)} look={over ? 'stroke-ink' : 'stroke-warn'} />}
      </svg>
    </Measure>
  );
}

/** Where the limit is: higher than the bar, so that its place shows without its colour. */
function Mark({ share, look }: { share: number; look: string }) {
  return (
    <line
      x1={`${share * 100}%`}
      x2={`${share * 100}%`}
      y1={0}
      y2={HEIGHT + 6}
      strokeWidth={2}
      className={`${look} forced-colors:stroke-[Highlight]`}
    />
  );
}

/** A name, a figure, and a picture of it; those that belong together stand in `Measures`. */
export function Measure({
  name,
  figure,
  note,
  href,
  children,
}: Pick<GaugeProps, 'name' | 'figure' | 'note' | 'href'> & { children?: ReactNode }) {
  return (
    <div className="min-w-0 max-w-72 flex-1 basis-32">
      <dt className="text-xs leading-4 text-soft">{name}</dt>
      <dd className="flex flex-wrap items-baseline gap-x-1.5 tabular-nums">
        <span className="text-base leading-6 font-semibold">
          {href === undefined ? (
            figure
          ) : (
            <a href={href} className="rounded underline decoration-line underline-offset-4 hover:decoration-edge">
              {figure}
            </a>
          )}
        </span>
        {note && <span className="text-xs leading-4 text-soft">{note}</span>}
      </dd>
      {children && <dd className="mt-1">{children}</dd>}
    </div>
  );
}

export function Measures({ children }: { children: ReactNode }) {
  return <dl className="flex flex-wrap gap-x-6 gap-y-4">{children}</dl>;
}
