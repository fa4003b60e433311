// The words of a command line. Pure: its test is a table.

import { parseArgs } from 'node:util';
import { PauseFor } from '../../src-preload/contract/availability.ts';
import { HearthError } from '../base/errors.ts';
import type { KeyTarget } from './key.ts';

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

export type CommandLine =
  | { readonly command: 'help' | 'version' }
  | ({ readonly command: 'serve' } & ServeFlags)
  | (Common & { readonly command: 'status' | 'release' | 'doctor' })
  | (Common & { readonly command: 'link'; readonly revoke: boolean })
  | (Common & { readonly command: 'confirm'; readonly number: string })
  | (Common & { readonly command: 'resume' })
  | (Common & { readonly command: 'pause'; readonly for: PauseFor })
  | (Common & { readonly command: 'models' })
  | (Common & { readonly command: 'detect'; readonly urls: readonly string[] })
  | (Common & {
      readonly command: 'load' | 'unload';
      readonly model: string | undefined;
      readonly at: string | undefined;
    })
  | (Common & {
      readonly command: 'reach';
      readonly test: boolean;
      readonly report: boolean;
      readonly addresses: boolean;
    })
  | (Common & { readonly command: 'rehearse'; readonly model: string | undefined })
  | (Common & { readonly command: 'export'; readonly format: 'csv' | 'json'; readonly year: number | undefined })
  | (Common & { readonly command: 'verify-day'; readonly file: string })
  | (Common & { readonly command: 'backup'; readonly file: string; readonly test: boolean })
  | (Common & { readonly command: 'restore'; readonly file: string; readonly replace: boolean })
  | (Common & { readonly command: 'diagnostics'; readonly save: string | undefined; readonly addresses: boolean })
  | (Common & { readonly command: 'new-identity' })
  | (Common & { readonly command: 'remove-everything'; readonly keys: boolean })
  | (Common & { readonly command: 'key'; readonly to: KeyTarget | undefined })
  | (Common & { readonly command: 'settings-get'; readonly path: string | undefined })
  | (Common & { readonly command: 'settings-set'; readonly path: string; readonly value: string | undefined });

interface Common {
  readonly data: string | undefined;
  readonly json: boolean;
  readonly practice: boolean;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'];

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  json: { type: 'boolean' },
  console: { type: 'boolean' },
  headless: { type: 'boolean' },
  practice: { type: 'boolean' },
  data: { type: 'string' },
  'ui-port': { type: 'string' },
  'no-open': { type: 'boolean' },
  'log-level': { type: 'string' },
  at: { type: 'string' },
  for: { type: 'string' },
  new: { type: 'boolean' },
  test: { type: 'boolean' },
  report: { type: 'boolean' },
  replace: { type: 'boolean' },
  save: { type: 'string' },
  addresses: { type: 'boolean' },
  keys: { type: 'boolean' },
  revoke: { type: 'boolean' },
  year: { type: 'string' },
  format: { type: 'string' },
} as const;

