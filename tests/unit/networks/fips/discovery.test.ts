// The parts of discovery that compute: what is read, what is said, and what is done about it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../../src-main/base/random.ts';
import {
  ADVERT_KIND,
  type Advert,
  type AdvertContent,
  advertTemplate,
  IDENTIFIER,
  readAdvert,
} from '../../../../src-main/networks/fips/discovery/advert.ts';
import { Adverts } from '../../../../src-main/networks/fips/discovery/adverts.ts';
import { DISCOVERY } from '../../../../src-main/networks/fips/discovery/bounds.ts';
import { Failures } from '../../../../src-main/networks/fips/discovery/failures.ts';
import {
  type Advertised,
  type Outside,
  ownEndpoints,
} from '../../../../src-main/networks/fips/discovery/own-endpoints.ts';
import { publicTargets } from '../../../../src-main/networks/fips/discovery/public-targets.ts';
import { Relays } from '../../../../src-main/networks/fips/discovery/relays.ts';
import { Remembered } from '../../../../src-main/networks/fips/discovery/remembered.ts';
import { isOnion, isRoutable } from '../../../../src-main/networks/fips/discovery/routable.ts';
import { encodeSignal, newOffer } from '../../../../src-main/networks/fips/discovery/signal.ts';
import { roomFor, type Standing, sweep } from '../../../../src-main/networks/fips/discovery/sweep.ts';
import { wrap } from '../../../../src-main/nostr/envelope.ts';
import { eventId, type NostrEvent } from '../../../../src-main/nostr/event.ts';
import type { Received } from '../../../../src-main/nostr/pool.ts';
import { isPublicAddress } from '../../../../src-main/reachability/addresses.ts';
import { HandClock } from '../../../support/clock.ts';
import { testSigner } from '../../../support/nostr.ts';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const ONION = `${'a'.repeat(56)}.onion:443`;
const how = { app: IDENTIFIER, mayReach: isPublicAddress, now: NOW };

/** As it comes from a relay, proven. */
function eventOf(changes: Partial<NostrEvent> & { readonly json?: unknown } = {}): NostrEvent {
  const { json, ...rest } = changes;
  const content = JSON.stringify(
    json ?? { identifier: IDENTIFIER, version: 1, endpoints: [{ transport: 'udp', addr: '8.8.8.8:2121' }] },
  );
  const tags = [
    ['d', IDENTIFIER],
    ['protocol', IDENTIFIER],
    ['version', '1'],
  ];
  const event = { kind: ADVERT_KIND, pubkey: 'ab'.repeat(32), created_at: NOW / 1000, tags, content };
  return { ...event, id: '00'.repeat(32), sig: '00'.repeat(64), ...rest };
}

const withEndpoints = (...endpoints: readonly unknown[]) =>
  eventOf({ json: { identifier: IDENTIFIER, version: 1, endpoints } });
const endpointsOf = (event: NostrEvent) =>
  readAdvert(event, how)?.endpoints.map(({ transport, address }) => `${transport} ${address}`);

