// The state of the node in one line, made of what the engine decided. The engine puts its English one into `--json` and the terminal,
// tray and pages make theirs of the same code and values, each in its language.
import type { Why } from '../src-preload/contract/availability.ts';
import { minutesLeft } from '../src-preload/contract/left.ts';
import type { Headline } from '../src-preload/contract/node.ts';
import type { state, why } from './en/state.ts';
import type { Stem, Values } from './fill.ts';

export type HeadlineCode = Exclude<Stem<keyof typeof state.sentence>, 'because' | 'left' | 'soon' | 'kept'>;
type StateKey =
  | `state.sentence.${Stem<keyof typeof state.sentence>}`
  | `state.work.${Stem<keyof typeof state.work>}`
  | `why.${keyof typeof why}`;

/** What a line needs of a language. */
export interface Tongue {
  readonly t: (key: StateKey, values?: Values) => string;
  readonly f: {
    /** "14:02", and "Mon 14:02" where that is more than a day away. */
    readonly until: (at: number, now: number) => string;
    readonly gigabytes: (bytes: number) => string;
    /** "a, b and c" */
    readonly list: (words: readonly string[]) => string;
  };
  /** Text of strangers, made fit to stand inside a sentence. */
  readonly quote: (text: string, most: number) => string;
}

const LONGEST_NAME = 64;

const KINDS = ['tasks', 'jobs', 'leases'] as const;

/** Such as "Paused until 18:00 (app: factorio)" or "Finishing, 2 tasks and 1 job left, ~3 min". */
export function headlineText(headline: Headline, now: number, tongue: Tongue): string {
  const { kept } = headline.values;
  const sentence = withTime(headline, now, tongue);
  return typeof kept === 'number' && kept > 0 ? tongue.t('state.sentence.kept', { sentence, count: kept }) : sentence;
}

function withTime({ code, values, until, endsAt, because }: Headline, now: number, tongue: Tongue): string {
  const { t, f, quote } = tongue;
  const quoted = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? quote(value, LONGEST_NAME) : value,
  ]);
  const time = until === null ? {} : { time: f.until(until, now) };
  const work = { work: f.list(runningWords(values, tongue)) };
  const sentence = t(`state.sentence.${code as HeadlineCode}`, { ...Object.fromEntries(quoted), ...time, ...work });
  if (because !== null) return t('state.sentence.because', { sentence, why: whyText(because, tongue) });
  const minutes = minutesLeft(endsAt, now);
  if (minutes === undefined) return sentence;
  return minutes === 0 ? t('state.sentence.soon', { sentence }) : t('state.sentence.left', { sentence, minutes });
}

/** "2 tasks", "1 job": of each kind of work that there is. */
function runningWords(values: Headline['values'], { t }: Tongue): string[] {
  return KINDS.flatMap((kind) => {
    const count = values[kind];
    return typeof count === 'number' && count > 0 ? [t(`state.work.${kind}`, { count })] : [];
  });
}

/** "app: factorio", "on battery, 41 %": what binds, in a few words that stand inside a sentence. */
export function whyText({ code, args }: Pick<Why, 'code' | 'args'>, { t, f, quote }: Tongue): string {
  const app = quote(args.app ?? '', LONGEST_NAME);
  switch (code) {
    case 'battery':
      return args.percent === undefined ? t('why.battery') : t('why.batteryAt', { percent: args.percent });
    case 'fullscreen':
      return args.app === undefined ? t('why.fullscreen') : t('why.fullscreenApp', { app });
    case 'apps':
      return t('why.apps', { app });
    case 'cpuHeat':
    case 'gpuHeat':
      return t(`why.${code}`, { celsius: args.celsius ?? 0 });
    case 'dayData':
    case 'monthData':
      return t(`why.${code}`, { most: f.gigabytes(args.most ?? 0) });
    case 'grid':
      return t(args.level === 'off' ? 'why.gridOff' : 'why.gridLess');
    default:
      return t(`why.${code}`);
  }
}
