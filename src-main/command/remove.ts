// `hearth remove-everything`: shows what there is, asks for the words, leaves the networks and takes it all away. Who this node
// is and what it earned stays unless that is asked for too.

import type { RemovalView } from '../../src-preload/contract/removal.ts';
import { REMOVAL_WORDS } from '../../src-preload/contract/removal.ts';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import { knownFoldersFile } from '../engine/folders.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { askShown, isInteractive, plain, readAll, size, type Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { verb } from './verb.ts';

export const removeVerb = verb({
  name: 'remove-everything',
  about: 'leaves the networks and removes what is here',
  flags: {
    keys: { about: 'also who this node is, what it earned, its wallet and its backups' },
    'give-up': { value: 'SAT', about: 'with --keys: what your wallet holds, where that may be lost', read: satOf },
  },
  node: 'optional',
  json: 'what is left, and what is not for Hearth to take away.',
  exits: { failed: 'something could not be removed' },
  read: (_, given) => given,
  run: (line, { node, dataDir, terminal }) => removeEverything(node, dataDir, line, terminal),
});

function satOf(text: string): number {
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text);
  throw usage('--give-up takes the amount in sat that your wallet holds.', 'remove-everything');
}

interface RemoveLine {
  /** Identity, earnings and backups too. */
  readonly keys: boolean;
  readonly 'give-up': number | undefined;
  readonly json: boolean;
}

/** Running tasks are let end, and networks are left. */
const WAIT_MS = 300_000;

/** Answers the exit code: failed where something is left that should not be. */
async function removeEverything(
  node: SocketClient | undefined,
  dataDir: string,
  { keys, 'give-up': giveUp, json }: RemoveLine,
  terminal: Terminal,
): Promise<number> {
  const { removeOffline, whatThereIs } = await import('../engine/offline-removal.ts');
  const options = { dataDir, known: knownFoldersFile() };
  const keepKeys = !keys;
  const before = node ? await node.request('removal.get', undefined) : whatThereIs(options);
  if (!json) for (const text of beforeLines(before, keepKeys)) terminal.print(plain(text));
  const typed = isInteractive(terminal)
    ? await askShown(`Type "${REMOVAL_WORDS}" to go on`, terminal)
    : await readAll(terminal);
  if (typed.trim() !== REMOVAL_WORDS) {
    throw new HearthError({
      code: 'command.not-confirmed',
      category: 'cancelled',
      message: `Nothing was removed: that takes the words "${REMOVAL_WORDS}", typed or on standard input.`,
    });
  }
  const left = node
    ? await node.request('removal.run', { confirm: REMOVAL_WORDS, keepKeys, giveUp }, { timeoutMs: WAIT_MS })
    : await removeOffline(options, { keepKeys, giveUp });
  const failed = left.items.filter(({ kept }) => !kept);
  if (json) terminal.print(jsonText(left));
  else for (const text of afterLines(left)) terminal.print(plain(text));
  return failed.length === 0 ? EXIT.ok : EXIT.failed;
}

function beforeLines({ items, remains }: RemovalView, keepKeys: boolean): string[] {
  const stays = items.filter(({ kept }) => kept && keepKeys);
  const goes = items.filter((item) => !stays.includes(item));
  return [
    goes.length === 0 ? 'There is nothing to remove.' : 'This goes:',
    ...goes.map(({ path, bytes }) => `  ${path} (${size(bytes)})`),
    ...(stays.length > 0
      ? ['This stays: who this node is, what it earned, and backups. With --keys it goes too.']
      : []),
    ...stays.map(({ path, bytes }) => `  ${path} (${size(bytes)})`),
    ...(items.some(({ kind }) => kind === 'boxes')
      ? ['Boxes of strangers end first: their customers get back what is left of what they paid.']
      : []),
    'This is not for Hearth to take away:',
    ...remains.map(({ says }) => `  ${says}`),
  ];
}

/** What was to go, and is for somebody else to take away now. */
const NEW = new Set(['removal.images', 'removal.unreached']);

function afterLines({ items, remains }: RemovalView): string[] {
  const failed = items.filter(({ kept }) => !kept);
  return [
    failed.length === 0 ? 'Hearth has left this computer.' : 'This could not be removed:',
    ...failed.map(({ path }) => `  ${path}`),
    ...(failed.some(({ kind }) => kind === 'boxes')
      ? ['Boxes of strangers may be left: start Podman or Docker, and remove everything again.']
      : []),
    ...remains.filter(({ code }) => NEW.has(code)).map(({ says }) => says),
    ...items.filter(({ kept }) => kept).map(({ path }) => `Kept: ${path}`),
  ];
}
