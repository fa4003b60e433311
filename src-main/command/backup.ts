// `hearth backup`: one sealed file with all that makes this node what it is; `--test` is the restore drill.

import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BackupFacts, PIECE_BYTES, type RestoreTestView } from '../../src-preload/contract/backup.ts';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { amountText, momentText } from './figures.ts';
import { fileExists, withFile } from './file.ts';
import { offline } from './offline.ts';
import { backupPassphrase, newPassphrase } from './passphrase.ts';
import { plain, size, type Terminal } from './terminal.ts';
import { verb } from './verb.ts';

export const backupVerb = verb({
  name: 'backup',
  args: 'FILE',
  about: 'one file, sealed with a passphrase of your own, with all that makes this node what it is',
  flags: { test: { about: 'the restore drill instead: proves that the file would bring this node back' } },
  node: 'optional',
  json: 'the file, its size and what is in it; with --test each check of the drill.',
  exits: { failed: 'failed, or the drill did' },
  read: ([file], { test }) => ({ file: file!, test }),
  run: (line, { node, dataDir, terminal }) => backup(node, dataDir, line, terminal),
});

interface BackupLine {
  readonly file: string;
  readonly test: boolean;
  readonly json: boolean;
}

/** A large database on a slow card takes a while. */
const WAIT_MS = 60 * 60_000;

/** Answers the exit code: failed where a drill did. */
async function backup(
  node: SocketClient | undefined,
  dataDir: string,
  line: BackupLine,
  terminal: Terminal,
): Promise<number> {
  if (!line.test) return create(node, dataDir, line, terminal);
  const restoreTest = await test(node, dataDir, line.file, terminal);
  if (line.json) terminal.print(jsonText(restoreTest));
  else for (const text of restoreTestLines(restoreTest)) terminal.print(plain(text));
  return restoreTest.ok ? EXIT.ok : EXIT.failed;
}

async function create(
  node: SocketClient | undefined,
  dataDir: string,
  { file, json }: BackupLine,
  terminal: Terminal,
): Promise<number> {
  const engine = await import('../engine/offline-backups.ts');
  if (!node && !engine.isLivedIn(dataDir)) {
    throw refused('command.nothing-here', `There is no node in ${dataDir} to back up.`);
  }
  if (existsSync(file)) throw fileExists(file);
  if (!existsSync(dirname(file)))
    throw refused('command.file-unusable', `There is no folder ${dirname(file)}. Name another file.`);
  const passphrase = await newPassphrase(terminal);
  const made = node
    ? await node.request('backup.create', { passphrase }, { timeoutMs: WAIT_MS })
    : await offline(dataDir, terminal, (state) => engine.createBackup(state, dataDir, passphrase));
  await withFile(file, async () => {
    await copyFile(join(dataDir, 'backups', made.name), file, constants.COPYFILE_EXCL);
    await chmod(file, 0o600);
  });
  if (json) terminal.print(jsonText({ file, bytes: made.bytes, facts: made.facts }));
  else for (const text of madeLines(file, made)) terminal.print(plain(text));
  return EXIT.ok;
}

async function test(
  node: SocketClient | undefined,
  dataDir: string,
  file: string,
  terminal: Terminal,
): Promise<RestoreTestView> {
  // Said before a passphrase is typed for nothing.
  await readable(file);
  const passphrase = await backupPassphrase(terminal, file);
  const engine = await import('../engine/offline-backups.ts');
  if (!node && !engine.isLivedIn(dataDir)) return engine.testBackupAlone(file, passphrase);
  if (!node) return offline(dataDir, terminal, (state) => engine.testBackup(state, dataDir, file, passphrase));
  const name = await handOver(node, file);
  try {
    return await node.request('backup.test', { name, passphrase }, { timeoutMs: WAIT_MS });
  } finally {
    await node.request('backup.discard', { name });
  }
}

/** Rejects with `command.file-unusable` where it is no file that can be read. */
async function readable(path: string): Promise<void> {
  await withFile(path, async () => {
    const file = await open(path, 'r');
    try {
      await file.read(Buffer.alloc(1), 0, 1, 0);
    } finally {
      await file.close();
    }
  });
}

/** In pieces, as a page does it: the node reads no file by a name that it is given. */
async function handOver(node: SocketClient, path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) throw refused('backup.not-a-backup', `${path} is empty.`);
    const { name } = await node.request('backup.receive', { bytes: size });
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let offset = 0; offset < size; ) {
      const { bytesRead } = await file.read(piece, 0, piece.length, offset);
      if (bytesRead === 0) throw refused('backup.cut', `${path} became shorter while it was read.`);
      await node.request('backup.write', { name, offset, data: piece.toString('base64', 0, bytesRead) });
      offset += bytesRead;
    }
    return name;
  } finally {
    await file.close();
  }
}

/** What is in a backup, and what each part brings back. */
export function factLines({
  madeAt,
  version,
  node,
  identities,
  ledger,
  tasks,
  secrets,
  settings,
}: BackupFacts): string[] {
  const from = node ? ` of "${node}"` : '';
  return [
    `Made${from} on ${momentText(madeAt)} by Hearth ${version}. It brings back:`,
    identities.length === 0
      ? '  identity: none yet, no network was joined'
      : `  identity: the same node for ${identities.map(({ network, nodeId }) => `${network} (${nodeId})`).join(', ')}`,
    ...(ledger.length === 0 ? ['  ledger: no earnings yet'] : []),
    ...ledger.map(
      ({ network, unit, amountMicro, entries }) =>
        `  ledger: ${entries} entries, ${amountText(amountMicro, unit, true)} (${network})`,
    ),
    `  history: ${tasks} tasks, never their content`,
    `  secrets: ${secrets} sealed values, such as node tokens and keys of model servers`,
    `  settings: ${settings} that you have chosen`,
  ];
}

function madeLines(file: string, { bytes, facts }: { readonly bytes: number; readonly facts: BackupFacts }): string[] {
  return [
    `${file}: ${size(bytes)}, sealed with your passphrase.`,
    ...factLines(facts),
    "It can't be opened without the passphrase, and a lost passphrase can't be replaced.",
    `Prove it with "hearth backup --test ${file}". Don't let two computers run the same node.`,
  ];
}

const MARKS = { ok: 'ok     ', failed: 'FAILED ', skipped: '-      ' } as const;

function restoreTestLines({ ok, checks, at, backup }: RestoreTestView): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  return [
    ...checks.map(({ name, state, reason }) => `${MARKS[state]}${name.padEnd(width)}${reason.message}`),
    ok
      ? `The backup works: tested on ${momentText(at)}.`
      : backup
        ? 'The backup would not bring this node back.'
        : 'The backup could not be opened, so nothing is proven.',
  ];
}

function refused(code: string, message: string): HearthError {
  return new HearthError({ code, category: 'invalid', message });
}
