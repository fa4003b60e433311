import { linesOf } from './geometry.ts';

export interface SparklineProps {
  /** What it shows, in a sentence. */
  readonly sentence: string;
  /** Oldest first; null where nothing was measured. */
  readonly values: readonly (number | null)[];
  /** The top of the picture; the highest value where it is left out. The foot is nought. */
  readonly most?: number;
  /** The user's limit, drawn across it. */
  readonly limit?: number;
}

const WIDTH = 100;
const HEIGHT = 28;

/** How something went of late, without an axis: the figure of now stands beside it. */
export function Sparkline({ sentence, values, most, limit }: SparklineProps) {
  const top = most ?? Math.max(...values.map((value) => value ?? 0), limit ?? 0, Number.MIN_VALUE);
  return (
    <svg
      role="img"
      aria-label={sentence}
      viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
      preserveAspectRatio="none"
      className="block h-7 w-full rtl:-scale-x-100"
    >
      {limit !== undefined && <Line path={linesOf([limit, limit], 0, top, WIDTH, HEIGHT)[0]!} dashed />}
      {linesOf(values, 0, top, WIDTH, HEIGHT).map((path) => (
        <Line key={path} path={path} />
      ))}
    </svg>
  );
}

function Line({ path, dashed = false }: { path: string; dashed?: boolean }) {
  return (
    <path
      d={path}
      fill="none"
      vectorEffect="non-scaling-stroke"
      strokeWidth={dashed ? 1 : 1.75}
      strokeDasharray={dashed ? '3 3' : undefined}
      strokeLinejoin="round"
      className={
        dashed ? 'stroke-edge forced-colors:stroke-[CanvasText]' : 'stroke-accent forced-colors:stroke-[CanvasText]'
      }
    />
  );
}
