import { AsTable, type ChartTable } from './as-table.tsx';
import { farOf, placesOf } from './geometry.ts';

export interface MappedPeer {
  readonly id: string;
  /** For the pointer: who, how, how long. */
  readonly title: string;
  /** Its packets go through another node. */
  readonly relayed: boolean;
  /** Null where it was not measured: it stands at the rim. */
  readonly latencyMs: number | null;
}

export interface PeerMapProps {
  /** What it shows, in a sentence. */
  readonly sentence: string;
  readonly peers: readonly MappedPeer[];
  readonly table: ChartTable;
}

/** More than these are a cloud; the table has them all. */
const MOST = 60;
const LEAST_MS = 5;
const MOST_MS = 1000;
const RINGS = [10, 100, 1000];
const RADIUS = 92;
const CLEAR = 14;
const SIZE = 200;

/** Others around this computer: the nearer the quicker. A round one is reached directly, a square one through another node. */
export function PeerMap({ sentence, peers, table }: PeerMapProps) {
  const shown = peers.slice(0, MOST);
  const places = placesOf(
    shown.map(({ latencyMs }) => (latencyMs === null ? 1 : farOf(latencyMs, LEAST_MS, MOST_MS))),
    RADIUS,
    CLEAR,
  );
  return (
    <div className="space-y-2">
      <svg
        role="img"
        aria-label={sentence}
        viewBox={`${-SIZE / 2} ${-SIZE / 2} ${SIZE} ${SIZE}`}
        className="block w-full max-w-80 text-[8px]"
      >
        {RINGS.map((ms) => {
          const radius = CLEAR + farOf(ms, LEAST_MS, MOST_MS) * (RADIUS - CLEAR);
          return (
            <g key={ms}>
              <circle
                r={radius}
                fill="none"
                strokeWidth={0.5}
                className="stroke-line forced-colors:stroke-[CanvasText]"
              />
              <text y={-radius - 1.5} textAnchor="middle" className="fill-soft forced-colors:fill-[CanvasText]">
                {ms}
              </text>
            </g>
          );
        })}
        {shown.map(({ id, relayed }, index) => (
          <line
            key={id}
            x2={places[index]!.x}
            y2={places[index]!.y}
            strokeWidth={1}
            strokeDasharray={relayed ? '3 3' : undefined}
            className="stroke-edge forced-colors:stroke-[CanvasText]"
          />
        ))}
        {shown.map(({ id, title, relayed }, index) => {
          const { x, y } = places[index]!;
          return (
            <g key={id}>
              <title>{title}</title>
              {relayed ? (
                <rect
                  x={x - 4}
                  y={y - 4}
                  width={8}
                  height={8}
                  strokeWidth={2}
                  className="fill-panel stroke-warn forced-colors:stroke-[CanvasText]"
                />
              ) : (
                <circle cx={x} cy={y} r={4.5} className="fill-accent forced-colors:fill-[CanvasText]" />
              )}
            </g>
          );
        })}
        <circle r={6} className="fill-ink forced-colors:fill-[CanvasText]" />
      </svg>
      <AsTable {...table} />
    </div>
  );
}
