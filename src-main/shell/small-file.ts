// Small things that the desktop app keeps for itself in the data folder's `window`, as JSON: no settings, and nothing that
// a user would miss.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';

/** Undefined where there is none, or none that is understood. */
export function readSmall<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all. Throws what the disk says. */
export function writeSmall(file: string, value: unknown): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}
