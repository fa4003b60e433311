// The figures as Markdown: medians, and beside them the ranges, for on shared machines the range says how far to trust a median.
import { type Aim, atLeast, atMost } from './aims.ts';
import type { Vitals } from './hearth.ts';
import { median } from './processes.ts';
import { type Contender, label, type Point, type Sample } from './rounds.ts';

type Table = readonly (readonly (readonly Sample[])[])[];

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  `${[row(...head), `|${'---|'.repeat(head.length)}`, ...rows.map((cells) => row(...cells))].join('\n')}\n`;

/** `12 (10 to 15)` */
function spread(values: readonly number[], digits = 0): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  const middle = median(values).toFixed(digits);
  return values.length === 1 ? middle : `${middle} (${low} to ${high})`;
}

export function mainTable(contenders: readonly Contender[], samples: Table, memory: readonly number[]): string {
  const head = [
    '',
    'p50 at 1, ms',
    'requests/s at 32',
    'p50 at 32, ms',
    'p99 at 32, ms',
    'CPU µs/request at 32',
    'MiB',
  ];
  const rows = contenders.map(({ name }, at) => {
    const [one, many] = samples[at]! as [Sample[], Sample[]];
    return [
      name,
      spread(
        one.map(({ p50 }) => p50),
        2,
      ),
      spread(many.map(({ rps }) => rps)),
      median(many.map(({ p50 }) => p50)).toFixed(1),
      median(many.map(({ p99 }) => p99)).toFixed(1),
      spread(many.map(({ cpuUs }) => cpuUs)),
      memory[at]!.toFixed(0),
    ];
  });
  const loads = samples.flatMap(([, many]) => many!.map(({ loadUs }) => loadUs));
  return `${table(head, rows)}\nThe load generator takes ${median(loads).toFixed(0)} µs of processor a request.\n`;
}

interface Comparison {
  readonly what: string;
  /** One of each round. */
  readonly values: readonly number[];
  readonly aim?: Pick<Aim, 'aim' | 'kind' | 'unit'>;
}

/** What a build may lose beside the one before. */
const BEFORE = 0.9;

/** Ratios are taken within each round, so that a slow moment of the machine is in both sides of them. */
function comparisons(contenders: readonly Contender[], samples: Table): Comparison[] {
  const of = (name: string, point: number) => samples[contenders.findIndex((each) => each.name === name)]?.[point];
  const compare = (name: string, other: string, least?: number): Comparison[] => {
    const [mine, theirs] = [of(name, 1), of(other, 1)];
    if (!mine || !theirs) return [];
    return [
      {
        what: `${name} / ${other}, requests/s at 32`,
        values: mine.map(({ rps }, i) => rps / theirs[i]!.rps),
        ...(least !== undefined && { aim: { aim: least, kind: 'at least' } }),
      },
    ];
  };
  const added = (name: string): Comparison[] => {
    const [mine, theirs] = [of(name, 0), of('pipe', 0)];
    if (!mine || !theirs) return [];
    const values = mine.map(({ p50 }, i) => p50 - theirs[i]!.p50);
    return [{ what: `${name} - pipe, p50 at 1, ms`, values, aim: { aim: 1, kind: 'at most', unit: 'ms' } }];
  };
  return [
    ...compare('plain', 'pipe', 1),
    ...compare('sealed', 'portkey', 3),
    ...compare('sealed', 'plain'),
    ...compare('native', 'plain'),
    ...compare('relayed', 'plain'),
    ...['plain', 'sealed', 'native'].flatMap((name) => compare(name, `${name} before`, BEFORE)),
    ...added('plain'),
    ...added('sealed'),
  ];
}

export function ratios(contenders: readonly Contender[], samples: Table): string {
  const lines = comparisons(contenders, samples).map(({ what, values, aim }) => [
    what,
    spread(values, 2),
    aim ? `${aim.kind} ${aim.aim}` : '',
  ]);
  return lines.length > 0 ? table(['', 'measured', 'aim'], lines) : '';
}

export function ratioAims(contenders: readonly Contender[], samples: Table): Aim[] {
  return comparisons(contenders, samples).flatMap(({ what, values, aim }) =>
    aim ? [{ what, measured: median(values), ...aim }] : [],
  );
}

/** Where the node's processor time goes at 32 connections. */
export function threadTable(contenders: readonly Contender[], samples: Table): string {
  const ours = contenders.flatMap(({ name, wrapping }, at) => (wrapping.kind === 'bare' ? [] : [{ name, at }]));
  if (ours.length === 0) return '';
  const us = (at: number, thread: string) => median(samples[at]![1]!.map(({ threadsUs }) => threadsUs[thread] ?? 0));
  const threads = [
    ...new Set(ours.flatMap(({ at }) => samples[at]![1]!.flatMap(({ threadsUs }) => Object.keys(threadsUs)))),
  ].filter((thread) => ours.some(({ at }) => us(at, thread) >= 0.5));
  const rows = threads.map((thread) => [thread, ...ours.map(({ at }) => us(at, thread).toFixed(1))]);
  return table(['CPU µs/request at 32, by thread', ...ours.map(({ name }) => name)], rows);
}

