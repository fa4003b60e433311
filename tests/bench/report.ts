// The figures as Markdown: medians, and beside them the ranges, for on shared machines the range says how far to trust a median.
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

/** Ratios are taken within each round, so that a slow moment of the machine is in both sides of them. */
export function ratios(contenders: readonly Contender[], samples: Table): string {
  const of = (name: string, point: number) => samples[contenders.findIndex((each) => each.name === name)]?.[point];
  const lines: (readonly string[])[] = [];
  const compare = (name: string, other: string, aim: string) => {
    const [mine, theirs] = [of(name, 1), of(other, 1)];
    if (!mine || !theirs) return;
    lines.push([
      `${name} / ${other}, requests/s at 32`,
      spread(
        mine.map(({ rps }, i) => rps / theirs[i]!.rps),
        2,
      ),
      aim,
    ]);
  };
  const added = (name: string, aim: string) => {
    const [mine, theirs] = [of(name, 0), of('pipe', 0)];
    if (!mine || !theirs) return;
    const values = mine.map(({ p50 }, i) => p50 - theirs[i]!.p50);
    lines.push([`${name} - pipe, p50 at 1, ms`, spread(values, 2), aim]);
  };
  compare('plain', 'pipe', '1.0');
  compare('sealed', 'portkey', '3');
  compare('sealed', 'plain', '');
  compare('native', 'plain', '');
  compare('relayed', 'plain', '');
  compare('plain', 'plain before', '');
  compare('sealed', 'sealed before', '');
  compare('native', 'native before', '');
  added('plain', 'under 1');
  added('sealed', 'under 1');
  return lines.length > 0 ? table(['', 'measured', 'aim'], lines) : '';
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

/** Small tasks, and how many large ones a second there were beside them. */
export interface Beside extends Sample {
  readonly bulkRps: number;
}

export function mixedTable(
  contenders: readonly Contender[],
  samples: readonly (readonly Beside[])[],
  bulk: Omit<Point, 'seconds'>,
): string {
  const head = [`small tasks beside ${label(bulk)}`, 'p50, ms', 'p99, ms (aim: under 20)', 'worst, ms', 'large ones/s'];
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
      row('start to serving', 'ms', 0, ({ startMs }) => startMs, '400 ms'),
      row('processor for that', 'ms', 0, ({ startCpuMs }) => startCpuMs),
      row('memory at rest', 'MiB', 0, ({ restMiB }) => restMiB, '110 MiB'),
      row(`processor at rest, over ${idleSeconds} s`, '% of a core', 2, ({ idle }) => idle, '0.3 %'),
    ],
  );
}
