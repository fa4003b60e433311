import type { Cell, Grid } from '../../../src-preload/contract/settings/availability.ts';

export interface FillProps {
  readonly cell: Cell;
  readonly outside: Grid['outside'] | undefined;
  /** Grows to the side instead of upwards. */
  readonly tall?: boolean;
}

const UP = { l: 'h-1/4', n: 'h-3/4', f: 'h-full' } as const;
const ALONG = { l: 'w-1/4', n: 'w-3/4', f: 'w-full' } as const;
const SOLID = 'bg-accent forced-colors:bg-[Highlight]';
/** What is not painted, and yet half open. */
const DOTS =
  'bg-[repeating-linear-gradient(135deg,var(--accent)_0_1.5px,transparent_1.5px_4px)] forced-color-adjust-none forced-colors:bg-[repeating-linear-gradient(135deg,CanvasText_0_1px,transparent_1px_4px)]';
const CROSSED =
  'bg-[repeating-linear-gradient(45deg,var(--edge)_0_1px,transparent_1px_4px)] forced-color-adjust-none forced-colors:bg-[repeating-linear-gradient(45deg,GrayText_0_1px,transparent_1px_4px)]';

/** How much is shared in a half hour, as the eye sees it without colours: the more, the fuller. */
export function Fill({ cell, outside, tall = false }: FillProps) {
  if (cell === 'o') return <span aria-hidden="true" className={`absolute inset-0 ${CROSSED}`} />;
  if (cell === '-') {
    if (outside !== 'reduced') return null;
    return (
      <span
        aria-hidden="true"
        className={`absolute bottom-0 start-0 ${tall ? 'h-full w-1/2' : 'h-1/2 w-full'} ${DOTS}`}
      />
    );
  }
  const size = tall ? `h-full ${ALONG[cell]}` : `w-full ${UP[cell]}`;
  return <span aria-hidden="true" className={`absolute bottom-0 start-0 ${size} ${SOLID}`} />;
}

/** The same as a sign beside its word. */
export function Swatch({ cell, outside }: Pick<FillProps, 'cell' | 'outside'>) {
  return (
    <span
      aria-hidden="true"
      className="relative inline-block size-4 shrink-0 overflow-hidden rounded-xs border border-edge"
    >
      <Fill cell={cell} outside={outside} />
    </span>
  );
}
