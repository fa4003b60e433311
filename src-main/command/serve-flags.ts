// The flags of `hearth serve`, and the same for the desktop app.

import type { Flags, Given } from '../base/verb.ts';
import { parseFlags } from './program.ts';
import { usage } from './usage.ts';
import type { Common } from './verb.ts';

export interface ServeFlags {
  readonly mode: 'desktop' | 'console' | 'headless';
  readonly data: string | undefined;
  readonly uiPort: number;
  readonly open: boolean;
  readonly practice: boolean;
  readonly logLevel: string;
  /** Begin as a new node where one has lived and its database is gone. */
  readonly anew: boolean;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'];

export const FLAGS = {
  console: { about: 'pages in the browser (the usual thing)' },
  headless: { about: 'no pages at all' },
  new: { about: 'begin as a new node where one has lived and its database is gone' },
  'ui-port': { value: 'N', about: 'port of the pages; a free one otherwise', read: port },
  'no-open': { about: "print the link, don't open the browser" },
  'log-level': { value: 'LEVEL', about: LOG_LEVELS.join(', '), read: level },
} as const satisfies Flags;

/** For the desktop app, whose own flags stand among Electron's: what is not known is not ours. */
export function parseDesktopFlags(args: readonly string[]): ServeFlags {
  const given = parseFlags(args, FLAGS);
  return { ...flagsOf(given, given), mode: 'desktop' };
}

export function flagsOf(given: Given<typeof FLAGS>, { data, practice }: Pick<Common, 'data' | 'practice'>): ServeFlags {
  if (given.console && given.headless) throw usage('--console and --headless exclude each other.', 'serve');
  return {
    mode: given.headless ? 'headless' : 'console',
    data,
    uiPort: given['ui-port'] ?? 0,
    open: !given['no-open'],
    practice,
    logLevel: given['log-level'] ?? 'info',
    anew: given.new,
  };
}

function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (number < 0 || number > 65_535) throw usage('--ui-port takes a number from 0 to 65535.', 'serve');
  return number;
}

function level(text: string): string {
  if (!LOG_LEVELS.includes(text)) throw usage(`--log-level takes ${LOG_LEVELS.join(', ')}.`, 'serve');
  return text;
}
