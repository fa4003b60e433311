// `hearth settings`: what can be chosen, on the running node or in the data folder itself.

import { existsSync } from 'node:fs';
import type { SettingDefinition } from '../../src-preload/contract/settings/define.ts';
import type { SettingView } from '../../src-preload/contract/settings/index.ts';
import { settings as definitions, SettingPath, settingPaths } from '../../src-preload/contract/settings/index.ts';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { offline } from './offline.ts';
import { askHidden, askShown, isInteractive, plain, printable, readAll, type Terminal } from './terminal.ts';
import { verb } from './verb.ts';

export const settingsVerbs = [
  verb({
    name: 'settings get',
    args: '[PATH]',
    about: 'all settings with what they mean, those that begin so, or one',
    node: 'optional',
    json: 'each setting with its path, value, first value and what it means; with the whole path of one, that one alone.',
    read: ([path]) => ({ path }),
    run: ({ path, json }, { node, dataDir, terminal }) => getSettings(node, dataDir, path, json, terminal),
  }),
  verb({
    name: 'settings set',
    args: 'PATH [VALUE]',
    about: 'sets one, as JSON or plain text; without VALUE, or with -, it is read from standard input',
    node: 'optional',
    json: 'the setting as it is now.',
    read: ([path, value]) => ({ path: path!, value }),
    run: (line, { node, dataDir, terminal }) => setSetting(node, dataDir, line, terminal),
  }),
];

async function getSettings(
  node: SocketClient | undefined,
  dataDir: string,
  path: string | undefined,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const { print } = terminal;
  const one = path !== undefined && SettingPath.safeParse(path).success;
  if (path !== undefined && !one && under(path).length === 0) throw unknownPath(path);
  const all: readonly SettingView[] = node
    ? (await node.request('settings.get', undefined)).value
    : await settingsOf(dataDir, terminal);
  const wanted: readonly string[] = one ? [path] : under(path ?? '');
  const shown = all.filter((view) => wanted.includes(view.path));
  if (json) print(jsonText(one ? shown[0] : shown));
  else if (one) for (const view of shown) print(printable(valueText(view)));
  else for (const view of shown) print(printable(`${view.path} = ${valueText(view)}\n    ${view.about}`));
  return EXIT.ok;
}

/** The settings whose path begins with whole words: `networks`, `networks.iicp`. */
function under(start: string): readonly SettingPath[] {
  const words = start.replace(/\.$/, '');
  return settingPaths.filter((path) => words === '' || path.startsWith(`${words}.`));
}

/** A question makes no folder: where no node lives, perhaps because its folder was mistyped, all is as it begins, and that is said. */
async function settingsOf(dataDir: string, terminal: Terminal): Promise<readonly SettingView[]> {
  if (existsSync(dataDir)) return offline(dataDir, terminal, async ({ settings }) => settings.view());
  terminal.stderr.write(
    `${plain(`There is no data folder ${dataDir} yet: these are the values that a node begins with.`)}\n`,
  );
  return settingPaths.map((path): SettingView => {
    const { about, initial, secret = false } = definitions[path] as SettingDefinition;
    const value = secret ? null : (initial as SettingView['value']);
    return { path, value, initial: value, isSet: false, secret, about };
  });
}

function valueText(view: SettingView): string {
  if (view.secret) return view.isSet ? '(set)' : '(not set)';
  return jsonText(view.value);
}

async function setSetting(
  node: SocketClient | undefined,
  dataDir: string,
  line: { readonly path: string; readonly value: string | undefined; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  const path = known(line.path);
  const secret = definitions[path].secret === true;
  const given = line.value !== undefined && line.value !== '-';
  if (given && (secret || /"apiKey"\s*:\s*"[^"]/.test(line.value ?? ''))) {
    throw new HearthError({
      code: 'command.secret-in-arguments',
      category: 'invalid',
      message: `A secret on the command line can be read by other programs. Run "hearth settings set ${path}" and type it, or pipe it in.`,
      details: { path },
    });
  }
  const text = given ? line.value! : await ask(path, secret, terminal);
  const value = toValue(text, secret || typeof definitions[path].initial === 'string');
  const view = await setting(node, dataDir, path, value, terminal);
  terminal.print(line.json ? jsonText(view) : printable(`${path} = ${valueText(view)}`));
  return EXIT.ok;
}

/** Sets it on the running node, or in the data folder where none runs. Rejects as settings do for a value that cannot be. */
export async function setting(
  node: SocketClient | undefined,
  dataDir: string,
  path: SettingPath,
  value: unknown,
  terminal: Terminal,
): Promise<SettingView> {
  if (node) return node.request('settings.set', { path, value: value as never });
  return offline(dataDir, terminal, async ({ settings }) => {
    await settings.set(path, value as never);
    return settings.view().find((each) => each.path === path)!;
  });
}

/** What it is now, on the running node or in the data folder; what it begins with where there is no folder. */
export async function settingValue(
  node: SocketClient | undefined,
  dataDir: string,
  path: SettingPath,
  terminal: Terminal,
): Promise<unknown> {
  if (!node && !existsSync(dataDir)) return definitions[path].initial;
  const all = node
    ? (await node.request('settings.get', undefined)).value
    : await offline(dataDir, terminal, async ({ settings }) => settings.view());
  return all.find((view) => view.path === path)!.value;
}

/** Text settings take the words as they are; others are JSON. */
function toValue(text: string, isText: boolean): unknown {
  if (isText) {
    if (!/^".*"$/s.test(text)) return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function ask(path: string, secret: boolean, terminal: Terminal): Promise<string> {
  if (!isInteractive(terminal)) return readAll(terminal);
  return secret ? askHidden(path, terminal) : askShown(path, terminal);
}

function known(path: string): SettingPath {
  const parsed = SettingPath.safeParse(path);
  if (parsed.success) return parsed.data;
  throw unknownPath(path);
}

/** With the settings that have the last word of it, such as `availability.quiet` for `quiet`. */
function unknownPath(path: string): HearthError {
  const typed = path.slice(0, 80);
  const word = typed.split('.').at(-1)!.toLowerCase();
  const meant =
    word === '' ? [] : settingPaths.filter((each) => each.toLowerCase().includes(word)).slice(0, MOST_MEANT);
  const guess = meant.length === 0 ? '' : ` Did you mean ${meant.map((each) => `"${each}"`).join(' or ')}?`;
  return new HearthError({
    code: 'settings.unknown-path',
    category: 'invalid',
    message: `There is no setting "${typed}".${guess} "hearth settings get" lists them all.`,
  });
}

const MOST_MEANT = 3;
