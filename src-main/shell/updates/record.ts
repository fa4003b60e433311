// What is known of an update over its restart: which version came from which, what lies ready for a way back, and whether the
// new one has proven itself. Pure, but for the file it is kept in.

import { z } from 'zod';
import { reasonFor } from '../../../src-i18n/reason.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { UpdatesView } from '../../../src-preload/contract/desktop.ts';

export const UpdateRecord = z.object({
  from: z.string().max(64),
  to: z.string().max(64),
  /** Epoch milliseconds. */
  at: z.number().int().nonnegative(),
  /** The database as it was, by its name in `backups`; null where there was none. */
  copy: z.string().max(128).nullable(),
  /** The program as it was, and where it belongs; null where only an installer could bring it back. */
  program: z.object({ kept: z.string().max(4096), place: z.string().max(4096) }).nullable(),
  /** Installing: until the new version starts, or has been stopped in good order within its trial. */
  phase: z.enum(['installing', 'trying', 'proven']),
});
export type UpdateRecord = z.infer<typeof UpdateRecord>;

/** How long a new version has to run before it may take tasks, and before there is no way back without losing any. */
export const TRIAL_MS = 60_000;

export type StartVerdict =
  /** Nothing to watch over. */
  | 'usual'
  /** This is the new version: it has to prove itself. */
  | 'trial'
  /** It tried before and did not get through its minute. */
  | 'failed-before'
  /** This is still the old version. */
  | 'not-installed';

/** What this start is, by the version that runs. */
export function startOf(record: UpdateRecord | undefined, version: string): StartVerdict {
  if (record === undefined || record.phase === 'proven') return 'usual';
  if (record.to !== version)
    return record.from === version && record.phase === 'installing' ? 'not-installed' : 'usual';
  return record.phase === 'trying' ? 'failed-before' : 'trial';
}

/** The way back to the version before, while there is something left of it. */
export function wayBackOf(record: UpdateRecord | undefined, version: string, backups: string): UpdatesView['wayBack'] {
  if (record === undefined || record.to !== version) return null;
  const here = record.phase !== 'proven' && record.program !== null;
  const copy = record.copy === null ? [] : [reasonFor('update.back-database', { file: `${backups}/${record.copy}` })];
  return { version: record.from, here, how: [howBack(record, here), ...copy] };
}

function howBack({ from: version, program }: UpdateRecord, here: boolean): Reason {
  if (here) return reasonFor('update.back-from-here', { version });
  if (program) return reasonFor('update.back-by-program', { version, file: program.kept });
  return reasonFor('update.back-by-installer', { version });
}
