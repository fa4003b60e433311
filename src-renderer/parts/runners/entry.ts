// A runner as it is typed into the form: what is wrong with it, and the setting that it makes. Pure.
import { RunnerSetting } from '../../../src-preload/contract/settings/runners.ts';
import { readNumber } from '../../format/typed.ts';
import type { Translate } from '../../i18n/keys.ts';

export type RunnerKind = RunnerSetting['kind'];

/** Numbers as they are typed; empty: as is usual. */
export interface Entry {
  readonly kind: RunnerKind;
  readonly capability: string;
  readonly program: string;
  readonly image: string;
  /** One a line. */
  readonly args: string;
  readonly sleepSecs: string;
  readonly minutes: string;
  readonly outputMiB: string;
  readonly outputFiles: string;
  readonly memoryMiB: string;
  readonly cores: string;
  readonly pids: string;
  readonly tmpMiB: string;
  readonly network: boolean;
  readonly gpu: boolean;
}

type Figure = 'sleepSecs' | 'minutes' | 'outputMiB' | 'outputFiles' | 'memoryMiB' | 'cores' | 'pids' | 'tmpMiB';

interface FigureRule {
  readonly of: readonly RunnerKind[];
  readonly least: number;
  readonly most: number;
  /** What holds where nothing is typed, as `src-main/backends/runners/limits.ts` has it. */
  readonly usual: number;
  readonly fractions?: true;
}

const WORKING = ['program', 'container'] as const;
const CONTAINER = ['container'] as const;

export const figures: Readonly<Record<Figure, FigureRule>> = {
  sleepSecs: { of: ['noop'], least: 0, most: 86_400, usual: 5 },
  minutes: { of: WORKING, least: 0.1, most: 43_200, usual: 360, fractions: true },
  outputMiB: { of: WORKING, least: 1, most: 10_000_000, usual: 4096 },
  outputFiles: { of: WORKING, least: 1, most: 1024, usual: 512 },
  memoryMiB: { of: CONTAINER, least: 16, most: 10_000_000, usual: 2048 },
  cores: { of: CONTAINER, least: 0.01, most: 1000, usual: 1, fractions: true },
  pids: { of: CONTAINER, least: 1, most: 100_000, usual: 256 },
  tmpMiB: { of: CONTAINER, least: 1, most: 1_000_000, usual: 256 },
};

export const figuresOf = (kind: RunnerKind): readonly Figure[] =>
  (Object.keys(figures) as Figure[]).filter((figure) => figures[figure].of.includes(kind));

const EMPTY: Entry = {
  kind: 'program',
  capability: '',
  program: '',
  image: '',
  args: '',
  sleepSecs: '',
  minutes: '',
  outputMiB: '',
  outputFiles: '',
  memoryMiB: '',
  cores: '',
  pids: '',
  tmpMiB: '',
  network: false,
  gpu: false,
};

const SECONDS = 60;
const MILLICORES = 1000;
const text = (value: number | undefined) => (value === undefined ? '' : String(value));

/** `capability`: of a new one. */
export function entryOf(setting: RunnerSetting | undefined, capability = ''): Entry {
  if (!setting) return { ...EMPTY, capability };
  if (setting.kind === 'noop') {
    return { ...EMPTY, kind: 'noop', capability: setting.capability, sleepSecs: text(setting.sleepSecs) };
  }
  const both = {
    ...EMPTY,
    capability: setting.capability,
    args: (setting.args ?? []).join('\n'),
    minutes: text(setting.timeLimitSecs === undefined ? undefined : setting.timeLimitSecs / SECONDS),
    outputMiB: text(setting.outputMiB),
    outputFiles: text(setting.outputFiles),
  };
  if (setting.kind === 'program') return { ...both, kind: 'program', program: setting.program };
  return {
    ...both,
    kind: 'container',
    image: setting.image,
    memoryMiB: text(setting.memoryMiB),
    cores: text(setting.cpuMillicores === undefined ? undefined : setting.cpuMillicores / MILLICORES),
    pids: text(setting.pids),
    tmpMiB: text(setting.tmpMiB),
    network: setting.network ?? false,
    gpu: setting.gpu ?? false,
  };
}

/** In the place of the one for the same capability, or at the end. */
export function withRunner(list: readonly RunnerSetting[], next: RunnerSetting): RunnerSetting[] {
  const has = list.some(({ capability }) => capability === next.capability);
  return has ? list.map((each) => (each.capability === next.capability ? next : each)) : [...list, next];
}

/** An argument with a line break in it can't be typed one a line: such arguments are changed by command. */
export const hasLineBreak = (setting: RunnerSetting | undefined): boolean =>
  setting !== undefined && 'args' in setting && (setting.args ?? []).some((arg) => /[\r\n]/.test(arg));

export type Problems = Partial<Record<keyof Entry, string>>;

export interface Reading {
  readonly problems: Problems;
  /** Undefined where there is a problem. */
  readonly setting: RunnerSetting | undefined;
}

/** `taken`: capabilities that have a runner already. `args`: those to keep, where the form can't show them. */
export function read(entry: Entry, taken: readonly string[], t: Translate, args?: readonly string[]): Reading {
  const problems: Problems = {};
  const numbers = new Map<Figure, number | undefined>();
  for (const figure of figuresOf(entry.kind)) {
    const { least, most, fractions = false } = figures[figure];
    const value = readNumber(entry[figure], fractions);
    if (value !== undefined && !(value >= least && value <= most && (fractions || Number.isInteger(value)))) {
      problems[figure] = t(fractions ? 'fields.between' : 'fields.whole', { least, most });
    }
    numbers.set(figure, value);
  }
  const setting = RunnerSetting.safeParse(made(entry, numbers, args));
  for (const { path } of setting.error?.issues ?? []) {
    const [member] = path;
    if (member === 'capability' || member === 'program' || member === 'image')
      problems[member] ??= t(`runners.bad.${member}`);
    if (member === 'args') problems.args ??= t('runners.bad.args');
  }
  if (taken.includes(entry.capability.trim())) problems.capability ??= t('runners.bad.taken');
  return { problems, setting: Object.keys(problems).length === 0 ? setting.data : undefined };
}

/** Without what was left empty. */
function made(
  entry: Entry,
  numbers: ReadonlyMap<Figure, number | undefined>,
  kept: readonly string[] | undefined,
): object {
  const { kind, capability, program, image, network, gpu } = entry;
  const scaled = (figure: Figure, by: number) => {
    const value = numbers.get(figure);
    return value === undefined ? undefined : Math.max(1, Math.round(value * by));
  };
  const args = kept ?? entry.args.split(/\r?\n/).filter((line) => line !== '');
  const limits = {
    args: args.length === 0 ? undefined : args,
    timeLimitSecs: scaled('minutes', SECONDS),
    outputMiB: numbers.get('outputMiB'),
    outputFiles: numbers.get('outputFiles'),
  };
  const all =
    kind === 'noop'
      ? { sleepSecs: numbers.get('sleepSecs') }
      : kind === 'program'
        ? { program: program.trim(), ...limits }
        : {
            image: image.trim(),
            ...limits,
            network: network || undefined,
            gpu: gpu || undefined,
            memoryMiB: numbers.get('memoryMiB'),
            cpuMillicores: scaled('cores', MILLICORES),
            pids: numbers.get('pids'),
            tmpMiB: numbers.get('tmpMiB'),
          };
  const members = Object.entries({ kind, capability: capability.trim(), ...all });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}
