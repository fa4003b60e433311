// A command as the user has to type it to mean this very node: with the flags that this one was started with.

import { homedir } from 'node:os';
import { dataFolder } from '../engine/folders.ts';
import type { ServeFlags } from './serve-flags.ts';

/** Such as `hearth confirm --practice`. */
export function spelled(command: string, { data, practice }: Pick<ServeFlags, 'data' | 'practice'>): string {
  const folder = dataFolder(data);
  // A terminal need not have the environment of this process, but what says where a user's things lie it has.
  const { HEARTH_HOME: _, ...env } = process.env;
  const usual = dataFolder(undefined, { platform: process.platform, env, home: homedir() });
  const words = ['hearth', command];
  if (practice) words.push('--practice');
  if (folder !== usual) words.push('--data', quoted(folder));
  return words.join(' ');
}

/** For the shells of Linux and macOS; cmd.exe and PowerShell take the double quotes. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
