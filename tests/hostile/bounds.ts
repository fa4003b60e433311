// All tables of bounds, found by their shape in the files of that name, wherever they are.
import { readdirSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BoundTable } from '../../src-main/base/bounds.ts';

const SOURCES = resolve(import.meta.dirname, '../../src-main');

export interface FoundTable extends BoundTable {
  /** Where it is, from the project's folder. */
  readonly file: string;
}

export async function findBounds(): Promise<readonly FoundTable[]> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(^|[\\/])bounds\.ts$/.test(file),
  );
  const tables: FoundTable[] = [];
  for (const file of files.sort()) {
    const module = (await import(pathToFileURL(resolve(SOURCES, file)).href)) as Record<string, unknown>;
    const found = Object.values(module).filter(isTable);
    tables.push(...found.map((table) => ({ ...table, file: `src-main/${file.replaceAll(sep, '/')}` })));
  }
  return tables.sort((one, other) => one.surface.localeCompare(other.surface, 'en'));
}

/** As attacks name them. */
export const namesIn = (tables: readonly BoundTable[]): readonly string[] =>
  tables.flatMap(({ surface, rows }) => Object.keys(rows).map((row) => `${surface}: ${row}`));

function isTable(value: unknown): value is BoundTable {
  if (typeof value !== 'object' || value === null || !('surface' in value) || !('rows' in value)) return false;
  const rows = Object.values(value.rows as object) as unknown[];
  return (
    rows.length > 0 && rows.every((row) => typeof row === 'object' && row !== null && 'unit' in row && 'why' in row)
  );
}
