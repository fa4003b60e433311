// `hearth fips ...`: what only FIPS has for the command line.

import type { FipsAdverts, MeshView } from '../../../src-preload/contract/networks/fips.ts';
import { HearthError } from '../../base/errors.ts';
import { systemRandom } from '../../base/random.ts';
import { type AskNode, type NetworkVerb, networkVerb } from '../verb.ts';
import { forward } from './forward-verb.ts';
import { newKeyPair } from './identity/key-pair.ts';
import { shortNpub } from './identity/names.ts';

interface Asking {
  readonly id: 'fips';
  readonly node: AskNode;
}

const mesh = async ({ id, node }: Asking) =>
  (await node.request('networks.ask', { id, name: 'mesh', input: undefined })) as MeshView;

const usage = (message: string) => new HearthError({ code: 'command.usage', category: 'invalid', message });
const ms = (value: number | null) => (value === null ? '-' : `${value.toFixed(1)} ms`);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const nameOf = ({ alias, npub }: { readonly alias: string | null; readonly npub: string }) => alias ?? shortNpub(npub);
const short = (npub: string | null, addr: string) => (npub === null ? addr : shortNpub(npub));

function throughOf(via: string | null, npub: string | null): string {
  if (via === null) return 'no way now';
  return via === npub ? 'directly' : `through ${shortNpub(via)}`;
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

interface View {
  readonly name: string;
  readonly about: string;
  readonly json: string;
  readonly of: (view: MeshView) => unknown;
  readonly lines: (view: MeshView) => readonly string[];
}

const view = ({ name, about, json, of, lines }: View) =>
  networkVerb({
    name,
    about,
    node: 'running',
    json,
    read: () => ({}),
    async run(_, context) {
      const seen = await mesh(context as Asking);
      return { json: of(seen), lines: lines(seen) };
    },
  });

type Rung = MeshView['wanted'][number]['ladder'][number];

const WAYS: Readonly<Record<Rung['way'], (rung: Rung) => string>> = {
  dial: ({ transport, address }) => `${transport} ${address}`,
  relays: () => 'relays',
  hole: () => 'through the routers',
};

const rungLine = (rung: Rung) => {
  const { at, way, reason, said } = rung;
  const sentences = [reason.message, ...(said === null ? [] : [`It says: ${said}`]), reason.action].filter(Boolean);
  return `  ${new Date(at).toISOString()}  ${WAYS[way](rung)}: ${sentences.join(' ')}`;
};

const peers = view({
  name: 'peers',
  about: 'neighbours, and the peers that are none yet with what was tried',
  json: 'neighbours and wanted peers.',
  of: ({ neighbours, wanted }) => ({ neighbours, wanted }),
  lines: ({ neighbours, wanted }) => [
    ...(neighbours.length === 0 ? ['No neighbour now.'] : []),
    ...table(neighbours.map((one) => [nameOf(one), one.transport, one.address, ms(one.rttMs), percent(one.loss)])),
    ...wanted
      .filter(({ state }) => state !== 'up')
      .flatMap((one) => [
        `${nameOf(one)}: ${one.state}${one.againAt === null ? '' : `, again at ${new Date(one.againAt).toISOString()}`}`,
        ...one.ladder.map(rungLine),
      ]),
  ],
});

const links = view({
  name: 'links',
  about: 'how neighbours are connected: address, round trip, losses and what has passed',
  json: 'each neighbour.',
  of: ({ neighbours }) => neighbours,
  lines: ({ neighbours }) =>
    neighbours.length === 0
      ? ['No link now.']
      : table(
          neighbours.map((one) => [
            nameOf(one),
            one.outbound ? 'dialled' : 'came',
            `${one.transport} ${one.address}`,
            ms(one.rttMs),
            `${percent(one.loss)} lost`,
            `${one.sentBytes} bytes out`,
            `${one.receivedBytes} bytes in`,
            `${one.transitIn + one.transitOut} for others`,
          ]),
        ),
});

const tree = view({
  name: 'tree',
  about: 'where this node stands in the tree of the mesh',
  json: 'the tree as this node knows it.',
  of: (seen) => seen.tree,
  lines: ({ tree: place, neighbours }) => [
    place.isRoot
      ? 'This node is the root.'
      : `Root ${short(place.rootNpub, place.root)}, ${place.depth} ${place.depth === 1 ? 'hop' : 'hops'} away.`,
    ...(place.parent === null ? [] : [`Parent ${shortNpub(place.parent)}`]),
    ...neighbours.filter(({ isChild }) => isChild).map((child) => `Child ${nameOf(child)}`),
    `Way to the root: ${place.path.join(' ')}`,
  ],
});

const routes = view({
  name: 'routes',
  about: 'which nodes are known to be reached through which neighbour',
  json: 'each node whose place is known.',
  of: (seen) => seen.routes,
  lines: (seen) =>
    seen.routes.length === 0
      ? ['No way is known but to neighbours.']
      : table(
          seen.routes.map(({ npub, addr, via, hops }) => [
            short(npub, addr),
            throughOf(via, npub),
            hops === null ? '' : `${hops} ${hops === 1 ? 'hop' : 'hops'}`,
          ]),
        ),
});

const sessions = view({
  name: 'sessions',
  about: 'sessions with other nodes, sealed from end to end',
  json: 'each session.',
  of: (seen) => seen.sessions,
  lines: (seen) =>
    seen.sessions.length === 0
      ? ['No session now.']
      : table(
          seen.sessions.map(({ npub, addr, state, rttMs, via, sentBytes, receivedBytes }) => [
            short(npub, addr),
            state,
            ms(rttMs),
            throughOf(via, npub),
            `${sentBytes} bytes out`,
            `${receivedBytes} bytes in`,
          ]),
        ),
});

const placesOf = (endpoints: FipsAdverts['others'][number]['endpoints']) =>
  endpoints
    .map(({ transport, address }) => (address === 'nat' ? 'behind a router' : `${transport} ${address}`))
    .join(', ');

const OWN: Readonly<Record<'unsaid' | 'missing' | 'away', string>> = {
  unsaid: 'This computer does not say where it is. Switch it on: hearth settings set networks.fips.advertise true',
  missing: 'No relay has an advert of this computer that others could use. hearth doctor says why.',
  away: 'No relay has answered. Look at networks.fips.relays.',
};

const adverts = networkVerb({
  name: 'adverts',
  about: 'where relays say that this computer and others are',
  more: 'Relays are asked by connections of their own, so that what others read is what is shown.',
  node: 'running',
  json: 'the advert of this node as others read it, and those of others.',
  read: () => ({}),
  async run(_, { id, node }) {
    const seen = (await node.request('networks.ask', { id, name: 'adverts', input: undefined })) as FipsAdverts;
    const { own, others } = seen;
    return {
      json: seen,
      lines: [
        own.state === 'there'
          ? `This computer: ${placesOf(own.endpoints)}, until ${new Date(own.until).toISOString()}`
          : OWN[own.state],
        ...table(others.map((one) => [nameOf(one), new Date(one.at).toISOString(), placesOf(one.endpoints)])),
      ],
    };
  },
});

type Transport = 'udp' | 'tcp' | 'tor';
const isTransport = (word: string): word is Transport => ['udp', 'tcp', 'tor'].includes(word);

const connect = networkVerb({
  name: 'connect',
  args: 'NPUB [ADDRESS] [udp|tcp|tor]',
  about: 'dials a node now: at that address, or where it is set to be',
  more: 'The address is host:port. It is not kept: peers for good are the setting networks.fips.peers.',
  node: 'running',
  json: 'the node that is dialled.',
  read: ([npub, addr, transport = 'udp', ...more]) => {
    if (npub === undefined || more.length > 0 || !isTransport(transport)) {
      throw usage('Say whom, and where: hearth fips connect NPUB HOST:PORT udp');
    }
    return { npub, at: addr === undefined ? undefined : { transport, addr } };
  },
  async run({ npub, at }, { id, node }) {
    const json = await node.request('networks.ask', { id, name: 'connect', input: { npub, ...(at && { at }) } });
    return { json, lines: [`${npub} is being dialled. hearth fips peers says what came of it.`] };
  },
});

const disconnect = networkVerb({
  name: 'disconnect',
  args: 'NPUB',
  about: 'lets a neighbour go; it is not dialled again before hearth fips connect, or a new start',
  node: 'running',
  json: 'the node that was let go.',
  read: ([npub, ...more]) => {
    if (npub === undefined || more.length > 0) throw usage('Say whom: hearth fips disconnect NPUB');
    return { npub };
  },
  async run({ npub }, { id, node }) {
    const json = await node.request('networks.ask', { id, name: 'disconnect', input: { npub } });
    return { json, lines: [`${npub} was let go.`] };
  },
});

const openConsole = networkVerb({
  name: 'console',
  args: 'NODE',
  about:
    'opens the pages of another Hearth: prints a link to them, for this computer, good once and within ten minutes',
  more:
    'NODE is its npub, or what you call it. It has to let this computer in: there, set networks.fips.consoleFor to the npub of this one. ' +
    'Whoever is let in can do there what its owner can, so name your own computers alone.',
  node: 'running',
  json: 'the link.',
  read: ([at, ...more]) => {
    if (at === undefined || more.length > 0) throw usage('Say which: hearth fips console NODE');
    return { at };
  },
  async run({ at }, { visit }) {
    const link = await visit(at);
    return { json: { link }, lines: [link] };
  },
});

const keygen = networkVerb({
  name: 'keygen',
  args: 'FILE',
  about:
    'makes a key for some other node: the secret half goes to a new file that only you can read, never to the screen',
  more: 'Nothing of this node changes. The public half stands beside FILE, with .pub at its end in place of .key.',
  node: 'optional',
  json: 'the public half, and where the files are.',
  read: ([file, ...more]) => {
    if (file === undefined || more.length > 0) throw usage('Say one file: hearth fips keygen FILE');
    return { file };
  },
  async run({ file }, { createFile }) {
    const { nsec, npub } = newKeyPair(systemRandom);
    const publicFile = `${file.replace(/\.key$/, '')}.pub`;
    await createFile(publicFile, `${npub}\n`, 0o644);
    await createFile(file, `${nsec}\n`, 0o600);
    return { json: { npub, file, publicFile }, lines: [npub, `The secret half is in ${file}.`] };
  },
});

export const fipsVerbs: readonly NetworkVerb[] = [
  peers,
  links,
  tree,
  routes,
  sessions,
  adverts,
  connect,
  disconnect,
  keygen,
  forward,
  openConsole,
];