/** Requests a second at each point, and ours as a share of the pipe's. */
export function growthTables(contenders: readonly Contender[], points: readonly Point[], samples: Table): string {
  const head = ['requests/s', ...points.map(label)];
  const rates = (at: number, point: number) => samples[at]![point]!.map(({ rps }) => rps);
  const rows = contenders.map(({ name }, at) => [name, ...points.map((_, point) => spread(rates(at, point)))]);
  const pipe = contenders.findIndex(({ name }) => name === 'pipe');
  const shares =
    pipe < 0
      ? []
      : contenders.flatMap(({ name, wrapping }, at) => {
          if (wrapping.kind === 'bare') return [];
          const share = (point: number) => rates(at, point).map((rps, i) => rps / rates(pipe, point)[i]!);
          return [[`${name} / pipe`, ...points.map((_, point) => spread(share(point), 2))]];
        });
  const cpu = contenders.map(({ name }, at) => [
    name,
    ...points.map((_, point) => spread(samples[at]![point]!.map(({ cpuUs }) => cpuUs))),
  ]);
  return `${table(head, [...rows, ...shares])}\n${table(['CPU µs/request', ...points.map(label)], cpu)}`;
}

/** Never far below the pipe, whatever the load. */
const LEAST_SHARE = 0.8;

export function growthAims(contenders: readonly Contender[], points: readonly Point[], samples: Table): Aim[] {
  const [plain, pipe] = ['plain', 'pipe'].map((name) => samples[contenders.findIndex((each) => each.name === name)]);
  if (!plain || !pipe) return [];
  return points.map((point, at) => {
    const shares = plain[at]!.map(({ rps }, i) => rps / pipe[at]![i]!.rps);
    return atLeast(`plain / pipe, requests/s at ${label(point)}`, median(shares), LEAST_SHARE);
  });
}

/** Small tasks, and how many large ones a second there were beside them. */
export interface Beside extends Sample {
  readonly bulkRps: number;
}

export function mixedTable(
  contenders: readonly Contender[],
  samples: readonly (readonly Beside[])[],
  bulk: Omit<Point, 'seconds'>,
): string {
  const head = [
    `small tasks beside ${label(bulk)}`,
    'p50, ms',
    `p99, ms (aim: ${SMALL_P99_MS})`,
    'worst, ms',
    'large ones/s',
  ];
  const rows = contenders.map(({ name }, at) => [
    name,
    spread(
      samples[at]!.map(({ p50 }) => p50),
      1,
    ),
    spread(
      samples[at]!.map(({ p99 }) => p99),
      1,
    ),
    spread(
      samples[at]!.map(({ worst }) => worst),
      1,
    ),
    spread(samples[at]!.map(({ bulkRps }) => bulkRps)),
  ]);
  return table(head, rows);
}

const SMALL_P99_MS = 20;

export function mixedAims(contenders: readonly Contender[], samples: readonly (readonly Beside[])[]): Aim[] {
  return contenders.flatMap(({ name, wrapping }, at) =>
    wrapping.kind === 'bare'
      ? []
      : [
          atMost(
            `${name}, small tasks beside large ones, p99`,
            median(samples[at]!.map(({ p99 }) => p99)),
            SMALL_P99_MS,
            'ms',
          ),
        ],
  );
}

const VITALS = { startMs: 400, restMiB: 110, idle: 0.3 };

/** The first is ours; another is the build before. */
export function vitalsTable(nodes: readonly Vitals[]): string {
  const { idleSeconds } = nodes[0]!;
  const row = (what: string, unit: string, digits: number, of: (each: Vitals) => number, aim = '') => [
    what,
    ...nodes.map((each) => `${of(each).toFixed(digits)} ${unit}`),
    aim,
  ];
  return table(
    ['the node', 'measured', ...(nodes.length > 1 ? ['before'] : []), 'aim'],
    [
      row('start to serving', 'ms', 0, ({ startMs }) => startMs, `${VITALS.startMs} ms`),
      row('processor for that', 'ms', 0, ({ startCpuMs }) => startCpuMs),
      row('memory at rest', 'MiB', 0, ({ restMiB }) => restMiB, `${VITALS.restMiB} MiB`),
      row(`processor at rest, over ${idleSeconds} s`, '% of a core', 2, ({ idle }) => idle, `${VITALS.idle} %`),
    ],
  );
}

export function vitalsAims([now, before]: readonly Vitals[]): Aim[] {
  if (!now) return [];
  return [
    atMost('start to serving', now.startMs, VITALS.startMs, 'ms'),
    atMost('memory at rest', now.restMiB, VITALS.restMiB, 'MiB'),
    atMost('processor at rest', now.idle, VITALS.idle, '% of a core'),
    ...(before
      ? [
          atLeast('start to serving, before / now', before.startMs / now.startMs, BEFORE),
          atLeast('memory at rest, before / now', before.restMiB / now.restMiB, BEFORE),
        ]
      : []),
  ];
}
