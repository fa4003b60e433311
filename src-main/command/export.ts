// `hearth export`: the ledger as a file on standard output, from the running node or from the data folder itself.

import type { EarningsExport } from '../../src-preload/contract/earnings.ts';
import type { Input } from '../../src-preload/contract/index.ts';
import { systemClock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { offline } from './offline.ts';
import type { Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { verb } from './verb.ts';

export const exportVerb = verb({
  name: 'export',
  about: 'the ledger on standard output, for a table or the tax office',
  more: 'The columns in money are empty unless power.worth is set, for no market says what a credit is worth.',
  flags: {
    year: { value: 'N', about: 'one local year', read: year },
    format: { value: 'csv|json', about: 'csv is the usual thing', read: format },
  },
  node: 'optional',
  json: 'the ledger as --format json has it.',
  read: (_, given, { json }) => ({ year: given.year, format: given.format ?? (json ? 'json' : 'csv') }) as const,
  run: (line, { node, dataDir, terminal }) => exportEarnings(node, dataDir, line, terminal),
});

function format(text: string): 'csv' | 'json' {
  if (text === 'csv' || text === 'json') return text;
  throw usage('--format takes csv or json.', 'export');
}

function year(text: string): number {
  if (/^(19[7-9]\d|[2-9]\d{3})$/.test(text)) return Number(text);
  throw usage('--year takes a year such as 2026.', 'export');
}

interface ExportLine {
  readonly format: 'csv' | 'json';
  /** A local year; all there is where it is left out. */
  readonly year: number | undefined;
}

type Ask = (input: Input<'earnings.export'>) => Promise<EarningsExport>;

/** Answers the exit code. Each part is written before the next is asked for, so that no size of ledger fills the memory. */
async function exportEarnings(
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
