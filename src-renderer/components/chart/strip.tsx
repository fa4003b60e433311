import { useId } from 'react';
import { AsTable, type ChartTable } from './as-table.tsx';
import { shareOf, stretchOf } from './geometry.ts';
import { Filled, Legend, type LegendItem, Textures } from './paint.tsx';

export interface StripPart {
  readonly from: number;
  readonly to: number;
  /** One of the kinds. */
  readonly kind: string;
  /** For the pointer: what, from when until when. */
  readonly title: string;
  /** What happened then. */
  readonly href?: string;
}

export interface StripProps {
  /** What it shows, in a sentence. */
  readonly sentence: string;
  /** The whole stretch, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly kinds: readonly LegendItem[];
  readonly parts: readonly StripPart[];
  /** Beneath it, each at its moment. */
  readonly marks: readonly { readonly at: number; readonly text: string }[];
  /** The parts again; links that the pointer finds in the picture stand there for the keyboard. */
  readonly table: ChartTable;
}

const HEIGHT = 36;

/** A stretch of time such as a day, each part by what was going on. What is not known and what is yet to come stays empty. */
export function Strip({ sentence, from, to, now, kinds, parts, marks, table }: StripProps) {
  const id = useId();
  return (
    <div className="space-y-2">
      <p className="sr-only">{sentence}</p>
      <div>
        <svg
          aria-hidden="true"
          width="100%"
          height={HEIGHT}
          className="block rounded-sm bg-sunken rtl:-scale-x-100 forced-colors:border forced-colors:bg-[Canvas]"
        >
          <Textures id={id} />
          {parts.map((part) => {
            const place = stretchOf(part.from, part.to, from, to);
            const paint = kinds.find((kind) => kind.id === part.kind)?.paint;
            if (!place || !paint) return null;
            const box = (
              <>
                <title>{part.title}</title>
                {/* What is low is pressed as easily as what is high. */}
                <rect
                  x={`${place.start * 100}%`}
                  width={`${place.size * 100}%`}
                  height={HEIGHT}
                  className="fill-transparent"
                />
                <Filled paint={paint} id={id} x={place.start * 100} width={place.size * 100} height={HEIGHT} />
              </>
            );
            return part.href === undefined ? (
              <g key={part.from}>{box}</g>
            ) : (
              <a key={part.from} href={part.href} tabIndex={-1} className="hover:opacity-80">
                {box}
              </a>
            );
          })}
          {now > from && now < to && (
            <line
              x1={`${shareOf(now, from, to) * 100}%`}
              x2={`${shareOf(now, from, to) * 100}%`}
              y2={HEIGHT}
              strokeWidth={2}
              className="stroke-ink forced-colors:stroke-[Highlight]"
            />
          )}
        </svg>
        <div aria-hidden="true" className="relative h-5 text-xs leading-5 text-soft tabular-nums">
          {marks.map(({ at, text }, n) => {
            const share = shareOf(at, from, to);
            // The first and the last stand inside, those between are centred on their moment.
            const place = share === 1 ? { insetInlineEnd: 0 } : { insetInlineStart: `${share * 100}%` };
            const shift = share > 0 && share < 1 ? '-translate-x-1/2 rtl:translate-x-1/2' : '';
            // On a small screen there is room for each second one.
            const room = n % 2 === 1 ? 'max-sm:hidden' : '';
            return (
              <span key={at} className={`absolute ${shift} ${room}`} style={place}>
                {text}
              </span>
            );
          })}
        </div>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-4">
        <Legend id={id} items={kinds} />
      </div>
      <AsTable {...table} />
    </div>
  );
}
