// Opening at login on Linux: an entry in the user's own autostart folder (freedesktop.org, Desktop Application Autostart
// Specification). Here are its place and its text; writing it is the desktop app's business, removing it that of a removal.

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** By this name the desktop knows the app, see `desktopName` in the packages. */
const ENTRY = 'hearth-desktop.desktop';

export interface AutostartHints {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Where the entry lies, there or not. */
export function autostartFile({ env, home }: AutostartHints = { env: process.env, home: homedir() }): string {
  const config = env.XDG_CONFIG_HOME;
  // The specification wants a relative one to be ignored.
  return join(config && isAbsolute(config) ? config : join(home, '.config'), 'autostart', ENTRY);
}

/** Throws a TypeError for a word that no entry can hold. */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Hearth',
    "Comment=Lend this computer's spare capacity",
    `Exec=${execOf(command)}`,
    'Terminal=false',
    'StartupNotify=false',
    '',
  ].join('\n');
}

/** What an entry says: what it starts, and whether the user has switched it off in the settings of the desktop. */
export function readAutostart(text: string): { readonly exec: string | undefined; readonly off: boolean } {
  const value = (key: string) => new RegExp(`^${key}\\s*=\\s*(.*)$`, 'm').exec(text)?.[1]?.trim();
  return { exec: value('Exec'), off: value('Hidden') === 'true' || value('X-GNOME-Autostart-enabled') === 'false' };
}

/** The words as `Exec` has them (Desktop Entry Specification, "The Exec key"). */
export function execOf(command: readonly string[]): string {
  return command.map(wordOf).join(' ');
}

function wordOf(word: string): string {
  if (/[\p{Cc}]/u.test(word)) throw new TypeError('an autostart entry can not hold a control character');
  const field = word.replaceAll('%', '%%');
  if (/^[\w@%+=:,./-]+$/.test(field)) return field;
  // Quoted first; then, as in any value, a backslash is written as two.
  return `"${field.replace(/["`$\\]/g, '\\$&')}"`.replaceAll('\\', '\\\\');
}
