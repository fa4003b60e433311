import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elect, offersOf, relayAt, relaysIn } from '../../../../../src-main/networks/iicp/relay/elect.ts';
import { Tickets } from '../../../../../src-main/networks/iicp/relay/tickets.ts';
import { HandClock } from '../../../../support/clock.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../vectors/${name}`, import.meta.url), 'utf8'));

describe('the official vectors of election', () => {
  const { worker_id, hash_prefixes, vectors } = read('iicp-relay-election.json') as {
    worker_id: string;
    hash_prefixes: Record<string, string>;
    vectors: { loads: Record<string, number>; elected: string }[];
  };

  it.each(Object.entries(hash_prefixes))('have %s at %s', (relay, prefix) => {
    const hash = createHash('sha256').update(`${worker_id}:${relay}`).digest('hex');
    expect(hash.startsWith(prefix)).toBe(true);
  });

  it.each(vectors)('elect $elected', ({ loads, elected }) => {
    const offers = Object.entries(loads).map(([nodeId, load]) => ({ nodeId, load }));
    expect(elect(worker_id, offers)?.nodeId).toBe(elected);
    expect(elect(worker_id, offers.toReversed())?.nodeId).toBe(elected);
  });

  it('elect nobody where there is nobody', () => {
    expect(elect(worker_id, [])).toBeUndefined();
  });
});

describe('what a directory tells of relays', () => {
  const relay = { node_id: 'relay-a', endpoint: 'http://relay.example.com:9000', relay_capable: true, load: 0.5 };
  it.each([
    ['a relay, at the usual port', relay, [{ nodeId: 'relay-a', host: 'relay.example.com', port: 9485, load: 0.5 }]],
    [
      'one that tells its port',
      { ...relay, relay_accept_port: 7000 },
      [{ nodeId: 'relay-a', host: 'relay.example.com', port: 7000, load: 0.5 }],
    ],
    [
      'an address of IPv6',
      { ...relay, endpoint: 'http://[2001:db8::1]:1' },
      [{ nodeId: 'relay-a', host: '2001:db8::1', port: 9485, load: 0.5 }],
    ],
    [
      'a port that is none',
      { ...relay, relay_accept_port: 0 },
      [{ nodeId: 'relay-a', host: 'relay.example.com', port: 9485, load: 0.5 }],
    ],
    ['a node that is no relay, which it was asked to leave out', { ...relay, relay_capable: false }, []],
    ['ourselves', { ...relay, node_id: 'worker-1' }, []],
    ['one of little reputation', { ...relay, reputation_score: 0.09 }, []],
    [
      'one of just enough',
      { ...relay, reputation_score: 0.1 },
      [{ nodeId: 'relay-a', host: 'relay.example.com', port: 9485, load: 0.5 }],
    ],
    ['one that is not available', { ...relay, available: false }, []],
    ['one inside a private network', { ...relay, endpoint: 'http://192.168.1.1:9484' }, []],
    ['one at no address', { ...relay, endpoint: 'file:///etc/passwd' }, []],
    ['nonsense', 'relay-a', []],
  ])('counts %s rightly', (_what, node, expected) => {
    const listed = relaysIn([node], 'worker-1', (endpoint) => !endpoint.includes('192.168.'));
    expect(offersOf([], listed)).toEqual(expected);
  });

  const mention = (port: number | undefined, load?: number) => ({ nodeId: 'a', host: 'a.example.com', port, load });
  it.each([
    [
      'the port that peers tell, then the usual one, where it tells none',
      mention(7000, 0.5),
      mention(undefined),
      [7000, 9485],
      0.5,
    ],
    ['its own port where it tells one', mention(7000), mention(8000), [8000], 0],
    ['its own load, and peers tell the port', mention(7000, 0.5), mention(undefined, 0.25), [7000, 9485], 0.25],
    ['the usual port where nobody tells one', mention(undefined), mention(undefined), [9485], 0],
  ])('counts for a relay that peers tell of as well: %s', (_what, heard, listed, ports, load) => {
    expect(offersOf([heard], [listed])).toEqual(
      ports.map((port) => ({ nodeId: 'a', host: 'a.example.com', port, load })),
    );
  });

  it.each([
    ['relay.example.com', { host: 'relay.example.com', port: 9485 }],
    ['203.0.113.1:7', { host: '203.0.113.1', port: 7 }],
    ['[2001:db8::1]:7', { host: '2001:db8::1', port: 7 }],
    ['relay:0', undefined],
    ['relay:70000', undefined],
    ['http://relay', undefined],
    ['', undefined],
  ])('is not asked where the user has named %s', (given, expected) => {
    expect(relayAt(given)).toEqual(expected && { nodeId: undefined, ...expected });
  });
});

describe('a ticket', () => {
  const { public_key_hex, relay_ticket, consumer_token } = read('iicp-tokens.json') as {
    public_key_hex: string;
    relay_ticket: { token: string; claims: { iat: number; exp: number } };
    consumer_token: { token: string };
  };
  const { token, claims } = relay_ticket;
  const during = (claims.iat + 1) * 1000;
  it.each([
    ['is good once for its worker at its relay', token, 'worker-1', 'relay-1', during, public_key_hex, 'good'],
    ['is bad for another worker', token, 'worker-2', 'relay-1', during, public_key_hex, 'bad'],
    ['is bad at another relay', token, 'worker-1', 'relay-2', during, public_key_hex, 'bad'],
    ['is bad when it has run out', token, 'worker-1', 'relay-1', claims.exp * 1000, public_key_hex, 'bad'],
    ['is bad when it was changed', `f${token.slice(1)}`, 'worker-1', 'relay-1', during, public_key_hex, 'bad'],
    ['is bad where the key is not known yet', token, 'worker-1', 'relay-1', during, undefined, 'bad'],
    ['is not what consumers have', consumer_token.token, 'worker-1', 'relay-1', during, public_key_hex, 'bad'],
    ['is needed', undefined, 'worker-1', 'relay-1', during, public_key_hex, 'bad'],
  ])('%s', (_what, ticket, worker, relay, now, key, expected) => {
    const tickets = new Tickets(new HandClock(now), relay, () => key);
    expect(tickets.check(ticket, worker)).toBe(expected);
    if (expected === 'good') expect(tickets.check(ticket, worker)).toBe('replayed');
  });
});
