// `hearth export`: the ledger as a file on standard output, from the running node or from the data folder itself.

import type { EarningsExport } from '../../src-preload/contract/earnings.ts';
import type { Input } from '../../src-preload/contract/index.ts';
import { systemClock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { offline } from './offline.ts';
import type { Terminal } from './terminal.ts';

export interface ExportLine {
  readonly format: 'csv' | 'json';
  /** A local year; all there is where it is left out. */
  readonly year: number | undefined;
}

type Ask = (input: Input<'earnings.export'>) => Promise<EarningsExport>;

/** Answers the exit code. Each part is written before the next is asked for, so that no size of ledger fills the memory. */
export async function exportEarnings(
  node: SocketClient | undefined,
  dataDir: string,
  { format, year }: ExportLine,
  terminal: Terminal,
): Promise<number> {
  const all = async (ask: Ask) => {
    for (let after: string | undefined; ; ) {
      const part = await ask({ format, year, after });
      await terminal.write(part.text);
      if (part.next === null) return EXIT.ok;
      after = part.next;
    }
  };
  if (node) return all((input) => node.request('earnings.export', input));
  const { isLivedIn } = await import('../engine/offline-backups.ts');
  // An empty file for a mistyped folder would look as if nothing had been earned.
  if (!isLivedIn(dataDir)) {
    const message = `There is no node in ${dataDir}, so nothing to export. Check --data and HEARTH_HOME.`;
    throw new HearthError({ code: 'command.nothing-here', category: 'invalid', message });
  }
  return offline(dataDir, terminal, async ({ database: { read }, settings }) => {
    const { openExport } = await import('../engine/accounting.ts');
    return all(openExport({ clock: systemClock, read, settings }));
  });
}
