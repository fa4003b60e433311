import { useLayoutEffect, useRef, useState } from 'react';
import { barsOf, labelled, scaleOf } from './scale.ts';

export interface BarsProps {
  /** What it shows, in a sentence. */
  readonly label: string;
  readonly values: readonly number[];
  /** Under each bar, as far as there is room. */
  readonly marks: readonly string[];
  /** Of each bar, for the pointer. */
  readonly titles: readonly string[];
  readonly tick: (value: number) => string;
  /** What the figures are of, in a word: above the axis. */
  readonly unit: string;
}

const HEIGHT = 186;
const TOP = 26;
const BOTTOM = 22;
/** A letter of the small size is about so wide, and a mark wants some air. */
const LETTER = 7;
const MARK_GAP = 8;
const FIRST_WIDTH = 640;

/** Bars over time, drawn as wide as there is room. The page beside it has the same figures as a table. */
export function Bars({ label, values, marks, titles, tick, unit }: BarsProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [whole, setWhole] = useState(FIRST_WIDTH);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const observer = new ResizeObserver(() => setWhole(Math.max(160, Math.floor(box.clientWidth))));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const scale = scaleOf(values);
  const ticks = scale.ticks.map(tick);
  const start = Math.ceil(Math.max(...ticks.map((text) => text.length)) * LETTER) + 10;
  const width = Math.max(40, whole - start);
  const height = HEIGHT - TOP - BOTTOM;
  const slot = width / values.length;
  const longest = Math.max(...marks.map((text) => text.length)) * LETTER;
  // The last mark stands further in than its bar, so as not to be cut off.
  const widest = longest + Math.max(0, (longest - slot) / 2) + MARK_GAP;
  const shown = new Set(labelled(values.length, Math.floor(width / widest)));
  const yOf = (value: number) => TOP + ((scale.most - value) / (scale.most - scale.least)) * height;
  const bars = barsOf(values, scale, width, height);
  return (
    <div ref={ref} className="overflow-hidden" dir="ltr">
      <svg role="img" aria-label={label} width={whole} height={HEIGHT} className="block text-xs tabular-nums">
        <text x={0} y={11} className="fill-soft forced-colors:fill-[CanvasText]">
          {unit}
        </text>
        {scale.ticks.map((value, index) => (
          <g key={value}>
            <line
              x1={start}
              x2={whole}
              y1={yOf(value)}
              y2={yOf(value)}
              className={value === 0 ? 'stroke-edge' : 'stroke-line'}
            />
            <text
              x={start - 8}
              y={yOf(value) + 4}
              textAnchor="end"
              className="fill-soft forced-colors:fill-[CanvasText]"
            >
              {ticks[index]}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => (
          <g key={titles[index]}>
            <title>{titles[index]}</title>
            <rect x={start + index * slot} y={TOP} width={slot} height={height} className="fill-transparent" />
            <rect
              x={start + bar.x}
              y={TOP + bar.y}
              width={bar.width}
              height={bar.height}
              rx={Math.min(2, bar.width / 2)}
              className="fill-accent forced-colors:fill-[CanvasText]"
            />
            {shown.has(index) && (
              <text
                x={Math.min(start + (index + 0.5) * slot, whole - (marks[index]!.length * LETTER) / 2)}
                y={HEIGHT - 6}
                textAnchor="middle"
                className="fill-soft forced-colors:fill-[CanvasText]"
              >
                {marks[index]}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}
