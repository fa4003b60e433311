import type { LucideIcon } from 'lucide-react';
import { type Tone, toneText, toneTint } from '../tone.ts';

/** How one stop is joined to the one before it: proven, not proven, or nothing gets through. */
export type Joint = 'open' | 'unproven' | 'shut';

export interface Stop {
  readonly id: string;
  readonly name: string;
  /** How it stands, in a word or two. */
  readonly word: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
  /** Of the line that leads to it; the first stop has none. */
  readonly joint: Joint;
  /** Shows the proof; left out, there is none to show. */
  readonly onOpen?: () => void;
  /** The proof is shown now. */
  readonly open?: boolean;
}

export interface PathProps {
  /** What it shows, in a sentence. */
  readonly sentence: string;
  readonly stops: readonly Stop[];
  /** Where the way parts at last, one beneath the other. */
  readonly ends?: readonly Stop[];
}

/** What the lines to several ends come from: it reaches from the first one's middle to the last one's. */
const FAN =
  'relative sm:before:absolute sm:before:inset-y-0 sm:before:start-0 sm:before:border-s-2 sm:before:border-edge sm:first:before:top-1/2 sm:last:before:bottom-1/2 forced-colors:before:border-[CanvasText]';

/** The way from one end to another, stop by stop: side by side, and beneath one another where there is little room. */
export function Path({ sentence, stops, ends = [] }: PathProps) {
  return (
    <ol aria-label={sentence} className="flex max-sm:flex-col sm:flex-wrap sm:gap-y-3">
      {stops.map((stop, index) => (
        <li key={stop.id} className="flex min-w-0 max-sm:flex-col sm:items-center">
          {index > 0 && <Way joint={stop.joint} />}
          <Node stop={stop} />
        </li>
      ))}
      {ends.length > 0 && (
        <li className="sm:flex sm:items-center">
          {ends.length > 1 && (
            <span
              aria-hidden="true"
              className="ms-1 w-3 shrink-0 border-edge border-t-2 max-sm:hidden forced-colors:border-[CanvasText]"
            />
          )}
          <ul>
            {ends.map((end) => (
              <li
                key={end.id}
                className={`flex min-w-0 py-[3px] max-sm:flex-col sm:items-center ${ends.length > 1 ? FAN : ''}`}
              >
                <Way joint={end.joint} joined={ends.length > 1} />
                <Node stop={end} />
              </li>
            ))}
          </ul>
        </li>
      )}
    </ol>
  );
}

const lines: Record<Joint, string> = {
  open: 'border-solid border-good forced-colors:border-[CanvasText]',
  unproven: 'border-dashed border-edge forced-colors:border-[CanvasText]',
  shut: 'border-dotted border-warn forced-colors:border-[CanvasText]',
};

/** `joined`: it begins at another line, and not beside a stop. */
function Way({ joint, joined = false }: { joint: Joint; joined?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={`relative shrink-0 max-sm:ms-[1.125rem] max-sm:h-4 max-sm:border-s-2 ${joined ? 'sm:me-1' : 'sm:mx-1'} sm:w-6 lg:w-10 sm:border-t-2 ${lines[joint]}`}
    >
      {joint === 'shut' && (
        <svg
          aria-hidden="true"
          width={11}
          height={11}
          className="absolute max-sm:start-[-6.5px] max-sm:top-0.5 sm:start-1/2 sm:top-[-6.5px] sm:-ms-[5px]"
        >
          <path d="M1 1L10 10M10 1L1 10" strokeWidth={2} className="stroke-warn forced-colors:stroke-[CanvasText]" />
        </svg>
      )}
    </span>
  );
}

function Node({ stop: { name, word, tone, icon: Icon, onOpen, open = false } }: { stop: Stop }) {
  const inside = (
    <>
      <span
        className={`grid size-9 shrink-0 place-items-center rounded-full forced-colors:border ${toneText[tone]} ${toneTint[tone]}`}
      >
        <Icon aria-hidden="true" size={18} />
      </span>
      <span className="min-w-0 text-start">
        <span className="block leading-4 font-medium">{name}</span>
        <span className={`block text-xs leading-4 ${toneText[tone]}`}>{word}</span>
      </span>
    </>
  );
  const look = 'flex min-h-10 items-center gap-2 rounded-md';
  if (!onOpen) return <span className={look}>{inside}</span>;
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={onOpen}
      className={`${look} -mx-1 px-1 hover:bg-sunken ${open ? 'bg-sunken' : ''}`}
    >
      {inside}
    </button>
  );
}
