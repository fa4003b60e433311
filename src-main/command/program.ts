// The verbs as a `commander` program: what was typed becomes a verb with its line, a text to print, or a usage error.

import { Command, CommanderError, Help, Option } from 'commander';
import type { ExitName, Flag, Flags, Given } from '../base/verb.ts';
import { EVERYWHERE, EXIT, MEANS } from './exit.ts';
import { usage } from './usage.ts';
import type { Common, Verb } from './verb.ts';

export type Parsed =
  | { readonly is: 'help' | 'version'; readonly text: string }
  | { readonly verb: Verb; readonly line: object & { readonly json: boolean }; readonly common: Common };

const LEAD = "Hearth lends this computer's spare capacity to networks that pay for it.";
const COMMON = {
  data: { value: 'DIR', about: 'data folder (also HEARTH_HOME)' },
  practice: { about: 'a rehearsal: everything on this computer, nothing is real, in a data folder of its own' },
  json: { about: 'answers as JSON, for all commands but serve' },
} as const satisfies Flags;
const REST = `Secrets are read from standard input or asked for, never taken from the command line. A folder whose key is under a
passphrase asks for it; a service names a file with it, readable by its owner alone, in HEARTH_PASSPHRASE_FILE.`;

/** `args` without the program's name; without a verb, the first of them is meant. Throws `command.usage`. */
export function parse(args: readonly string[], verbs: readonly Verb[], version: string): Parsed {
  let found: Parsed | undefined;
  let text = '';
  const writeOut = (words: string) => {
    text += words;
  };
  const out = { writeOut, writeErr: () => {}, outputError: () => {} };
  const program = programOf(verbs, version, (verb, words, command) => {
    const common = readFlags(COMMON, command.optsWithGlobals(), command.parent ?? command);
    const line = verb.read(words, readFlags(verb.flags ?? {}, command.opts(), command), common);
    found = { verb, line: { ...line, json: common.json }, common };
  }).configureOutput(out);
  for (const each of allUnder(program)) each.configureOutput(out).exitOverride();
  let operands: readonly string[] = [];
  try {
    const words = wordsOf(args);
    operands = words.operands;
    program.parse(withVerb(args, words, verbs), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { is: error.code === 'commander.version' ? 'version' : 'help', text };
    throw misunderstood(error, operands, verbs);
  }
  return found ?? { is: 'help', text: program.helpInformation() };
}

/** The word that the verb begins with, wherever flags stand; undefined where there is none. What is wrong with them, `parse` says. */
export function firstWord(args: readonly string[]): string | undefined {
  try {
    return wordsOf(args).operands.find((word) => word !== 'help');
  } catch {
    return undefined;
  }
}

/** Flags alone, among words that are none of ours. Throws `command.usage`. */
export function parseFlags<F extends Flags>(args: readonly string[], flags: F): Given<F> & Omit<Common, 'json'> {
  const all = { ...flags, ...COMMON };
  const command = silent(all);
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    throw error instanceof CommanderError ? misunderstood(error, [], []) : error;
  }
  return readFlags(all, command.opts(), command) as Given<F> & Common;
}

/** Takes these flags and minds no other word. */
function silent(flags: Flags): Command {
  const command = new Command().allowUnknownOption().allowExcessArguments().helpOption(false).exitOverride();
  command.configureOutput({ writeErr: () => {}, outputError: () => {} });
  for (const option of optionsOf(flags)) command.addOption(option);
  return command;
}

type Act = (verb: Verb, words: readonly string[], command: Command) => void;

function programOf(verbs: readonly Verb[], version: string, act: Act): Command {
  const program = new Command('hearth').description(LEAD).version(version, '--version', 'which version this is');
  program.helpOption('-h, --help', 'this text, or that of one command').helpCommand(false);
  for (const option of optionsOf(COMMON)) program.addOption(option);
  program.addHelpText('after', () => `\n${exitLines([...EVERYWHERE, 'notRunning', 'nothingFound'])}\n\n${REST}`);
  const help = helpOf(new Set(verbs.filter(({ sameAs }) => sameAs === undefined).map(({ name }) => name)));
  program.configureHelp(help);
  for (const verb of verbs) {
    const [first = '', second] = verb.name.split(' ');
    const parent = second === undefined ? program : groupOf(program, first, help);
    const command = parent
      .command(second ?? first)
      .description(`${capital(verb.about)}.`)
      .summary(verb.about);
    command.configureHelp({ ...help, showGlobalOptions: true }).addHelpText('after', () => afterOf(verb));
    for (const option of optionsOf(verb.flags ?? {})) command.addOption(option);
    for (const word of (verb.args ?? '').split(' ').filter(Boolean)) {
      command.argument(word.startsWith('[') ? word : `<${word}>`);
    }
    command.action((...given) => act(verb, (given.at(-1) as Command).args, given.at(-1) as Command));
  }
  return program;
}

/** The word in front of several verbs, such as `settings` or the name of a network. */
function groupOf(program: Command, name: string, help: Partial<Help>): Command {
  const there = program.commands.find((each) => each.name() === name);
  return there ?? program.command(name).helpCommand(false).configureHelp(help);
}

function optionsOf(flags: Flags): Option[] {
  return Object.entries(flags).map(([name, { value, about }]) =>
    value === undefined
      ? new Option(`--${name}`, about)
      : new Option(`--${name} <${value}>`, about).argParser((word) => taken(name, value, word)),
  );
}

/** A flag whose value was forgotten takes the next flag for it, which would be lost without a word. */
function taken(name: string, value: string, word: string): string {
  if (!word.startsWith('--')) return word;
  throw usage(`--${name} takes ${value}, and "${word.slice(0, 80)}" is another flag.`);
}

