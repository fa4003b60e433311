// What nodes say of themselves on the local network, and what of that is believed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISCOVERY } from '../../../../src-main/networks/fips/discovery/bounds.ts';
import { LanGate } from '../../../../src-main/networks/fips/discovery/lan-gate.ts';
import {
  isOurs,
  lanRecords,
  lanScope,
  reachable,
  readNeighbours,
} from '../../../../src-main/networks/fips/discovery/lan-records.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';

type Answers = Parameters<typeof readNeighbours>[0];

const { xOnly, npub } = Identity.of(Buffer.alloc(32, 1))!;
const self = { xOnly, port: 2121, scope: 'home' };
/** As the library hands them on: texts as bytes. */
const wired = (records: Answers): Answers =>
  records.map((record) =>
    record.type === 'TXT' ? { ...record, data: (record.data as string[]).map((text) => Buffer.from(text)) } : record,
  );
const said = wired(lanRecords(self, ['192.168.1.7', '10.1.1.7']));
const INSTANCE = `fips-${npub.slice(0, 16)}`;

describe('a node on the local network', () => {
  it('is named as official nodes are', () => {
    expect(lanRecords(self, ['192.168.1.7'])).toEqual([
      { name: '_fips._udp.local', type: 'PTR', ttl: 4500, data: `${INSTANCE}._fips._udp.local` },
      {
        name: `${INSTANCE}._fips._udp.local`,
        type: 'SRV',
        ttl: 120,
        flush: true,
        data: { target: `${INSTANCE}.local`, port: 2121, priority: 0, weight: 0 },
      },
      {
        name: `${INSTANCE}._fips._udp.local`,
        type: 'TXT',
        ttl: 4500,
        flush: true,
        data: [`npub=${npub}`, 'scope=home', 'v=1'],
      },
      { name: `${INSTANCE}.local`, type: 'A', ttl: 120, flush: true, data: '192.168.1.7' },
    ]);
    expect(lanRecords(self, [], true).map((record) => 'ttl' in record && record.ttl)).toEqual([0, 0, 0]);
    const names = [
      '_FIPS._udp.local',
      `${INSTANCE}._fips._udp.local`,
      `${INSTANCE}.local`,
      '_http._tcp.local',
      `${INSTANCE}x.local`,
    ];
    expect(names.map((name) => isOurs(name, xOnly))).toEqual([true, true, true, false, false]);
  });

  it('is read as it was said', () => {
    expect(readNeighbours(said)).toEqual([
      { xOnly, port: 2121, scope: 'home', addresses: ['192.168.1.7', '10.1.1.7'] },
    ]);
  });

  const change = (type: string, data: unknown): Answers =>
    said.map((record) => (record.type === type ? ({ ...record, data } as never) : record));
  it.each<[string, Answers]>([
    ['that is gone', wired(lanRecords(self, ['192.168.1.7'], true))],
    ['without a key', change('TXT', [Buffer.from('v=1')])],
    ['with a key that is none', change('TXT', [Buffer.from('npub=npub1qqqq')])],
    ['without a port', change('SRV', { target: `${INSTANCE}.local`, port: 0, priority: 0, weight: 0 })],
    ['at no address', said.filter(({ type }) => type !== 'A')],
    ['of another service', said.map((record) => ({ ...record, name: record.name.replace('_fips', '_http') }))],
  ])('%s is none', (_, records) => {
    expect(readNeighbours(records)).toEqual([]);
  });

  it('has no more addresses than the bound, and of a packet no more records are read', () => {
    const many = Array.from({ length: 200 }, (_, nth) => `10.0.0.${nth}`);
    expect(readNeighbours(wired(lanRecords(self, many)))[0]?.addresses).toHaveLength(DISCOVERY.lanAddresses);
    const late = [...Array.from({ length: DISCOVERY.lanRecords }, () => said[0]!), ...said];
    expect(readNeighbours(late)).toEqual([]);
  });

  it('may say anything, and is never thrown at', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.constant(Buffer.from(`npub=${npub}`)),
      fc.array(fc.oneof(fc.string(), fc.constant(Buffer.from([0xff])))),
    );
    const names = fc.constantFrom('a._fips._udp.local', 'a.local', '');
    const record = fc.oneof(
      fc.record({ type: fc.constant('TXT'), name: names, ttl: fc.nat(), data: texts }),
      fc.record({ type: fc.constant('A'), name: names, ttl: fc.nat(), data: fc.oneof(fc.ipV4(), fc.string()) }),
      fc.record({
        type: fc.constant('SRV'),
        name: names,
        ttl: fc.nat(),
        data: fc.record({ target: names, port: fc.nat(70_000) }),
      }),
    );
    fc.assert(fc.property(fc.array(record), (records) => void readNeighbours(records as Answers)));
  });
});

describe('where a neighbour is dialled', () => {
  const cards = [{ address: '192.168.1.5', cidr: '192.168.1.5/24' }];
  const at = (from: string, ...addresses: readonly string[]) =>
    reachable({ xOnly, port: 1, scope: undefined, addresses }, from, cards);

  it('is in a network of ours, and first where it said so from', () => {
    expect(at('192.168.1.9', '192.168.1.7', '192.168.1.9', '10.1.1.7')).toEqual(['192.168.1.9', '192.168.1.7']);
    expect(at('192.168.1.9', '127.0.0.1', '8.8.8.8', '192.168.2.7', '224.0.0.1')).toEqual([]);
  });
});

describe('the scope of a mesh', () => {
  it.each([
    ['fips-overlay-v1', 'fips-overlay-v1'],
    ['fips-overlay-v1: home ', 'home'],
    ['fips-overlay-v1:', undefined],
    ['  ', undefined],
    ['other', 'other'],
  ])('of "%s" is %s', (app, scope) => {
    expect(lanScope(app)).toBe(scope);
  });
});

describe('packets of the local network', () => {
  it('are read fifty a second at most, and none that is too long', () => {
    const gate = new LanGate(0);
    const count = (now: number, bytes = 100) =>
      Array.from({ length: 200 }, () => gate.passes(Buffer.alloc(bytes), now)).filter(Boolean).length;
    expect([count(0, DISCOVERY.lanPacket + 1), count(0), count(0), count(1000)]).toEqual([
      0,
      DISCOVERY.lanPackets,
      0,
      DISCOVERY.lanPackets,
    ]);
  });
});
