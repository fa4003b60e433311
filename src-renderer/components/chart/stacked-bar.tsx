import { type ReactNode, useId } from 'react';
import { portionsOf } from './geometry.ts';
import { Filled, type Paint, Swatch, Textures } from './paint.tsx';

export interface StackedPart {
  readonly id: string;
  readonly name: string;
  readonly value: number;
  /** "4 of 16 GB", beside the name. */
  readonly figure: ReactNode;
  readonly paint: Paint;
}

export interface StackedBarProps {
  /** What it shows, in a sentence. */
  readonly sentence: string;
  readonly parts: readonly StackedPart[];
  /** The whole; what the parts leave of it stays empty. */
  readonly total: number;
}

const HEIGHT = 20;

/** One whole and who has what of it. The list beneath is its legend and its table at once. */
export function StackedBar({ sentence, parts, total }: StackedBarProps) {
  const id = useId();
  const portions = portionsOf(
    parts.map(({ value }) => value),
    total,
  );
  return (
    <div className="space-y-2">
      <svg
        role="img"
        aria-label={sentence}
        width="100%"
        height={HEIGHT}
        className="block rounded-sm bg-sunken rtl:-scale-x-100 forced-colors:border forced-colors:bg-[Canvas]"
      >
        <Textures id={id} />
        {parts.map(({ id: key, paint }, index) => {
          const { start, size } = portions[index]!;
          return (
            size > 0 && <Filled key={key} paint={paint} id={id} x={start * 100} width={size * 100} height={HEIGHT} />
          );
        })}
        {portions.slice(1).map(({ start, size }, index) => {
          // A gap between neighbours, which may have the same texture.
          const x = `${start * 100}%`;
          return (
            size > 0 &&
            start > 0 && (
              <line
                key={parts[index + 1]!.id}
                x1={x}
                x2={x}
                y2={HEIGHT}
                strokeWidth={2}
                className="stroke-panel forced-colors:stroke-[CanvasText]"
              />
            )
          );
        })}
      </svg>
      <dl className="flex flex-wrap gap-x-5 gap-y-1">
        {parts.map(({ id: key, name, figure, paint }) => (
          <div key={key} className="flex items-baseline gap-1.5">
            <dt className="flex items-center gap-1.5 text-soft">
              <Swatch id={id} paint={paint} />
              {name}
            </dt>
            <dd className="tabular-nums">{figure}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