function readFlags<F extends Flags>(flags: F, values: Readonly<Record<string, unknown>>, command: Command): Given<F> {
  const entries = Object.entries<Flag>(flags).map(([name, { value, read }]) => {
    const option = command.options.find(({ long }) => long === `--${name}`) ?? new Option(`--${name}`);
    const given = values[option.attributeName()];
    if (value === undefined) return [name, option.negate ? given === false : given === true];
    return [name, given === undefined || read === undefined ? given : read(given as string)];
  });
  return Object.fromEntries(entries) as Given<F>;
}

/** The words in front of any flag that only one verb has, and the rest. */
type Words = ReturnType<Command['parseOptions']>;
const wordsOf = (args: readonly string[]): Words =>
  silent({ ...COMMON, version: { about: '' } }).parseOptions([...args]);

/** `help VERB` is `VERB --help`, and no verb at all is the first. */
function withVerb(args: readonly string[], { operands, unknown }: Words, verbs: readonly Verb[]): string[] {
  const asked = [...args];
  if (operands[0] === 'help') {
    const about = operands.filter((word) => word !== 'help');
    const rest = asked.filter((word) => word !== 'help');
    return about.length === 0 || isThere(about.join(' '), verbs) ? [...rest, '--help'] : rest;
  }
  const aside = unknown.some((word) => ['-h', '--help', '--version'].includes(word));
  return operands.length === 0 && !aside ? [verbs[0]!.name, ...asked] : asked;
}

/** A verb, or the word in front of several. */
function isThere(words: string, verbs: readonly Verb[]): boolean {
  return verbs.some(({ name }) => name === words || name.startsWith(`${words} `));
}

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': 'Use:',
  'Options:': 'Flags:',
  'Global Options:': 'Always:',
};
/** Every verb is listed by its whole name, in whatever group it is; one that has another name now is not. */
const helpOf = (listed: ReadonlySet<string>): Partial<Help> => ({
  helpWidth: 128,
  // Commander guesses among these what was meant by an unknown word: only what may follow the words before it.
  visibleCommands: (command) =>
    command.commands.filter((each) => allUnder(each).some((one) => listed.has(nameOf(one)))),
  prepareContext(context) {
    Help.prototype.prepareContext.call(this, context);
    this.visibleCommands = (command) =>
      allUnder(command).filter((each) => listed.has(nameOf(each)) && each !== command);
  },
  subcommandTerm: (command) => [nameOf(command), argumentsOf(command)].filter(Boolean).join(' '),
  commandUsage: (command) =>
    ['hearth', nameOf(command), argumentsOf(command) || (command.commands.length > 0 ? 'COMMAND' : ''), '[flags]']
      .filter(Boolean)
      .join(' '),
  styleTitle: (title) => TITLES[title] ?? title,
});

function allUnder(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allUnder)];
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}`.trim() : '';
}

function argumentsOf(command: Command): string {
  return command.registeredArguments
    .map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? name : `[${name}]`;
    })
    .join(' ');
}

const NEEDS = {
  running: 'It asks the running node.',
  optional: 'It asks the running node, and works on the data folder where none runs.',
  none: 'It needs no running node.',
} as const;

function afterOf(verb: Verb): string {
  const { more, node, json, exits = {}, sameAs } = verb;
  const own = Object.keys(exits).filter((name) => !EVERYWHERE.includes(name as ExitName));
  return [
    '',
    ...(sameAs === undefined ? [] : [`It is called "hearth ${sameAs}" now; this name goes on working.`]),
    ...(more === undefined ? [] : [more]),
    NEEDS[node],
    ...(json === null ? [] : [`With --json: ${json}`]),
    exitLines([...EVERYWHERE, ...(own as ExitName[])], exits),
  ].join('\n');
}

function exitLines(names: readonly ExitName[], own: Verb['exits'] = {}): string {
  const sorted = names.toSorted((one, other) => EXIT[one] - EXIT[other]);
  return `Exit codes: ${sorted.map((name) => `${EXIT[name]} ${own?.[name] ?? MEANS[name]}`).join(', ')}.`;
}

/** In our words where the reason is in the code, else in commander's. `operands`: what was typed without flags. */
function misunderstood({ code, message }: CommanderError, operands: readonly string[], verbs: readonly Verb[]) {
  const [first = '', suggestion = ''] = message.replace(/^error: /, '').split('\n');
  const meant = /^\((.*)\)$/.exec(suggestion)?.[1];
  const [word = '', next = ''] = operands.map((each) => each.slice(0, 80)).filter((each) => each !== 'help');
  const known = verbs.find(({ name }) => name === word || name === `${word} ${next}`)?.name;
  const says = (sentence: string) => usage([sentence, ...(meant === undefined ? [] : [meant])].join(' '), known);
  if (code === 'commander.unknownCommand') {
    // A word that only follows another, such as a network's own.
    const whole = verbs.filter(({ name }) => name.endsWith(` ${word}`)).map(({ name }) => `"${name}"`);
    const sentence = `There is no command "${isThere(word, verbs) ? `${word} ${next}` : word}".`;
    return whole.length === 0 ? says(sentence) : usage(`${sentence} Did you mean ${whole.join(' or ')}?`);
  }
  if (code === 'commander.help') {
    const under = verbs.filter(({ name }) => name.startsWith(`${word} `)).map(({ name }) => `"${name}"`);
    return says(`Say which: ${under.join(', ')}.`);
  }
  return says(`${capital(first.slice(0, 200)).replace(/\.$/, '')}.`);
}

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
