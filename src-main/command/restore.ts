// `hearth restore`: puts a backup in place where no node runs. What is there is moved aside first, and only on command.

import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { OwnCopy } from '../engine/before-update.ts';
import type { SocketClient } from '../faces/socket.ts';
import { factLines } from './backup.ts';
import { EXIT } from './exit.ts';
import { momentText } from './figures.ts';
import { backupPassphrase } from './passphrase.ts';
import { askShown, isInteractive, plain, type Terminal } from './terminal.ts';
import { verb } from './verb.ts';

export const restoreVerb = verb({
  name: 'restore',
  args: 'FILE',
  about: 'puts a backup in place, or a copy that Hearth made by itself (its name in the folder backups)',
  flags: { replace: { about: 'moves aside what is there without asking' } },
  node: 'optional',
  json: 'what was brought back, into which folder, and where the former node lies.',
  read: ([file], { replace }) => ({ file: file!, replace }),
  run: (line, { node, dataDir, terminal }) => restore(node, dataDir, line, terminal),
});

interface RestoreLine {
  readonly file: string;
  /** In place of what is there, without being asked. */
  readonly replace: boolean;
  readonly json: boolean;
}

const WORD = 'replace';

/** Answers the exit code. */
async function restore(
  node: SocketClient | undefined,
  dataDir: string,
  { file, replace, json }: RestoreLine,
  terminal: Terminal,
): Promise<number> {
  if (node) {
    throw new HearthError({
      code: 'command.node-runs',
      category: 'conflict',
      message: 'A node runs on this data folder. Stop it first, or put the backup back in its pages, under Settings.',
    });
  }
  // Loaded when needed, for it brings what opens a data folder.
  const { ownCopies } = await import('../engine/before-update.ts');
  const copy = ownCopies(dataDir).find(({ name }) => name === basename(file));
  if (copy && (!existsSync(file) || resolve(file) === join(resolve(dataDir), 'backups', copy.name))) {
    return putCopyBack(dataDir, copy, { replace, json }, terminal);
  }
  if (!existsSync(file)) {
    throw new HearthError({ code: 'command.no-file', category: 'invalid', message: `There is no file ${file}.` });
  }
  const { isLivedIn, restoreInto } = await import('../engine/offline-backups.ts');
  const livedIn = isLivedIn(dataDir);
  if (livedIn && !replace && !isInteractive(terminal)) throw notConfirmed(dataDir);
  const passphrase = await backupPassphrase(terminal, file);
  const { facts, aside } = await restoreInto({ dataDir, file, passphrase }, async (restoring) => {
    const facts = await restoring.inspect();
    if (!json) for (const text of factLines(facts)) terminal.print(plain(text));
    if (livedIn && !replace) {
      const question = `A node lives in ${dataDir}. It is moved aside, not deleted. Type "${WORD}" to put this one in its place`;
      if ((await askShown(question, terminal)).trim() !== WORD) throw notConfirmed(dataDir);
    }
    return { facts, aside: await restoring.restore() };
  });
  if (json) terminal.print(jsonText({ facts, dataFolder: dataDir, aside: aside && join(dataDir, aside) }));
  else for (const text of doneLines(dataDir, aside)) terminal.print(plain(text));
  return EXIT.ok;
}

/** One of Hearth's own copies, by its name: it opens with the key that is in the folder, so no passphrase is asked for. */
async function putCopyBack(
  dataDir: string,
  { name, at }: OwnCopy,
  { replace, json }: Pick<RestoreLine, 'replace' | 'json'>,
  terminal: Terminal,
): Promise<number> {
  if (!replace) {
    if (!isInteractive(terminal)) throw notConfirmed(dataDir);
    const question = `The copy is of ${momentText(at)}; what came later is not in it. What is there now is moved aside, not deleted. Type "${WORD}" to put the copy in its place`;
    if ((await askShown(question, terminal)).trim() !== WORD) throw notConfirmed(dataDir);
  }
  const { putBack } = await import('../engine/before-update.ts');
  const aside = join('backups', putBack({ clock: systemClock }, dataDir, name));
  if (json) terminal.print(jsonText({ copy: name, dataFolder: dataDir, aside: join(dataDir, aside) }));
  else {
    terminal.print(plain(`The copy ${name} is in place in ${dataDir}. What was there is in ${join(dataDir, aside)}.`));
    terminal.print('Start it with "hearth serve".');
  }
  return EXIT.ok;
}

function doneLines(dataDir: string, aside: string | null): string[] {
  return [
    `Restored into ${dataDir}. Its key lies in a file again; "hearth key passphrase" puts it under a passphrase.`,
    ...(aside === null ? [] : [`What was there is in ${join(dataDir, aside)}.`]),
    'Start it with "hearth serve", and never the same node on two computers.',
  ];
}

function notConfirmed(dataDir: string): HearthError {
  return new HearthError({
    code: 'command.not-confirmed',
    category: 'cancelled',
    message: `A node lives in ${dataDir}, and --replace was not given. Nothing was changed. With --replace it is moved aside.`,
  });
}
