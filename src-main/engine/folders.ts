// Where Hearth keeps its things, by the customs of each system; one folder for all of it, so that a backup is a copy.

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface FolderHints {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** `--data` wins over `HEARTH_HOME`, and that over the system's own place. */
export function dataFolder(flag: string | undefined, hints: FolderHints = systemHints()): string {
  return resolve(flag || hints.env.HEARTH_HOME || usual(hints));
}

/** Practice credits never mix with real ones: another folder, another database, another identity. */
export function practiceFolder(data: string): string {
  return join(data, 'practice');
}

/** What a running node leaves in its data folder for those who want to talk to it. */
export function runNoteFile(data: string): string {
  return join(data, 'run.json');
}

/** Where the user's list of such folders lies, outside all of them; see prior-run.ts. */
export function knownFoldersFile({ platform, env, home }: FolderHints = systemHints()): string {
  const name = 'data-folders.json';
  if (env.HEARTH_CONFIG) return join(resolve(env.HEARTH_CONFIG), name);
  switch (platform) {
    case 'win32':
      return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Hearth', name);
    case 'darwin':
      return join(home, 'Library', 'Preferences', 'Hearth', name);
    default:
      return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'hearth', name);
  }
}

function systemHints(): FolderHints {
  return { platform: process.platform, env: process.env, home: homedir() };
}

function usual({ platform, env, home }: FolderHints): string {
  switch (platform) {
    case 'win32':
      return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'Hearth');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Hearth');
    default:
      return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'hearth');
  }
}
