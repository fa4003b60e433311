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

/** What the lines to several ends come from: down to the last one's middle, from the first one's or, one beneath the other, from the stop above. */
const FAN =
  'relative before:absolute before:inset-y-0 before:start-0 before:border-s-2 before:border-edge sm:first:before:top-1/2 last:before:bottom-1/2 forced-colors:before:border-[CanvasText]';

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
              className="shrink-0 border-edge max-sm:ms-[1.125rem] max-sm:h-2 max-sm:border-s-2 sm:ms-1 sm:w-3 sm:border-t-2 forced-colors:border-[CanvasText]"
            />
          )}
          <ul className={ends.length > 1 ? 'max-sm:ms-[1.125rem]' : ''}>
            {ends.map((end) => (
              <li
                key={end.id}
                className={`flex min-w-0 py-[3px] ${ends.length > 1 ? `items-center ${FAN}` : 'max-sm:flex-col sm:items-center'}`}
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

const ACROSS = 'me-1 w-6 border-t-2';
const BESIDE = 'max-sm:ms-[1.125rem] max-sm:h-4 max-sm:border-s-2 sm:mx-1 sm:w-6 sm:border-t-2';

/** `joined`: it begins at another line, and not beside a stop. */
function Way({ joint, joined = false }: { joint: Joint; joined?: boolean }) {
  return (
    <span aria-hidden="true" className={`relative shrink-0 ${joined ? ACROSS : BESIDE} lg:w-10 ${lines[joint]}`}>
      {joint === 'shut' && (
        <svg
          aria-hidden="true"
          width={11}
          height={11}
          className={`absolute sm:start-1/2 sm:top-[-6.5px] sm:-ms-[5px] ${
            joined ? 'start-1/2 top-[-6.5px] -ms-[5px]' : 'max-sm:start-[-6.5px] max-sm:top-0.5'
          }`}
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
