import { describe, expect, it } from 'vitest';
import {
  MOST_PEER_RECORDS,
  type PeerRecord,
  readPeerRecord,
} from '../../../../../src-main/networks/iicp/mesh/peer-record.ts';
import {
  answered,
  DIRECTORY,
  failed,
  GONE_MS,
  MOST_GONE,
  MOST_OF_A_SOURCE,
  MOST_PEERS,
  merge,
  noPeers,
  proven,
  prune,
  SILENT_MS,
  toCall,
} from '../../../../../src-main/networks/iicp/mesh/peers.ts';
import ids from '../../../../vectors/iicp-node-ids.json' with { type: 'json' };

const self = { nodeId: 'me', endpoint: 'https://me.example.org' };
const entry = (node_id: string, more: Record<string, unknown> = {}) => ({
  node_id,
  endpoint: `https://${node_id}.example.org`,
  ...more,
});
const told = (...entries: unknown[]): readonly PeerRecord[] => readPeerRecord({ peers: entries }, 'peers', false);
const by = (source: string, now = 0) => ({ now, source, self });
const many = (count: number, prefix = 'n') => Array.from({ length: count }, (_, at) => entry(`${prefix}${at}`));

describe('what is told of peers', () => {
  it.each<[string, unknown]>([
    ['a mere id', 'node-b'],
    ['null', null],
    ['a list', [entry('b')]],
    ['no id', { endpoint: 'https://b.example.org' }],
    ['an empty id', entry('')],
    ['an id that is too long', { ...entry('b'), node_id: 'x'.repeat(37) }],
    ['an id with a line break', { ...entry('b'), node_id: 'b\n' }],
    ['an id that is no text', { ...entry('b'), node_id: 7 }],
    ['no endpoint', { node_id: 'b' }],
    ['another scheme', { node_id: 'b', endpoint: 'ftp://b.example.org' }],
    ['a file', { node_id: 'b', endpoint: 'file:///etc/passwd' }],
    ['this computer', { node_id: 'b', endpoint: 'http://127.0.0.1:9484' }],
    ['this computer by a trick', { node_id: 'b', endpoint: 'http://0x7f.1' }],
    ['this computer, dotted', { node_id: 'b', endpoint: 'http://localhost.' }],
    ['a neighbour', { node_id: 'b', endpoint: 'http://192.168.1.1' }],
    ['a neighbour in IPv6', { node_id: 'b', endpoint: 'http://[fd00::1]' }],
    ['a neighbour, mapped', { node_id: 'b', endpoint: 'http://[::ffff:10.0.0.1]' }],
    ['a neighbour behind 6to4', { node_id: 'b', endpoint: 'http://[2002:c0a8:101::1]' }],
    ['the metadata of a cloud', { node_id: 'b', endpoint: 'http://169.254.169.254/latest' }],
    ['a user name', { node_id: 'b', endpoint: 'https://user@b.example.org' }],
    ['a query', { node_id: 'b', endpoint: 'https://b.example.org/?x=1' }],
    ['an endpoint that is too long', { node_id: 'b', endpoint: `https://b.example.org/${'x'.repeat(255)}` }],
  ])('leaves out %s', (_name, one) => {
    expect(told(one)).toEqual([]);
  });

  it.each(ids.valid)('takes the id %j', (node_id) => {
    expect(told({ ...entry('b'), node_id }).map(({ nodeId }) => nodeId)).toEqual([node_id]);
  });

  it.each(ids.invalid)('leaves out the id %j', (node_id) => {
    expect(told({ ...entry('b'), node_id })).toEqual([]);
  });

  it('takes local addresses where the network is a local one, and still only http', () => {
    const list = [
      { node_id: 'b', endpoint: 'http://127.0.0.1:1/' },
      { node_id: 'c', endpoint: 'ftp://127.0.0.1' },
    ];
    expect(readPeerRecord({ known_peers: list }, 'known_peers', true).map(({ endpoint }) => endpoint)).toEqual([
      'http://127.0.0.1:1',
    ]);
  });

  it.each([
    ['relay_accept_port', 0],
    ['relay_accept_port', 65_536],
    ['relay_accept_port', 9485.5],
    ['relay_accept_port', '9485'],
    ['relay_load', -1],
    ['relay_load', Number.NaN],
    ['relay_load', Number.POSITIVE_INFINITY],
    ['relay_load', '0'],
    ['relay_capable', 'yes'],
  ])('takes %s %s for not said', (name, value) => {
    const [one] = told(entry('b', { [name]: value }));
    expect([one!.relayPort, one!.relayLoad, one!.relayCapable]).toEqual([undefined, undefined, undefined]);
  });

  it('looks at no more than 256 entries, and at nothing that is no list', () => {
    expect(told(...many(300))).toHaveLength(MOST_PEER_RECORDS);
    for (const json of [undefined, null, [], 'x', {}, { peers: {} }])
      expect(readPeerRecord(json, 'peers', false)).toEqual([]);
  });
});

