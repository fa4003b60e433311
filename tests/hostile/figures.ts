// The figures of each attack, printed as a table once all were made.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

export interface Row {
  readonly surface: string;
  readonly attack: string;
  /** Bytes. */
  readonly sent: number;
  readonly duringMs: number;
  readonly usualMs: number;
  readonly unanswered: number;
  readonly afterMs: number | undefined;
  /** MiB; undefined where the system does not tell. */
  readonly peak: number | undefined;
  /** Bytes. */
  readonly logged: number;
  readonly faults: readonly string[];
}

declare module 'vitest' {
  interface ProvidedContext {
    /** A file with a row a line. */
    figures: string;
  }
}

export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-figures-'));
  const file = join(folder, 'rows.jsonl');
  writeFileSync(file, '');
  project.provide('figures', file);
  return () => {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    rmSync(folder, { recursive: true });
    if (lines.length > 0) process.stdout.write(`\n${table(lines.map((line) => JSON.parse(line) as Row))}\n`);
  };
}

const HEAD = ['surface', 'attack', 'sent', 'honest ones', 'ratio', 'after', 'memory', 'log', ''];

export function table(rows: readonly Row[]): string {
  const cells = [...rows]
    .sort((one, other) => (one.surface < other.surface ? -1 : one.surface > other.surface ? 1 : 0))
    .map((row) => [
      row.surface,
      row.attack,
      size(row.sent),
      `${ms(row.duringMs)} / ${ms(row.usualMs)}${row.unanswered > 0 ? `, ${row.unanswered} unanswered` : ''}`,
      Number.isFinite(row.duringMs) ? (row.duringMs / row.usualMs).toFixed(1) : '-',
      ms(row.afterMs),
      row.peak === undefined ? '-' : `${Math.round(row.peak)} MiB`,
      size(row.logged),
      row.faults.join('; '),
    ]);
  const widths = HEAD.map((head, at) => Math.max(head.length, ...cells.map((cell) => cell[at]!.length)));
  return [HEAD, ...cells]
    .map((cell) =>
      cell
        .map((text, at) => text.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

// JSON has no infinity: it comes back as null.
const ms = (value: number | null | undefined) =>
  value === undefined || value === null || !Number.isFinite(value) ? '-' : `${Math.round(value)} ms`;

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