export const HELP = `Hearth lends this computer's spare capacity to networks that pay for it.

  hearth serve [flags]               run the node and its pages in the browser
  hearth status                      what the node does now
  hearth pause [--for TIME]          take no more tasks, running ones finish: for 30m, 1h, 4h, until tomorrow (08:00)
  hearth resume                      take tasks again, as far as your week and rules allow
  hearth release                     give this computer back: end or hand back what runs, take models out of its memory
  hearth detect [URL...]             looks for model servers, at these addresses too: what answers where, and what it is
  hearth models                      the models of all servers: in memory or not, on or off, what for
  hearth load MODEL [--at URL]       puts a model into memory, at that server where several have it
  hearth unload [MODEL] [--at URL]   takes it out of memory again; without MODEL all that are loaded
  hearth rehearse [MODEL]            try the whole path once with your own model server, offline, and show a score card
  hearth doctor                      whether networks see this node as they should, and what to do where they do not
  hearth reach [--test]              how others reach this computer, link by link; --test tries it all now
  hearth reach --report              the same as text for somebody who helps; --addresses leaves public addresses in
  hearth export [--year N]           the ledger on standard output, as --format csv (the usual thing) or json
  hearth verify-day FILE             whether a signed day of a node, this one's or another's, is as it was signed
  hearth settings get [PATH]         all settings, or one
  hearth settings set PATH [VALUE]   JSON or plain text; without VALUE, or with -, it is read from standard input
  hearth link [--revoke]             a new link to the pages in a browser; --revoke shuts out every page that is open first
  hearth confirm NUMBER              says yes to the page that shows this number, where it wants what only you may
  hearth key                         who keeps the key that seals this data folder's secrets
  hearth key passphrase | file       put it under a passphrase (asked for, or read from standard input), or back in a file
  hearth backup FILE                 all that makes this node what it is, in one file sealed with a passphrase of your own
  hearth backup --test FILE          the restore restoreTest: proves that the file would bring this node back
  hearth restore FILE [--replace]    puts a backup in place; what is there is moved aside, when you say so. Also for a copy
                                     that Hearth made by itself: its name in the folder backups
  hearth new-identity                another name and key where a directory no longer believes who this node is
  hearth diagnostics [--save FILE]   what somebody who helps needs to know, without secrets; --addresses leaves those in
  hearth remove-everything [--keys]  leaves the networks and removes what is here; with --keys also who this node is

  --console          pages in the browser (the usual thing for serve)
  --headless         no pages at all
  --practice         a rehearsal: everything on this computer, nothing is real, in a data folder of its own
  --new              begin as a new node where one has lived and its database is gone
  --data DIR         data folder (also HEARTH_HOME)
  --ui-port N        port of the pages; a free one otherwise
  --no-open          print the link, don't open the browser
  --log-level LEVEL  debug, info, warn or error
  --json             answers as JSON, for all commands but serve

Exit codes: 0 done, 1 failed, 2 not understood or refused, 3 no node runs (status), 4 nothing found (detect), 75 busy, try again
later.
Secrets are read from standard input or asked for, never taken from the command line. A folder whose key is under a passphrase
asks for it; a service names a file with it, readable by its owner alone, in HEARTH_PASSPHRASE_FILE.
`;

/** `args` without the program's name. Throws `command.usage`. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const [command = values.help ? 'help' : 'serve', ...rest] = positionals;
  if (values.help || command === 'help') return { command: 'help' };
  if (values.version) return { command: 'version' };
  const common = { data: values.data, json: values.json ?? false, practice: values.practice ?? false };
  switch (command) {
    case 'serve':
      atMost(rest, 0);
      return { command, ...serveFlags(values) };
    case 'status':
    case 'models':
    case 'resume':
    case 'release':
    case 'doctor':
    case 'new-identity':
      atMost(rest, 0);
      return { command, ...common };
    case 'link':
      atMost(rest, 0);
      return { command, revoke: values.revoke ?? false, ...common };
    case 'confirm':
      return { command, number: numberOf(rest), ...common };
    case 'pause':
      atMost(rest, 0);
      return { command, for: pauseFor(values.for), ...common };
    case 'key':
      atMost(rest, 1);
      return { command, to: keyTarget(rest[0]), ...common };
    case 'reach': {
      atMost(rest, 0);
      const { test = false, report = false, addresses = false } = values;
      return { command, test, report, addresses, ...common };
    }
    case 'export':
      atMost(rest, 0);
      return { command, format: format(values.format, common.json), year: year(values.year), ...common };
    case 'verify-day':
      return { command, file: oneFile(command, rest), ...common };
    case 'backup':
      return { command, file: oneFile(command, rest), test: values.test ?? false, ...common };
    case 'restore':
      return { command, file: oneFile(command, rest), replace: values.replace ?? false, ...common };
    case 'diagnostics':
      atMost(rest, 0);
      return { command, save: values.save, addresses: values.addresses ?? false, ...common };
    case 'remove-everything':
      atMost(rest, 0);
      return { command, keys: values.keys ?? false, ...common };
    case 'rehearse':
      atMost(rest, 1);
      return { command, model: rest[0], ...common };
    case 'detect':
      return { command, urls: rest.map(address), ...common };
    case 'load':
      if (rest.length === 0) throw usage('Say which model: "load MODEL".');
      return moveCommand(command, rest, values.at, common);
    case 'unload':
      return moveCommand(command, rest, values.at, common);
    case 'settings':
      return settingsCommand(rest, common);
    default:
      throw usage(`There is no command "${command}".`);
  }
}

/** For the desktop app, whose own flags stand among Electron's: what is not known is not ours. */
export function parseDesktopFlags(args: readonly string[]): ServeFlags {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: false });
  return { ...serveFlags(values as ReturnType<typeof parse>['values']), mode: 'desktop' };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [first = ''] = error instanceof Error ? error.message.split(/\.(?: |$)/) : [];
    throw usage(`${first || 'The command line was not understood'}.`);
  }
}

