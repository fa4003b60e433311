// What counts as harm. In every run that is work: honest ones that were not answered, what stays taken, memory, the log. How long honest
// ones waited is measured and printed each time, but judged in the long form alone (`npm run soak`), where the computer does nothing else.

/** What was seen of one attack. */
export interface Seen {
  readonly alive: boolean;
  /** Of honest ones that asked meanwhile: the milliseconds of each, undefined for one that was not answered. */
  readonly during: readonly (number | undefined)[];
  /** Of those that asked afterwards. */
  readonly after: readonly (number | undefined)[];
  /** What nine of ten are quicker than beside an honest load of as many bytes. */
  readonly usualMs: number;
  /** MiB; undefined where the system does not tell. */
  readonly peak: number | undefined;
  /** Bytes. */
  readonly logged: number;
}

export interface Judged {
  readonly faults: readonly string[];
  /** Time and memory, which may be the computer's doing: it counts where it is so on a fresh node as well. */
  readonly heavy: readonly string[];
}

const MOST_RATIO = 10;
/** A computer with other things to do is late by itself: what is quicker than this counts as this. */
const FLOOR_MS = 100;
const MOST_MIB = 400;
const MOST_LOGGED = 64 * 1024;

export function judge(seen: Seen, { byTime }: { readonly byTime: boolean }): Judged {
  const { alive, during, after, peak, logged } = seen;
  const unanswered = during.filter((ms) => ms === undefined).length;
  return {
    faults: [
      ...(alive ? [] : ['it ended']),
      ...(unanswered > 0 && unanswered === during.length ? [`none of ${unanswered} honest ones was answered`] : []),
      ...(after.every((ms) => ms === undefined) ? ['afterwards honest ones were not answered'] : []),
      ...(logged > MOST_LOGGED ? [`the log grew by ${whole(logged / 1024)} KiB`] : []),
    ],
    heavy: [
      ...((peak ?? 0) > MOST_MIB ? [`memory went up to ${whole(peak)} MiB`] : []),
      ...(byTime && alive ? lateness(seen, unanswered) : []),
    ],
  };
}

function lateness({ during, after, usualMs }: Seen, unanswered: number): string[] {
  const most = MOST_RATIO * Math.max(FLOOR_MS, usualMs);
  const [duringMs, afterMs] = [nineOfTen(during), soonAfter(after)];
  return [
    ...(unanswered > 0 ? [`${unanswered} of ${during.length} honest ones were not answered`] : []),
    ...(duringMs > most ? [`honest ones took ${whole(duringMs)} ms, beside an honest load ${whole(usualMs)}`] : []),
    ...(afterMs === undefined ? ['afterwards not every honest one was answered'] : []),
    ...((afterMs ?? 0) > most ? [`afterwards honest ones took ${whole(afterMs)} ms`] : []),
  ];
}

/** What nine of ten were quicker than; those without an answer are not among them. */
export function nineOfTen(times: readonly (number | undefined)[]): number {
  const known = times.filter((ms) => ms !== undefined).sort((one, other) => one - other);
  return known[Math.floor(known.length * 0.9)] ?? known.at(-1) ?? Number.POSITIVE_INFINITY;
}

/** Without the slowest, for one may meet a moment of the computer's; undefined where one was not answered. */
export function soonAfter(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((ms) => ms !== undefined).sort((one, other) => one - other);
  return known.length < times.length ? undefined : nineOfTen(known.slice(0, -1));
}

const whole = (value: number | undefined) => (value === undefined ? '-' : Math.round(value));