describe('peers', () => {
  it('never holds itself, by name or by address', () => {
    const twin = { node_id: 'twin', endpoint: self.endpoint };
    expect(merge(noPeers, told(entry('me'), twin), by('a')).known.size).toBe(0);
  });

  it('is not refreshed by hearsay: whoever does not answer is gone after 90 s, however often it is told of', () => {
    let peers = merge(noPeers, told(entry('b')), by('a'));
    for (let now = 0; now < 2 * SILENT_MS; now += 1000)
      peers = prune(merge(peers, told(entry('b')), by('a', now)), now);
    expect(peers.known.size).toBe(0);
  });

  it('takes what ran out from hearsay only after ten minutes, and from the directory at once', () => {
    const out = prune(merge(noPeers, told(entry('b')), by('a')), SILENT_MS);
    expect(merge(out, told(entry('b')), by('x', SILENT_MS + GONE_MS - 1)).known.size).toBe(0);
    expect(merge(out, told(entry('b')), by(DIRECTORY, SILENT_MS)).known.size).toBe(1);
    expect(merge(out, told(entry('b')), by('x', SILENT_MS + GONE_MS)).known.size).toBe(1);
    // The same name elsewhere is another matter.
    const moved = told({ ...entry('b'), endpoint: 'https://new.example.org' });
    expect(merge(out, moved, by('x', SILENT_MS)).known.get('b')?.endpoint).toBe('https://new.example.org');
  });

  it('keeps whoever answers, for 90 s from the answer', () => {
    const peers = answered(merge(noPeers, told(entry('b')), by('a')), 'b', 60_000);
    expect(prune(peers, 60_000 + SILENT_MS - 1).known.size).toBe(1);
    expect(prune(peers, 60_000 + SILENT_MS).known.size).toBe(0);
  });

  it('drops one that never answered when a call fails, and gives one that did the rest of its time', () => {
    const peers = answered(merge(noPeers, told(entry('b'), entry('c')), by('a')), 'b', 0);
    expect([...failed(failed(peers, 'b', 1), 'c', 1).known.keys()]).toEqual(['b']);
  });

  it('keeps what is known of a relay where nothing is said, and takes what is said', () => {
    const first = told(entry('b', { relay_capable: true, relay_accept_port: 7000, relay_load: 0.5, region: 'eu' }));
    const peers = merge(noPeers, first, by('a'));
    expect(merge(peers, told(entry('b')), by('x')).known).toEqual(peers.known);
    expect(merge(peers, told(entry('b', { relay_load: 2 })), by('x')).known.get('b')).toMatchObject({
      relayCapable: true,
      relayPort: 7000,
      relayLoad: 2,
    });
    expect(merge(noPeers, told(entry('c')), by('a')).known.get('c')).toMatchObject({
      relayCapable: undefined,
      relayPort: undefined,
      relayLoad: undefined,
    });
  });

  it('does not let hearsay move a peer to another address; the directory may until it has answered', () => {
    const elsewhere = told({ ...entry('b'), endpoint: 'https://evil.example.org' });
    const peers = merge(noPeers, told(entry('b')), by('a'));
    expect(merge(peers, elsewhere, by('x')).known.get('b')?.endpoint).toBe('https://b.example.org');
    expect(merge(peers, elsewhere, by(DIRECTORY)).known.get('b')?.endpoint).toBe('https://evil.example.org');
    expect(merge(answered(peers, 'b', 1), elsewhere, by(DIRECTORY)).known.get('b')?.endpoint).toBe(
      'https://b.example.org',
    );
  });

  it('holds 256 in all, 64 of them from one that only tells, and the directory finds room', () => {
    let peers = merge(noPeers, told(...many(200)), by('flood'));
    expect(peers.known.size).toBe(MOST_OF_A_SOURCE);
    for (let source = 0; source < 10; source += 1)
      peers = merge(peers, told(...many(100, `s${source}-`)), by(`s${source}`));
    expect(peers.known.size).toBe(MOST_PEERS);
    peers = merge(peers, told(entry('honest')), by(DIRECTORY));
    expect([peers.known.size, peers.known.has('honest')]).toEqual([MOST_PEERS, true]);
    for (const nodeId of peers.known.keys()) peers = answered(peers, nodeId, 1);
    expect(merge(peers, told(entry('late')), by(DIRECTORY)).known.has('late')).toBe(false);
  });

  it('remembers no more than 2048 that are gone, and those not for ever', () => {
    let peers = noPeers;
    for (let wave = 0; wave < 40; wave += 1) {
      peers = merge(peers, told(...many(64, `w${wave}-`)), by(`s${wave}`, wave));
      for (const nodeId of peers.known.keys()) peers = failed(peers, nodeId, wave);
    }
    expect(peers.gone.size).toBe(MOST_GONE);
    expect(prune(peers, GONE_MS + 100).gone.size).toBe(0);
  });

  it('calls the four that answered the longest ago and the one that was never called, and passes on only who answered', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    let peers = merge(noPeers, told(...names.map((name) => entry(name))), by('x'));
    for (const [at, name] of ['e', 'd', 'c', 'b', 'a'].entries()) peers = answered(peers, name, 10 + at);
    expect(toCall(peers).map(({ nodeId }) => nodeId)).toEqual(['e', 'd', 'c', 'b', 'f']);
    expect(proven(peers).map(({ nodeId }) => nodeId)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(toCall(noPeers)).toEqual([]);
    const strangers = merge(noPeers, told(entry('a'), entry('b')), by('x'));
    expect(toCall(strangers).map(({ nodeId }) => nodeId)).toEqual(['a']);
  });
});