function serveFlags(values: ReturnType<typeof parse>['values']): ServeFlags {
  if (values.console && values.headless) throw usage('--console and --headless exclude each other.');
  return {
    mode: values.headless ? 'headless' : 'console',
    data: values.data,
    uiPort: port(values['ui-port']),
    open: !values['no-open'],
    practice: values.practice ?? false,
    logLevel: level(values['log-level']),
    anew: values.new ?? false,
  };
}

function settingsCommand([verb, path, value, ...more]: string[], common: Common): CommandLine {
  atMost(more, 0);
  if (verb === 'get' && value === undefined) return { command: 'settings-get', path, ...common };
  if (verb === 'set' && path !== undefined) return { command: 'settings-set', path, value, ...common };
  throw usage('Say "settings get [PATH]" or "settings set PATH [VALUE]".');
}

function moveCommand(command: 'load' | 'unload', words: string[], at: string | undefined, common: Common): CommandLine {
  atMost(words, 1);
  return { command, model: words[0], at: at === undefined ? undefined : address(at), ...common };
}

/** `host:port` will do. */
function address(word: string): string {
  const url = /^\w+:\/\//.test(word) ? word : `http://${word}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (/^https?:$/.test(parsed?.protocol ?? '') && !parsed?.username && !parsed?.password) return url;
  throw usage(`"${word.slice(0, 80)}" is no address such as http://127.0.0.1:11434.`);
}

function pauseFor(word: string | undefined): PauseFor {
  if (word === undefined) return 'resumed';
  const parsed = PauseFor.safeParse(word);
  if (parsed.success) return parsed.data;
  throw usage('--for takes 30m, 1h, 4h, tomorrow or resumed.');
}

function keyTarget(word: string | undefined): KeyTarget | undefined {
  if (word === undefined || word === 'file' || word === 'passphrase') return word;
  throw usage('Say "key", "key passphrase" or "key file".');
}

/** As the page shows it, or with a space where somebody reads it in two. */
function numberOf(words: readonly string[]): string {
  const number = words.join('');
  if (/^\d{6}$/.test(number)) return number;
  throw usage('Say the number of six digits that the page shows: "confirm NUMBER".');
}

function oneFile(command: string, words: readonly string[]): string {
  atMost(words, 1);
  if (words[0]) return words[0];
  throw usage(`Say which file: "${command} FILE".`);
}

function atMost(words: readonly string[], count: number): void {
  if (words.length > count) throw usage(`"${words[count]}" is one word too many.`);
}

function format(text: string | undefined, json: boolean): 'csv' | 'json' {
  if (text === undefined) return json ? 'json' : 'csv';
  if (text === 'csv' || text === 'json') return text;
  throw usage('--format takes csv or json.');
}

function year(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(19[7-9]\d|[2-9]\d{3})$/.test(text)) return Number(text);
  throw usage('--year takes a year such as 2026.');
}

function port(text: string | undefined): number {
  if (text === undefined) return 0;
  const number = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (number < 0 || number > 65_535) throw usage('--ui-port takes a number from 0 to 65535.');
  return number;
}

function level(text: string | undefined): string {
  if (text !== undefined && !LOG_LEVELS.includes(text)) throw usage(`--log-level takes ${LOG_LEVELS.join(', ')}.`);
  return text ?? 'info';
}

export function usage(message: string): HearthError {
  return new HearthError({
    code: 'command.usage',
    category: 'invalid',
    message: `${message} "hearth --help" shows what there is.`,
  });
}
