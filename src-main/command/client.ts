// The commands that talk to a running node over its local socket, and work on the data folder itself when none runs.

import { existsSync } from 'node:fs';
import type { Sum } from '../../src-preload/contract/earnings.ts';
import type { Output } from '../../src-preload/contract/index.ts';
import type { NetworkState } from '../../src-preload/contract/networks/index.ts';
import type { SettingDefinition } from '../../src-preload/contract/settings/define.ts';
import type { SettingView } from '../../src-preload/contract/settings/index.ts';
import { settings as definitions, SettingPath, settingPaths } from '../../src-preload/contract/settings/index.ts';
import { kindNames } from '../backends/inference/recognise.ts';
import { assertNever, HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import { dataFolder, practiceFolder } from '../engine/folders.ts';
import { connectSocket, type SocketClient } from '../faces/socket.ts';
import { doctor } from './doctor.ts';
import { EXIT } from './exit.ts';
import type { CommandLine } from './flags.ts';
import { key } from './key.ts';
import { confirm, link } from './link.ts';
import { offline } from './offline.ts';
import { reach } from './reach.ts';
import { rehearse } from './rehearse.ts';
import { release, share } from './share.ts';
import { askHidden, askShown, isInteractive, plain, printable, readAll, type Terminal } from './terminal.ts';

type ClientCommand = Exclude<CommandLine, { command: 'serve' | 'help' | 'version' }>;

/** Answers the exit code. Rejects with HearthErrors that the caller shows. */
export async function runClient(line: ClientCommand, terminal: Terminal): Promise<number> {
  const folder = dataFolder(line.data);
  const dataDir = line.practice ? practiceFolder(folder) : folder;
  const node = await connectSocket(dataDir);
  try {
    switch (line.command) {
      case 'status':
        return await status(node, line.json, terminal);
      case 'pause':
      case 'resume':
        return await share(node, dataDir, line, terminal);
      case 'release':
        return await release(running(node), line.json, terminal);
      case 'key':
        return await key(node, dataDir, line, terminal);
      case 'reach':
        return await reach(running(node), line, terminal);
      case 'link':
        return await link(running(node), line, terminal);
      case 'confirm':
        return await confirm(running(node), line, terminal);
      case 'detect': {
        // Loaded when needed, for they bring what talks to model servers.
        const { detectServers } = await import('./detect.ts');
        return await detectServers(node, line, terminal);
      }
      case 'models':
      case 'load':
      case 'unload': {
        const { models } = await import('./models.ts');
        return await models(running(node), line, terminal);
      }
      case 'doctor':
        return await doctor(node, line, terminal);
      case 'rehearse':
        return await rehearse(node, dataDir, line, terminal);
      case 'export': {
        const { exportEarnings } = await import('./export.ts');
        return await exportEarnings(node, dataDir, line, terminal);
      }
      case 'verify-day': {
        const { verifyDay } = await import('./verify-day.ts');
        return await verifyDay(line.file, line.json, terminal);
      }
      // Loaded when needed, for they bring what opens a data folder.
      case 'backup': {
        const { backup } = await import('./backup.ts');
        return await backup(node, dataDir, line, terminal);
      }
      case 'restore': {
        const { restore } = await import('./restore.ts');
        return await restore(node, dataDir, line, terminal);
      }
      case 'new-identity': {
        const { newIdentity } = await import('./new-identity.ts');
        return await newIdentity(running(node), line.json, terminal);
      }
      case 'diagnostics': {
        const { diagnostics } = await import('./diagnostics.ts');
        return await diagnostics(node, dataDir, line, terminal);
      }
      case 'remove-everything': {
        const { removeEverything } = await import('./remove.ts');
        return await removeEverything(node, dataDir, line, terminal);
      }
      case 'settings-get':
        return await getSettings(node, dataDir, line.path, line.json, terminal);
      case 'settings-set':
        return await setSetting(node, dataDir, line, terminal);
      default:
        return assertNever(line);
    }
  } finally {
    node?.close();
  }
}

async function status(node: SocketClient | undefined, json: boolean, { print }: Terminal): Promise<number> {
  if (!node) {
    print(json ? jsonText({ running: false }) : 'Hearth is not running. Start it with "hearth serve".');
    return EXIT.notRunning;
  }
  const [{ value: state }, { value: networks }, { value: work }, { value: earnings }, { value: backends }] =
    await Promise.all([
      node.request('node.get', undefined),
      node.request('networks.get', undefined),
      node.request('work.get', undefined),
      node.request('earnings.get', undefined),
      node.request('backends.get', undefined),
    ]);
  if (json) print(jsonText({ running: true, node: state, networks, work, earnings, backends }));
  else for (const text of statusLines(state, networks, work, earnings, backends)) print(plain(text));
  return EXIT.ok;
}

/** How a network has this node, where its bare state would not say it. */
const STANDING: Readonly<Record<NetworkState, string>> = {
  off: 'off',
  starting: 'joining',
  online: 'online',
  degraded: 'in trouble, it tries again',
  blocked: 'no work can come yet',
};

function statusLines(
  node: Output<'node.get'>['value'],
  networks: Output<'networks.get'>['value'],
  work: Output<'work.get'>['value'],
  earnings: Output<'earnings.get'>['value'],
  backends: Output<'backends.get'>['value'],
): string[] {
  const because = node.reason ? [`  ${node.reason.message}${node.reason.action ? ` ${node.reason.action}` : ''}`] : [];
  const { done, failed, refused } = work.today;
  return [
    `${node.sentence}${node.practice ? ' (practice: nothing here is real)' : ''}`,
    ...because,
    `Today: ${done} done, ${failed} failed, ${refused} refused`,
    ...money('Received today', earnings.standing?.today.received ?? [], networks),
    ...money('On its way', earnings.standing?.today.onItsWay ?? [], networks),
    ...networks.map(
      (network) => `${network.title}: ${STANDING[network.state]}${network.address ? ` at ${network.address}` : ''}`,
    ),
    ...backends.map(
      ({ kind, url, state, models }) =>
        `${kindNames[kind]} at ${url}: ${state}, ${models.length} ${models.length === 1 ? 'model' : 'models'}`,
    ),
  ].map(plain);
}

function money(name: string, sums: readonly Sum[], networks: Output<'networks.get'>['value']): string[] {
  return sums.map(
    ({ network, unit, amountMicro }) =>
      `${name}: ${decimal(amountMicro)} ${unit} (${networks.find(({ id }) => id === network)?.title ?? network})`,
  );
}

function decimal(micro: number): string {
  const sign = micro < 0 ? '-' : '';
  const digits = String(Math.abs(micro)).padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -6)}${fraction ? `.${fraction}` : ''}`;
}

async function getSettings(
  node: SocketClient | undefined,
  dataDir: string,
  path: string | undefined,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const { print } = terminal;
  if (path !== undefined) known(path);
  const all: readonly SettingView[] = node
    ? (await node.request('settings.get', undefined)).value
    : await settingsOf(dataDir, terminal);
  const shown = path === undefined ? all : all.filter((view) => view.path === path);
  if (json) print(jsonText(path === undefined ? shown : shown[0]));
  else if (path !== undefined) for (const view of shown) print(printable(valueText(view)));
  else for (const view of shown) print(printable(`${view.path} = ${valueText(view)}\n    ${view.about}`));
  return EXIT.ok;
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
  line: Extract<ClientCommand, { command: 'settings-set' }>,
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
  const view = node
    ? await node.request('settings.set', { path, value: value as never })
    : await offline(dataDir, terminal, async ({ settings }) => {
        await settings.set(path, value as never);
        return settings.view().find((each) => each.path === path)!;
      });
  terminal.print(line.json ? jsonText(view) : printable(`${path} = ${valueText(view)}`));
  return EXIT.ok;
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
  throw new HearthError({
    code: 'settings.unknown-path',
    category: 'invalid',
    message: `There is no setting "${path.slice(0, 80)}". "hearth settings get" lists them all.`,
  });
}

function running(node: SocketClient | undefined): SocketClient {
  if (node) return node;
  throw new HearthError({
    code: 'command.not-running',
    category: 'unavailable',
    message: 'Hearth is not running. Start it with "hearth serve".',
  });
}
