// `hearth fips forward`: the forwards that are set, one more, or one less. The node makes them by the setting; what could not be made it says.

import type { FipsForward } from '../../../src-preload/contract/networks/fips-settings.ts';
import type { NetworkViewOf } from '../../../src-preload/contract/networks/index.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { HearthError } from '../../base/errors.ts';
import { type AskNode, networkVerb, type Shown } from '../verb.ts';
import { decodeNpub, shortNpub } from './identity/names.ts';

const PATH = 'networks.fips.forwards';
const KINDS = ['out', 'in'] as const;
type Kind = (typeof KINDS)[number];

type Line =
  | { readonly action: 'list' }
  | { readonly action: 'add'; readonly wish: FipsForward }
  | { readonly action: 'remove'; readonly kind: Kind; readonly port: number };

const usage = (message: string) => new HearthError({ code: 'command.usage', category: 'invalid', message });

export const forward = networkVerb({
  name: 'forward',
  args: 'list|add|remove [out|in] [PORT] [WHERE...]',
  about: 'ports of this computer that lead to nodes, and ports of this node that lead to this computer',
  more:
    'add out PORT NODE NODE_PORT: PORT on loopback leads to NODE_PORT of a node, named by npub or alias. ' +
    'add in PORT HOST_PORT NPUB...: in the mesh, PORT of this node leads to HOST_PORT on 127.0.0.1, for the nodes named and nobody else.',
  node: 'running',
  json: 'the forwards that are set, and why some can’t be had now.',
  exits: { failed: 'there is a forward with that port already', nothingFound: 'there is none with that port' },
  read: ([action, ...words]): Line => {
    if (action === 'list' && words.length === 0) return { action };
    const [kind, port, ...rest] = words;
    if (!isKind(kind) || (action !== 'add' && action !== 'remove')) {
      throw usage('Say one: hearth fips forward list, add out, add in, remove out, remove in');
    }
    if (action === 'remove' && rest.length === 0) return { action, kind, port: portOf(port) };
    if (action === 'remove') throw usage(`Say the port: hearth fips forward remove ${kind} PORT`);
    return { action, wish: kind === 'out' ? outOf(portOf(port), rest) : inOf(portOf(port), rest) };
  },
  async run(line, { node }) {
    if (line.action === 'list') return list(node);
    const before = await heldBy(node);
    const { kind, port } = line.action === 'add' ? line.wish : line;
    const others = before.filter((one) => one.kind !== kind || one.port !== port);
    const isThere = others.length < before.length;
    if (line.action === 'add' && isThere) {
      return {
        json: { forwards: before },
        lines: ['There is a forward with that port already. Remove it first.'],
        exit: 'failed',
      };
    }
    if (line.action === 'remove' && !isThere) {
      return { json: { forwards: before }, lines: ['There is no forward with that port.'], exit: 'nothingFound' };
    }
    const forwards = line.action === 'add' ? [...before, line.wish] : others;
    // Two commands at once must not undo each other.
    await node.request('settings.set', { path: PATH, value: [...forwards], was: [...before] });
    const done = line.action === 'add' ? [...saying(line.wish), AFTERWARDS] : ['The forward is removed.'];
    return { json: { forwards }, lines: done };
  },
});

const AFTERWARDS = 'hearth fips forward list says whether it can be had.';

async function list(node: AskNode): Promise<Shown> {
  const forwards = await heldBy(node);
  const { value } = await node.request('networks.get', undefined);
  const view = value.find(({ id }) => id === 'fips') as NetworkViewOf<'fips'> | undefined;
  const troubles = (view?.detail.programs.troubles ?? []).filter(({ code }) => code.startsWith('fips.forward-'));
  const lines = forwards.length === 0 ? ['No forward is set.'] : forwards.flatMap(saying);
  return { json: { forwards, troubles }, lines: [...lines, ...troubles.map(({ message }) => message)] };
}

async function heldBy(node: AskNode): Promise<readonly FipsForward[]> {
  const { value } = await node.request('settings.get', undefined);
  return value.find(({ path }: SettingView) => path === PATH)!.value as unknown as readonly FipsForward[];
}

function saying(wish: FipsForward): string[] {
  if (wish.kind === 'out') return [`out ${wish.port}: to port ${wish.nodePort} of ${named(wish.node)}`];
  return [`in ${wish.port}: to ${wish.host} port ${wish.hostPort}, for ${wish.allow.map(shortNpub).join(', ')}`];
}

const named = (node: string) => (decodeNpub(node) ? shortNpub(node) : node);
const isKind = (word: string | undefined): word is Kind => KINDS.some((kind) => kind === word);

function outOf(port: number, [node, nodePort, ...more]: readonly string[]): FipsForward {
  if (node === undefined || more.length > 0)
    throw usage('Say where to: hearth fips forward add out PORT NODE NODE_PORT');
  return { kind: 'out', port, node, nodePort: portOf(nodePort) };
}

function inOf(port: number, [hostPort, ...allow]: readonly string[]): FipsForward {
  if (allow.length === 0 || !allow.every((npub) => decodeNpub(npub))) {
    throw usage('Say who may use it, by npub: hearth fips forward add in PORT HOST_PORT NPUB...');
  }
  return { kind: 'in', port, host: '127.0.0.1', hostPort: portOf(hostPort), allow };
}

function portOf(word = ''): number {
  const port = /^\d{1,5}$/.test(word) ? Number(word) : 0;
  if (port < 1 || port > 0xffff) throw usage('A port is a number from 1 to 65535.');
  return port;
}