describe('an advert', () => {
  it('is read as it was written', () => {
    const content: AdvertContent = {
      endpoints: [
        { transport: 'udp', address: '8.8.8.8:2121' },
        { transport: 'udp', address: 'nat' },
        { transport: 'tcp', address: '[2606:4700::1]:443' },
        { transport: 'tcp', address: 'node.example.com:8443' },
        { transport: 'tor', address: ONION },
      ],
      signalRelays: ['wss://relay.example.com'],
      stunServers: ['stun:stun.example.com:3478'],
    };
    const { kind, tags = [], content: text } = advertTemplate(content, IDENTIFIER, NOW);
    expect(JSON.parse(text)).toMatchObject({
      identifier: 'fips-overlay-v1',
      version: 1,
      stunServers: content.stunServers,
    });
    expect(readAdvert(eventOf({ kind, tags: tags.map((tag) => [...tag]), content: text }), how)).toEqual({
      pubkey: 'ab'.repeat(32),
      createdAt: NOW / 1000,
      validUntil: NOW + HOUR,
      endpoints: content.endpoints,
      signalRelays: content.signalRelays,
    });
  });

  it('names relays and STUN servers only where a hole has to be punched', () => {
    const content = {
      endpoints: [{ transport: 'tcp', address: '8.8.8.8:1' }],
      signalRelays: ['wss://a.com'],
      stunServers: ['b'],
    };
    const { content: text } = advertTemplate(content as AdvertContent, IDENTIFIER, NOW);
    expect(Object.keys(JSON.parse(text))).toEqual(['identifier', 'version', 'endpoints']);
  });

  it.each([
    ['of another kind', eventOf({ kind: 1 })],
    ['for another app', eventOf({ tags: [['protocol', 'other']] })],
    [
      'that is over',
      eventOf({
        tags: [
          ['protocol', IDENTIFIER],
          ['expiration', String(NOW / 1000)],
        ],
      }),
    ],
    [
      'that ends at no time',
      eventOf({
        tags: [
          ['protocol', IDENTIFIER],
          ['expiration', 'soon'],
        ],
      }),
    ],
    ['that is two hours old', eventOf({ created_at: NOW / 1000 - 7200 })],
    ['of another version', eventOf({ json: { identifier: IDENTIFIER, version: 2, endpoints: [] } })],
    ['without endpoints', withEndpoints()],
    ['with endpoints of other kinds alone', withEndpoints({ transport: 'webrtc', addr: 'x' })],
    ['that is no object', eventOf({ json: [1] })],
    ['that is no JSON', eventOf({ content: '{' })],
    ['that is too long', eventOf({ content: `"${'x'.repeat(DISCOVERY.advert)}"` })],
    ['that is too deep', withEndpoints([[[[[]]]]])],
  ])('%s is none', (_, event) => {
    expect(readAdvert(event, how)).toBeUndefined();
  });

  it('is good for two hours where it says more', () => {
    const tags = [
      ['protocol', IDENTIFIER],
      ['expiration', '99999999999'],
    ];
    expect(readAdvert(eventOf({ tags }), how)?.validUntil).toBe(NOW + 2 * HOUR);
  });

  it('of a newer node is read without what is not known here', () => {
    const event = withEndpoints({ transport: 'webrtc', addr: 'x' }, { transport: 'udp', addr: 'NAT' }, 7, {
      transport: 'tcp',
    });
    expect(readAdvert(event, how)).toMatchObject({
      endpoints: [{ transport: 'udp', address: 'nat' }],
      signalRelays: [],
    });
  });

  it('leads to no address in a network of ours, and has no more endpoints than are dialled', () => {
    const inside = [
      '127.0.0.1:22',
      '10.0.0.1:80',
      '192.168.1.1:80',
      '169.254.169.254:80',
      '100.64.0.1:1',
      '0.0.0.0:1',
      '224.0.0.1:1',
      '198.51.100.1:1',
      '[::1]:1',
      '[fd00::1]:1',
      '[fe80::1]:1',
      '[::ffff:10.0.0.1]:1',
      'localhost:1',
      'router:1',
      'printer.local:1',
      'nas.lan:1',
      'npub1.fips:1',
      '8.8.8.8',
      '8.8.8.8:0',
      '8.8.8.8:65536',
      ' 8.8.8.8:1',
      '',
      'a..b.com:1',
    ];
    expect(endpointsOf(withEndpoints(...inside.map((addr) => ({ transport: 'tcp', addr }))))).toBeUndefined();
    expect(
      endpointsOf(withEndpoints({ transport: 'tor', addr: 'example.com:443' }, { transport: 'udp', addr: ONION })),
    ).toBeUndefined();
    const many = Array.from({ length: 40 }, (_, nth) => ({ transport: 'udp', addr: `8.8.8.8:${nth + 1}` }));
    expect(endpointsOf(withEndpoints(...many))).toHaveLength(DISCOVERY.endpoints);
  });

  it('may be anything, and is never thrown at', () => {
    fc.assert(
      fc.property(fc.json(), fc.array(fc.array(fc.string())), (content, tags) => {
        readAdvert(eventOf({ content, tags: [...tags, ['protocol', IDENTIFIER]] }), how);
      }),
    );
  });
});

describe('the adverts of others', () => {
  const advert = (pubkey: string, createdAt: number, validUntil = NOW + createdAt): Advert => ({
    pubkey,
    createdAt,
    validUntil,
    endpoints: [],
    signalRelays: [],
  });

  it('are kept in their newest form until they are over', () => {
    const adverts = new Adverts();
    expect([adverts.add(advert('a', 2)), adverts.add(advert('a', 1)), adverts.add(advert('a', 2))]).toEqual([
      true,
      false,
      true,
    ]);
    expect(adverts.get('a', NOW)?.createdAt).toBe(2);
    expect(adverts.get('a', NOW + 2)).toBeUndefined();
    expect(adverts.all(NOW)).toEqual([]);
  });

  it('are no more than the bound: the one that is over first makes room', () => {
    const adverts = new Adverts();
    for (let nth = 1; nth <= DISCOVERY.adverts; nth += 1) adverts.add(advert(String(nth), nth + 10));
    adverts.add(advert('short', 1, NOW + 1));
    expect([adverts.size, adverts.get('short', NOW), adverts.get('1', NOW)?.pubkey]).toEqual([
      DISCOVERY.adverts,
      undefined,
      '1',
    ]);
    adverts.add(advert('long', 1, NOW + HOUR));
    expect([adverts.size, adverts.get('1', NOW), adverts.get('long', NOW)?.pubkey]).toEqual([
      DISCOVERY.adverts,
      undefined,
      'long',
    ]);
  });
});

