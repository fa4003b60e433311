// Removing Hearth from a computer: what there is of it, what stays, and taking away the rest. Only names that Hearth gives
// itself are touched: whatever else lies in a data folder is the user's.

import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Remainder, RemovalItem, RemovalKind, RemovalView } from '../../src-preload/contract/removal.ts';
import { DATABASE, KEYS } from '../backup/put-back.ts';
import { autostartFile, readAutostart } from './autostart.ts';
import { sizeOf } from './diagnostics.ts';
import { forget } from './prior-run.ts';

export interface RemovalOptions {
  readonly dataDir: string;
  /** The user's list of data folders; see prior-run.ts. */
  readonly known?: string | undefined;
  /** Where Linux desktops look for what opens at login. */
  readonly autostart?: string;
}

export interface Leaving {
  readonly keepKeys: boolean;
  /** What could not be done before, for instance telling a directory. */
  readonly remains: readonly Remainder[];
  /** Boxes of strangers are left at their engine: what tells of them stays. */
  readonly boxesLeft: boolean;
}

const KINDS: readonly (readonly [RemovalKind, RegExp])[] = [
  ['keys', new RegExp(`^(${DATABASE.replace('.', '\\.')}(-wal|-shm)?|${KEYS})$`)],
  ['backups', /^backups$/],
  ['logs', /^logs$/],
  ['practice', /^practice$/],
  ['window', /^window$/],
  ['earlier', /^before-(restore|new)-[0-9-]+$/],
  ['boxes', /^workloads$/],
  ['other', /^(restoring|work|link|run\.json(\.\d+\.draft)?|lock(-journal)?)$/],
];
const KEPT = new Set<RemovalKind>(['keys', 'backups', 'earlier']);
/** Held while the rest goes, so that no other Hearth begins in between. */
const LOCK = 'lock';

/** Nothing is opened: a file that another part has locked stays locked. */
export function whatThereIs(options: RemovalOptions): RemovalView {
  const { dataDir } = options;
  const items = namesIn(dataDir).flatMap((name): RemovalItem[] => {
    const kind = kindOf(name);
    if (kind === undefined) return [];
    const path = join(dataDir, name);
    return [{ kind, path, bytes: sizeOf(path), kept: KEPT.has(kind) }];
  });
  const order = KINDS.map(([kind]) => kind);
  items.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.path.localeCompare(b.path));
  const autostart = ownAutostart(options);
  if (autostart) items.push({ kind: 'autostart', path: autostart, bytes: sizeOf(autostart), kept: false });
  return {
    items,
    remains: remainders(options),
  };
}

/**
 * Everything of the folder must be closed but its lock. Goes on past what can't be removed, and answers with what is left.
 * The lock's own file and the folder go with `removeLock`, after the lock was given back.
 */
export function removeFiles(options: RemovalOptions, { keepKeys, remains, boxesLeft }: Leaving): RemovalView {
  for (const { path, kind } of whatThereIs(options).items) {
    if ((kind === 'boxes' && boxesLeft) || (keepKeys && KEPT.has(kind)) || path === join(options.dataDir, LOCK))
      continue;
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // It is in the answer.
    }
  }
  if (options.known !== undefined) {
    forget(options.known, options.dataDir);
    removeEmpty(options.known);
  }
  const left = whatThereIs(options);
  const items = left.items.filter(({ path }) => path !== join(options.dataDir, LOCK));
  return {
    items: items.map((item) => ({ ...item, kept: keepKeys && item.kept })),
    remains: [...remains, ...left.remains],
  };
}

/** The last of it. Never throws: an empty folder does no harm. */
export function removeLock(dataDir: string): void {
  try {
    rmSync(join(dataDir, LOCK), { force: true });
    rmdirSync(dataDir);
  } catch {
    // Something was kept, or is not ours.
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function kindOf(name: string): RemovalKind | undefined {
  return KINDS.find(([, pattern]) => pattern.test(name))?.[0];
}

/** Only the entry that starts this very program: there may be others. */
function ownAutostart({ autostart = autostartFile() }: RemovalOptions): string | undefined {
  try {
    return /hearth/i.test(readAutostart(readFileSync(autostart, 'utf8')).exec ?? '') ? autostart : undefined;
  } catch {
    return undefined;
  }
}

/** The list of data folders, once nothing is in it any more; with its folder, if that is empty too. */
function removeEmpty(file: string): void {
  try {
    if ((JSON.parse(readFileSync(file, 'utf8')) as { folders: unknown[] }).folders.length > 0) return;
    rmSync(file);
    rmdirSync(dirname(file));
  } catch {
    // Not there, or the folder holds something else.
  }
}

function remainders({ dataDir }: RemovalOptions): Remainder[] {
  const strangers = namesIn(dataDir).filter((name) => kindOf(name) === undefined);
  return [
    { code: 'removal.program', says: 'The program itself: remove it as you installed it.' },
    {
      code: 'removal.models',
      says: 'Model servers and their models: Hearth did not install them and leaves them alone.',
    },
    {
      code: 'removal.networks',
      says: 'What networks know: a directory keeps its history of this node for as long as it likes.',
    },
    { code: 'removal.backups-elsewhere', says: 'Backups that you have saved elsewhere.' },
    ...(process.platform === 'linux'
      ? []
      : [
          {
            code: 'removal.keychain',
            says: "An entry of Hearth in the system's keychain, which opens nothing any more.",
          },
        ]),
    ...(strangers.length > 0
      ? [
          {
            code: 'removal.strangers',
            says: `Files in ${dataDir} that are not Hearth's: ${strangers.slice(0, 5).join(', ')}.`,
          },
        ]
      : []),
  ];
}
