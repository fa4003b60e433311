// The steps of `hearth init` in the order of the first run on the pages. Each asks, and keeps what was said at once.

import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import { hasConsent, withConsents } from '../../../src-preload/contract/networks/consents.ts';
import type { NetworkId, NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { networkContracts } from '../../../src-preload/contract/networks/registry.ts';
import type { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import { settings as definitions, type SettingPath } from '../../../src-preload/contract/settings/index.ts';
import {
  type Beginning,
  beginningFor,
  CAPS,
  type Caps,
  type CapsName,
  capsFor,
  weekNames,
  weekOf,
} from '../../../src-preload/contract/settings/presets.ts';
import type { Place } from '../../backends/inference/places.ts';
import { kindNames } from '../../backends/inference/recognise.ts';
import type { Clock } from '../../base/clock.ts';
import { HearthError } from '../../base/errors.ts';
import { isKind, look, usually } from '../detect.ts';
import { usage } from '../usage.ts';
import { type Asker, yesNo } from './ask.ts';
import type { InitLine, Readers, When } from './line.ts';
import type { InitNode } from './node.ts';

export interface Step {
  readonly clock: Clock;
  readonly node: InitNode;
  readonly asker: Asker;
  readonly line: InitLine;
  readonly readers: Readers;
  say(line: string): void;
}

/** What answers here, and one more server where it is named. */
export async function findServers({ node, line, say }: Step) {
  if (line.server !== undefined) await addServer(node, line.server);
  const own = (await node.get('backends.inference')).map(({ url }): Place => ({ url, source: 'user' }));
  const { tried } = await look(async () => [...own, ...(await usually())]);
  const found = tried.filter(({ verdict }) => isKind(verdict));
  if (found.length === 0) say('No model server answers. "hearth detect" says where Hearth looked.');
  for (const { verdict, url, models } of found) {
    say(`${kindNames[verdict as BackendKind]} at ${url}: ${models.length === 0 ? 'no models' : models.join(', ')}`);
  }
  return found.map(({ verdict, url, models }) => ({ kind: verdict as BackendKind, url, models }));
}

async function addServer(node: InitNode, url: string): Promise<void> {
  const known = await node.get('backends.inference');
  if (known.some((server) => server.url === url)) return;
  const { tried } = await look(async () => [{ url, source: 'user' }]);
  const kind = tried[0]?.verdict;
  if (kind === undefined || !isKind(kind)) {
    throw new HearthError({
      code: 'command.no-server',
      category: 'invalid',
      message: `No model server answers at ${url}. "hearth detect ${url}" says what does.`,
    });
  }
  await node.set('backends.inference', [...known, { kind, url }]);
}

export async function chooseName({ node, asker, line }: Step): Promise<string> {
  const name = await asker.answer({
    flag: 'name',
    given: line.name,
    says: 'A name for this computer, shown to you alone',
    usual: (await node.get('node.name')) || hostname().slice(0, 64),
    show: String,
    read: String,
  });
  await node.set('node.name', name);
  return name;
}

/** `unreadable`: rules that can't be read on this computer. */
export async function chooseCaps(
  { node, asker, line, readers }: Step,
  unreadable: readonly RuleId[],
): Promise<CapsName | null> {
  const names = Object.keys(CAPS) as CapsName[];
  const chosen = await asker.answer<CapsName | null>({
    flag: 'preset',
    given: line.preset,
    says: 'How much others may have: quiet (one task, cool), balanced (two, warm), everything (four, no bounds)',
    usual: (await beginning(node, unreadable)).preset ?? (await presetOf(node, names, unreadable)),
    show: (name) => name ?? 'as it is',
    read: readers.preset,
  });
  if (chosen === null) return null;
  const { tasks, graphics, processor, megabytes } = capsFor(chosen, unreadable);
  await node.set('capacity.maxConcurrent', tasks);
  await node.set('availability.gpuHeat', heat(await node.get('availability.gpuHeat'), graphics));
  await node.set('availability.cpuHeat', heat(await node.get('availability.cpuHeat'), processor));
  await node.set('storage.megabytes', megabytes);
  return chosen;
}

/** What is set now, where it is one of these; else null: a choice of the user's own. */
async function presetOf(
  node: InitNode,
  names: readonly CapsName[],
  unreadable: readonly RuleId[],
): Promise<CapsName | null> {
  const [tasks, gpu, cpu, megabytes] = [
    await node.get('capacity.maxConcurrent'),
    await node.get('availability.gpuHeat'),
    await node.get('availability.cpuHeat'),
    await node.get('storage.megabytes'),
  ];
  const now = [tasks, gpu.on ? gpu.most : null, cpu.on ? cpu.most : null, megabytes];
  const isNow = ({ tasks: most, graphics, processor, megabytes: size }: Caps) =>
    isDeepStrictEqual([most, graphics, processor, size], now);
  return names.find((name) => isNow(capsFor(name, unreadable))) ?? null;
}

/** What to begin with, for settings that have not been chosen yet. */
async function beginning(node: InitNode, unreadable: readonly RuleId[]): Promise<Beginning> {
  const { value } = await node.request('settings.get', undefined);
  return beginningFor((path) => value.some((view) => view.path === path && view.isSet), unreadable);
}

function heat(rule: { readonly on: boolean; readonly most: number }, most: number | null) {
  return most === null ? { ...rule, on: false } : { on: true, most };
}

export async function chooseHours(
  { node, asker, line, readers }: Step,
  unreadable: readonly RuleId[],
): Promise<When | null> {
  const read = (text: string) => readable(readers.hours(text), unreadable);
  const grid = await node.get('availability.grid');
  const idle = await node.get('availability.idle');
  const painted = weekNames.find((name) => isDeepStrictEqual(weekOf(name), grid)) ?? null;
  const chosen = await asker.answer<When | null>({
    flag: 'hours',
    given: line.hours === undefined ? undefined : readable(line.hours, unreadable),
    says: "When to share: always, away (while this computer isn't used), nights (22-7), workdays (9-17) or weekend",
    usual: (await beginning(node, unreadable)).when ?? (grid === null ? (idle.on ? 'away' : 'always') : painted),
    show: (when) => when ?? 'as painted',
    read,
  });
  if (chosen === null) return null;
  await node.set('availability.idle', { ...idle, on: chosen === 'away' });
  await node.set('availability.grid', chosen === 'always' || chosen === 'away' ? null : weekOf(chosen));
  return chosen;
}

/** What can't be read here can't be chosen. */
function readable(when: When, unreadable: readonly RuleId[]): When {
  if (when !== 'away' || !unreadable.includes('idle')) return when;
  throw usage(
    'Whether this computer is in use can’t be read here, so "away" would never end or never begin. Choose nights.',
    'init',
  );
}

const ASKED = {
  sends: 'What it sends',
  pays: 'What it pays',
  costs: 'What it costs',
  sees: 'What it sees',
  runs: 'Who runs it',
} as const;

/** Only chosen here: none is joined before the last step. */
export async function chooseNetworks({ clock, node, asker, line, readers, say }: Step): Promise<readonly NetworkId[]> {
  const { value: networks } = await node.request('networks.get', undefined);
  const ticked = await node.get('setup.networks');
  const wanted = await asker.answer<readonly NetworkId[]>({
    flag: 'join',
    given: line.join,
    says: `Which networks to join: none, or, with commas between, any of ${networks.map(({ id }) => id).join(', ')}`,
    usual: ticked ?? networks.filter(({ enabled }) => enabled).map(({ id }) => id),
    show: (ids) => ids.join(',') || 'none',
    read: readers.join,
  });
  for (const network of networks.filter(({ id }) => wanted.includes(id))) {
    const { version } = networkContracts[network.id].consent;
    const consents = await node.get('setup.consents');
    if (hasConsent(consents, network.id, version)) continue;
    const texts = consentLines(network);
    const reads = asker.asks || line.acceptConsent;
    if (reads) for (const text of texts) say(text);
    if (!(await asker.wants(line.acceptConsent, `Join ${network.title} on these terms?`, false))) {
      throw new HearthError({
        code: 'command.no-consent',
        category: 'invalid',
        // What was read already is not said again.
        message: `Joining ${network.title} takes your consent: --accept-consent.${reads ? '' : ` ${texts.slice(1).join(' ')}`}`,
      });
    }
    await node.set('setup.consents', withConsents(consents, [{ network: network.id, version }], clock.now()));
  }
  await node.set('setup.networks', [...wanted]);
  return wanted;
}

function consentLines({ id, title, detail }: NetworkView): string[] {
  const { consent } = networkContracts[id];
  const facts = new Map<string, unknown>(Object.entries(detail));
  const filled = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => `${facts.get(name) as string}`);
  const asked = Object.entries(ASKED) as [keyof typeof ASKED, string][];
  return [`${title}:`, ...asked.map(([key, name]) => `  ${name}: ${filled(consent[key])}`)];
}

export async function chooseRouter({ node, asker, line, readers }: Step): Promise<void> {
  const on = await asker.answer({
    flag: 'router',
    given: line.router,
    says: 'May Hearth ask your router to open a port once a network is joined?',
    usual: await node.get('reachability.enabled'),
    show: yesNo,
    read: readers.router,
  });
  await node.set('reachability.enabled', on);
}

/** Of each network that is to be joined and has a price. */
export async function choosePrices({ node, asker, line, readers }: Step, wanted: readonly NetworkId[]): Promise<void> {
  if (line.price !== undefined && !wanted.some((id) => `pricing.${id}.multiplier` in definitions)) {
    throw usage('No network that is joined has a price to set, so --price has no use here.', 'init');
  }
  for (const id of wanted) {
    const path = `pricing.${id}.multiplier` as SettingPath & `pricing.${NetworkId}.multiplier`;
    if (!(path in definitions)) continue;
    const price = await asker.answer({
      flag: 'price',
      given: line.price,
      says: `What a task of ${networkContracts[id].title} costs, as a multiple of the usual price; 0 is free`,
      usual: await node.get(path),
      show: String,
      read: readers.price,
    });
    await node.set(path, price);
  }
}

/** The end of the first run: networks are switched as chosen, sharing begins or not, and nothing of it is asked again. */
export async function finish({ node, asker, line, readers }: Step, wanted: readonly NetworkId[]): Promise<boolean> {
  const start = await asker.answer({
    flag: 'start',
    given: line.start,
    says: 'Begin to share, as far as your hours and rules allow?',
    usual: await node.get('node.sharing'),
    show: yesNo,
    read: readers.start,
  });
  // Before anything is joined: a network may send tasks at once.
  if (!start) await node.set('node.sharing', false);
  const { value: networks } = await node.request('networks.get', undefined);
  for (const { id } of networks) await node.set(`networks.${id}.enabled`, wanted.includes(id));
  if (start && wanted.length > 0) await node.request('node.resume', undefined);
  await node.set('setup.done', true);
  await node.set('setup.step', '');
  await node.set('setup.networks', null);
  return start;
}