describe('what this node says of itself', () => {
  const udp: Advertised = { transport: 'udp', local: '0.0.0.0:2121' };
  const tcp: Advertised = { transport: 'tcp', local: '0.0.0.0:8443' };
  const proven = { address: '9.9.9.9', port: 40_000 };
  const plain: Outside = { seen: undefined, canPunch: false, mayReach: isPublicAddress };

  it.each<[string, Advertised, Partial<Outside>, readonly string[]]>([
    ['nothing, behind a router without means to punch', udp, {}, []],
    ['that a hole has to be punched', udp, { canPunch: true }, ['udp nat']],
    [
      'a proven port of the router, and a hole besides',
      { ...udp, proven },
      { canPunch: true },
      ['udp 9.9.9.9:40000', 'udp nat'],
    ],
    [
      'what its user says, with the port that it is bound to',
      { ...udp, external: '8.8.4.4', proven },
      {},
      ['udp 8.8.4.4:2121'],
    ],
    ['what its user says, with another port', { ...udp, external: '8.8.4.4:9' }, {}, ['udp 8.8.4.4:9']],
    ['a name that its user says', { ...tcp, external: 'me.example.com:9' }, {}, ['tcp me.example.com:9']],
    [
      'what it is bound to',
      { ...udp, isPublic: true, local: '8.8.4.4:2121' },
      { seen: '1.1.1.1' },
      ['udp 8.8.4.4:2121'],
    ],
    ['where it is seen, where it is public', { ...udp, isPublic: true }, { seen: '1.1.1.1' }, ['udp 1.1.1.1:2121']],
    ['nothing of where it is seen, where it is not', udp, { seen: '1.1.1.1' }, []],
    ['nothing of where it is seen by TCP', tcp, { seen: '1.1.1.1' }, []],
    ['its onion service', { transport: 'tor', local: ONION }, {}, [`tor ${ONION}`]],
    ['no onion service that is none', { transport: 'tor', local: '8.8.8.8:443' }, {}, []],
  ])('is %s', (_, advertised, outside, expected) => {
    const said = ownEndpoints([advertised], { ...plain, ...outside });
    expect(said.map(({ transport, address }) => `${transport} ${address}`)).toEqual(expected);
  });

  const hosts = fc.oneof(
    fc.constantFrom(
      '10.0.0.1',
      '192.168.1.2',
      '172.16.0.1',
      '127.0.0.1',
      '169.254.1.1',
      '100.64.0.1',
      '0.0.0.0',
      '224.0.0.1',
    ),
    fc.constantFrom(
      '255.255.255.255',
      '192.0.2.1',
      '198.51.100.1',
      '203.0.113.1',
      '198.18.0.1',
      '::',
      '::1',
      'fe80::1',
      'fd00::1',
    ),
    fc.ipV4(),
    fc.ipV6(),
  );

  it('is never an address that means nothing to others, whatever it is bound to and whoever says so', () => {
    const listening = fc.record({
      transport: fc.constantFrom<'udp' | 'tcp' | 'tor'>('udp', 'tcp', 'tor'),
      local: hosts.map((host) => (host.includes(':') ? `[${host}]:2121` : `${host}:2121`)),
      external: fc.option(fc.oneof(hosts, fc.string()), { nil: undefined }),
      isPublic: fc.boolean(),
      proven: fc.option(
        hosts.map((address) => ({ address, port: 5 })),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(fc.array(listening), fc.option(hosts, { nil: undefined }), fc.boolean(), (all, seen, canPunch) => {
        for (const { address } of ownEndpoints(all, { ...plain, seen, canPunch })) {
          if (address === 'nat') continue;
          const host = /^\[?(.*?)\]?:\d+$/.exec(address)?.[1] ?? '';
          expect(isPublicAddress(host) || /^[a-z0-9.-]+\.[a-z]{2,}$/i.test(host)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is told from what only looks like a name or an onion', () => {
    expect([isRoutable('a.example.com:1'), isRoutable('exa_mple.com:1'), isRoutable('1.2.3:4')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([isOnion(ONION), isOnion('short.onion:443'), isOnion(ONION.replace(':443', ''))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('where an advert leads', () => {
  it('is looked up once, and nowhere inside', async () => {
    const asked: string[] = [];
    const answers: Record<string, readonly string[]> = {
      'good.example.com': ['8.8.8.8'],
      'inside.example.com': ['192.168.1.1'],
      'none.example.com': [],
    };
    const lookUp = async (host: string) => {
      asked.push(host);
      return answers[host] ?? [];
    };
    const endpoints = [
      { transport: 'udp', address: 'nat' },
      { transport: 'tcp', address: 'good.example.com:1' },
      { transport: 'tcp', address: 'inside.example.com:2' },
      { transport: 'udp', address: 'none.example.com:3' },
      { transport: 'udp', address: '9.9.9.9:4' },
      { transport: 'udp', address: '[2606:4700::1]:5' },
      { transport: 'tor', address: ONION },
    ] as const;
    const { signal } = new AbortController();
    const found = await publicTargets({ clock: new HandClock(), lookUp }, endpoints, isPublicAddress, signal);
    expect(found.map(({ address }) => address)).toEqual(['nat', '8.8.8.8:1', '9.9.9.9:4', '[2606:4700::1]:5', ONION]);
    expect(asked).toEqual(['good.example.com', 'inside.example.com', 'none.example.com']);
  });
});

describe('attempts that came to nothing', () => {
  it('leave a node alone for half an hour after five of them, and say so once', () => {
    const failures = new Failures();
    const news = Array.from({ length: 6 }, (_, nth) => failures.failed('a', NOW + nth));
    expect(news.map(({ crossed }) => crossed)).toEqual([false, false, false, false, true, false]);
    expect(news.map(({ warn }) => warn)).toEqual([true, false, false, false, false, false]);
    expect(failures.inCooldown('a', NOW + 5 + 1_800_000 - 1)).toBe(true);
    expect(failures.inCooldown('a', NOW + 5 + 1_800_000)).toBe(false);
    expect(failures.failed('a', NOW + 300_000).warn).toBe(true);
    failures.succeeded('a');
    expect([failures.inCooldown('a', NOW), failures.get('a')?.streak]).toEqual([false, 0]);
  });

  it('are for a day where the other end speaks another version, which is news once', () => {
    const failures = new Failures();
    expect([failures.mismatched('a', NOW), failures.mismatched('a', NOW + 1000)]).toEqual([true, false]);
    expect(failures.inCooldown('a', NOW + 86_400_000)).toBe(true);
    expect(failures.mismatched('a', NOW + 44_000_000)).toBe(true);
  });

  it('are remembered of no more nodes than the bound', () => {
    const failures = new Failures();
    for (let nth = 0; nth <= DISCOVERY.failures; nth += 1) failures.failed(String(nth), NOW);
    expect([failures.get('0'), failures.get('1')?.streak]).toEqual([undefined, 1]);
  });
});

describe('open discovery', () => {
  const nobody: Standing = {
    isConfigured: () => false,
    isConnected: () => false,
    isConnecting: () => false,
    isWaiting: () => false,
  };
  const advert = (pubkey: string, changes: Partial<Advert> = {}): Advert => ({
    pubkey,
    createdAt: NOW / 1000,
    validUntil: NOW + HOUR,
    endpoints: [{ transport: 'udp', address: '8.8.8.8:1' }],
    signalRelays: [],
    ...changes,
  });
  const usual = { self: 'me', now: NOW, maxAgeMs: HOUR, room: 64, canPunch: true, inCooldown: () => false };

  it.each<[string, number, Partial<Parameters<typeof roomFor>[0]>]>([
    ['as many as may wait, less those that do', 60, { waiting: 4 }],
    ['no more than there may be connections', 3, { mostConnections: 10, connections: 7 }],
    ['no more than there may be neighbours', 2, { mostPeers: 8, peers: 6 }],
    ['nobody where it is full', 0, { mostPeers: 8, peers: 9 }],
  ])('tries %s', (_, expected, changes) => {
    const none = { mostWaiting: 64, waiting: 0, connections: 0, peers: 0 };
    const unlimited = { mostConnections: Number.POSITIVE_INFINITY, mostPeers: Number.POSITIVE_INFINITY };
    expect(roomFor({ ...none, ...unlimited, ...changes })).toBe(expected);
  });

  it('leaves out who is known, connected, tried or left alone, for the first reason of each', () => {
    const is = (wanted: string) => (pubkey: string) => pubkey === wanted;
    const standing: Standing = {
      isConfigured: (pubkey) => ['configured', 'old'].includes(pubkey),
      isConnected: is('connected'),
      isWaiting: is('waiting'),
      isConnecting: is('connecting'),
    };
    const names = ['old', 'configured', 'me', 'connected', 'waiting', 'cooldown', 'connecting', 'nat', 'good'];
    const adverts = names.map((name) =>
      advert(name, {
        ...(name === 'old' && { createdAt: NOW / 1000 - 3601 }),
        ...(name === 'nat' && { endpoints: [{ transport: 'udp', address: 'nat' }] }),
      }),
    );
    const { candidates, skipped } = sweep(adverts, standing, { ...usual, canPunch: false, inCooldown: is('cooldown') });
    expect(candidates.map(({ pubkey, until }) => [pubkey, until])).toEqual([['good', NOW + HOUR]]);
    const reasons = ['old', 'configured', 'self', 'connected', 'waiting', 'cooldown', 'connecting', 'unusable'];
    expect([...skipped]).toEqual(reasons.map((reason) => [reason, 1]));
  });

  it('takes no more than there is room for, and looks at no more than 64', () => {
    const many = Array.from({ length: 200 }, (_, nth) => advert(String(nth)));
    const count = (room: number) => sweep(many, nobody, { ...usual, room }).candidates.length;
    expect([count(0), count(3), count(1000)]).toEqual([0, 3, 64]);
  });
});

describe('what was last when', () => {
  it.each([DISCOVERY.sessionsSeen, DISCOVERY.lanNodes])(
    'is known of %d, and of the first no more when another comes',
    (most) => {
      const remembered = new Remembered(most);
      for (let nth = 0; nth <= most; nth += 1) remembered.set(String(nth), nth);
      expect(['0', '1', String(most)].map((key) => remembered.isWithin(key, 1_000_000, most))).toEqual([
        false,
        true,
        true,
      ]);
      expect(remembered.isWithin('1', most - 1, most)).toBe(false);
    },
  );
});

describe('sealed messages', () => {
  it('are opened a hundred at once and twenty a second, whoever sent them', async () => {
    const clock = new HandClock();
    const [own, sender] = [await testSigner(), await testSigner()];
    let take: (event: NostrEvent) => void = () => undefined;
    let signals = 0;
    const pool = {
      subscribe: ({ name }: { name: string }, hand: (got: Received) => void) => {
        if (name === 'signals') take = (event) => hand({ event, relay: '', seen: { sql: '', params: [] } as never });
        return () => undefined;
      },
    } as never;
    const relays = new Relays({
      clock,
      random: systemRandom,
      signer: own,
      pool,
      app: IDENTIFIER,
      mayReach: isPublicAddress,
      advert: () => undefined,
      signal: (pubkey, { type }) => {
        if (pubkey === sender.publicKey && type === 'offer') signals += 1;
      },
      unpublished: () => undefined,
    });
    relays.start();
    const seen = { reflexive: undefined, local: [], stunServer: undefined };
    const content = encodeSignal(newOffer({ senderNpub: 'a', recipientNpub: 'b' }, seen, NOW, systemRandom));
    const rumor = { kind: 14, pubkey: sender.publicKey!, created_at: NOW / 1000, tags: [], content };
    const deps = { signer: sender, random: systemRandom, now: NOW };
    const event = wrap({ ...rumor, id: eventId(rumor) }, own.publicKey!, deps, { kind: 21_059 });
    for (let nth = 0; nth < 150; nth += 1) take(event);
    expect(signals).toBe(DISCOVERY.signalsAtOnce);
    await clock.turn(1000);
    for (let nth = 0; nth < 150; nth += 1) take(event);
    expect(signals).toBe(DISCOVERY.signalsAtOnce + DISCOVERY.signals);
    // Neither one to somebody else nor one that was altered is any.
    await clock.turn(1000);
    const elsewhere = wrap({ ...rumor, id: eventId(rumor) }, sender.publicKey!, deps, { kind: 21_059 });
    for (const bad of [elsewhere, { ...event, content: `${event.content.slice(0, -8)}AAAAAAA=` }]) take(bad);
    expect(signals).toBe(DISCOVERY.signalsAtOnce + DISCOVERY.signals);
  });
});
