// Where the passphrase comes from that a data folder's key may be under: a file for services, the terminal for people. Never
// an argument or an environment variable, which other programs can read.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { HearthError } from '../base/errors.ts';
import { askHidden, isInteractive, readAll, type Terminal } from './terminal.ts';

export type AskPassphrase = () => Promise<string>;

/** Names a file that holds the passphrase and that only its owner may read. */
export const PASSPHRASE_FILE = 'HEARTH_PASSPHRASE_FILE';
const LONGEST_FILE = 4096;

interface Sources {
  readonly terminal?: Terminal;
  /** Ends the asking, e.g. when the program has to stop. */
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the passphrase opens, and the variable that names a file with it, where it is no data folder's. */
  readonly of?: string;
  readonly variable?: string;
}

/** Undefined where there is neither a file nor a person to ask; the part that needs a passphrase then says so. */
export function passphraseSource(sources: Sources): AskPassphrase | undefined {
  const { terminal, signal, env = process.env, of = "this data folder's key", variable = PASSPHRASE_FILE } = sources;
  const file = env[variable];
  if (file) return async () => readPassphraseFile(file, variable);
  if (terminal && isInteractive(terminal)) return () => askHidden(`Passphrase of ${of}`, terminal, signal);
  return undefined;
}

/** A new one: typed twice at a terminal, or all that is piped in. Throws `command.passphrases-differ`. */
export async function newPassphrase(terminal: Terminal): Promise<string> {
  if (!isInteractive(terminal)) return readAll(terminal);
  const words = await askHidden('New passphrase', terminal);
  if (words === (await askHidden('The same again', terminal))) return words;
  throw new HearthError({
    code: 'command.passphrases-differ',
    category: 'invalid',
    message: 'The two passphrases are not the same. Nothing was changed.',
  });
}

/** Of a backup: typed, or all that is piped in. `file` is named, for there may be several. */
export function backupPassphrase(terminal: Terminal, file: string): Promise<string> {
  return isInteractive(terminal) ? askHidden(`Passphrase of ${file}`, terminal) : readAll(terminal);
}

function readPassphraseFile(file: string, variable: string): string {
  const { mode, text } = load(file, variable);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw refused(file, `Others may read the passphrase file ${file}. Run "chmod 600" on it and start again.`);
  }
  const words = text.replace(/\r?\n$/, '');
  if (words === '' || text.length >= LONGEST_FILE) {
    throw refused(file, `The passphrase file ${file} is empty or too long. Write the passphrase alone into it.`);
  }
  return words;
}

/** Mode and content of one and the same file, whatever happens to its name meanwhile. */
function load(file: string, variable: string): { mode: number; text: string } {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const bytes = Buffer.alloc(LONGEST_FILE);
    const length = readSync(handle, bytes);
    return { mode: fstatSync(handle).mode, text: bytes.toString('utf8', 0, length) };
  } catch (error) {
    throw refused(file, `The passphrase file ${file} that ${variable} names cannot be read.`, error);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function refused(file: string, message: string, cause?: unknown): HearthError {
  return new HearthError({ code: 'command.passphrase-file', category: 'denied', message, details: { file }, cause });
}
