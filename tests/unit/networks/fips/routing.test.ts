import { describe, expect, it } from 'vitest';
import { FIPS } from '../../../../src-main/networks/fips/bounds.ts';
import { Identity, isSignedBy } from '../../../../src-main/networks/fips/identity/identity.ts';
import { KnownKeys } from '../../../../src-main/networks/fips/identity/known-keys.ts';
import { CoordinateCache } from '../../../../src-main/networks/fips/routing/coordinate-cache.ts';
import { distance, nextHop } from '../../../../src-main/networks/fips/routing/distance.ts';
import { Filters } from '../../../../src-main/networks/fips/routing/filters.ts';
import { type LookupPorts, Lookups } from '../../../../src-main/networks/fips/routing/lookups.ts';
import { Router } from '../../../../src-main/networks/fips/routing/router.ts';
import { Tree } from '../../../../src-main/networks/fips/routing/tree.ts';
import { BloomFilter } from '../../../../src-main/networks/fips/wire/filter-announce.ts';
import { encodeDatagram } from '../../../../src-main/networks/fips/wire/link-message.ts';
import {
  decodeLookupRequest,
  decodeLookupResponse,
  lookupSigningBytes,
} from '../../../../src-main/networks/fips/wire/lookup.ts';
import { HandClock } from '../../../support/clock.ts';
import { seededRandom } from '../../../support/random.ts';

/** An address that begins with those digits: `1` is smaller than `2`. */
const a = (digits: string) => digits.padEnd(32, '0');
const SIGNATURE = Buffer.alloc(64);

/** From the node itself to the root. */
const place = (sequence: number, ...path: string[]) => ({
  sequence: BigInt(sequence),
  timestamp: 5n,
  parent: a(path[1] ?? path[0]!),
  ancestry: path.map((addr) => ({ addr: a(addr), sequence: BigInt(sequence), timestamp: 5n })),
  signature: SIGNATURE,
});

describe('a place in the tree', () => {
  it.each([
    ['a root', '1', place(1, '1'), true],
    ['under another', '5', place(1, '5', '3', '1'), true],
    ['of somebody else', '5', place(1, '6', '1'), false],
    ['of nobody', '5', place(1, '5'), true],
    ['of a root with somebody above', '5', { ...place(1, '5', '1'), parent: a('5') }, false],
    ['whose parent is not on the way', '5', { ...place(1, '5', '3', '1'), parent: a('4') }, false],
    ['whose root is not the smallest', '5', place(1, '5', '1', '2'), false],
    ['that goes in a circle', '5', place(1, '5', '3', '5', '1'), false],
    ['without any way', '5', { ...place(1, '5'), ancestry: [] }, false],
  ])('is believed where it can be: %s', (_, from, announce, is) => {
    expect(new Tree(a('9'), 0).isNews(a(from), announce)).toBe(is);
  });

  it('is news only with a higher sequence', () => {
    const tree = new Tree(a('9'), 0);
    tree.learn(a('5'), place(3, '5', '1'));
    expect([2, 3, 4].map((sequence) => tree.isNews(a('5'), place(sequence, '5', '2')))).toEqual([false, false, true]);
  });
});

describe('the tree', () => {
  const unmeasured = () => undefined;
  const costs = (known: Record<string, number>) => (addr: string) => known[addr.replace(/0+$/, '')];
  const pathOf = (tree: Tree) => tree.coordinates.map((addr) => addr.replace(/0+$/, '')).join(' ');

  it('has this node as its root until it hears of a smaller one', () => {
    const tree = new Tree(a('5'), 0);
    expect([tree.isRoot, pathOf(tree), tree.place.sequence]).toEqual([true, '5', 1n]);
    tree.learn(a('7'), place(1, '7'));
    expect(tree.evaluate(unmeasured, 0, 0)).toBe(false);
    tree.learn(a('3'), place(1, '3', '1'));
    expect(tree.evaluate(unmeasured, 0, 0)).toBe(true);
    expect([tree.isRoot, pathOf(tree), tree.place.sequence]).toEqual([false, '5 3 1', 2n]);
    expect([tree.isTreePeer(a('3')), tree.isTreePeer(a('7'))]).toEqual([true, false]);
    tree.learn(a('7'), place(2, '7', '5', '3', '1'));
    expect(tree.isTreePeer(a('7'))).toBe(true);
  });

  it.each([
    ['the one with fewer hops', {}, '9 7 1'],
    ['the cheapest link, hops counted', { 6: 1, 7: 9, 8: 9 }, '9 6 2 1'],
    ['one whose round trip is known, if any is', { 6: 5 }, '9 6 2 1'],
    ['the smaller of two that are the same', { 7: 1, 8: 1 }, '9 7 1'],
  ])('takes as a parent %s', (_, known, path) => {
    const tree = new Tree(a('9'), 0);
    tree.learn(a('6'), place(1, '6', '2', '1'));
    tree.learn(a('8'), place(1, '8', '1'));
    tree.learn(a('7'), place(1, '7', '1'));
    tree.evaluate(costs(known), 0, 0);
    expect(pathOf(tree)).toBe(path);
  });

  it('takes no parent below this node, nor one too deep', () => {
    const tree = new Tree(a('9'), 0);
    tree.learn(a('a'), place(1, 'a', '9', '1'));
    tree.learn(a('b'), place(1, 'b', ...Array.from({ length: FIPS.treeDepth - 1 }, (_, nth) => `c${nth + 10}`)));
    expect([tree.evaluate(unmeasured, 0, 0), pathOf(tree)]).toEqual([false, '9']);
  });

  it('is left for a better parent after half a minute, and only for one that is better by a fifth', () => {
    const tree = new Tree(a('9'), 0);
    tree.learn(a('6'), place(1, '6', '1'));
    tree.learn(a('7'), place(1, '7', '1'));
    tree.evaluate(costs({ 6: 2, 7: 3 }), 0, 0);
    const better = costs({ 6: 9, 7: 3 });
    expect([tree.evaluate(better, 29_999, 0), tree.evaluate(costs({ 6: 4, 7: 3 }), 40_000, 0)]).toEqual([false, false]);
    expect([tree.evaluate(better, 50_000, 0), pathOf(tree)]).toEqual([true, '9 7 1']);
  });

  it('is left at once when the parent is gone, has this node above it, or a smaller root is seen', () => {
    const tree = new Tree(a('9'), 0);
    tree.learn(a('6'), place(1, '6', '2'));
    tree.learn(a('7'), place(1, '7', '2'));
    tree.evaluate(unmeasured, 0, 0);
    tree.lose(a('6'));
    expect([tree.evaluate(unmeasured, 1, 0), pathOf(tree)]).toEqual([true, '9 7 2']);
    tree.learn(a('8'), place(1, '8', '1'));
    expect([tree.evaluate(unmeasured, 2, 0), pathOf(tree)]).toEqual([true, '9 8 1']);
    tree.learn(a('8'), place(2, '8', '9', '1'));
    expect([tree.evaluate(unmeasured, 3, 0), pathOf(tree)]).toEqual([true, '9 7 2']);
    tree.lose(a('7'));
    tree.lose(a('8'));
    expect([tree.evaluate(unmeasured, 4, 0), pathOf(tree), tree.isRoot]).toEqual([true, '9', true]);
  });

  it('is announced anew when the way above the parent changes', () => {
    const tree = new Tree(a('9'), 0);
    tree.learn(a('6'), place(1, '6', '4', '1'));
    tree.evaluate(unmeasured, 0, 0);
    tree.learn(a('6'), place(2, '6', '4', '1'));
    expect(tree.evaluate(unmeasured, 1, 0)).toBe(false);
    tree.learn(a('6'), place(3, '6', '3', '1'));
    expect([tree.evaluate(unmeasured, 2, 0), pathOf(tree)]).toEqual([true, '9 6 3 1']);
  });

  it('is not left by choice for two minutes after four switches within one', () => {
    const tree = new Tree(a('9'), 0);
    tree.learn(a('7'), place(1, '7', '5'));
    for (const [nth, root] of ['5', '4', '3', '2'].entries()) {
      // Now one of them has a smaller root, now the other.
      const addr = nth % 2 === 0 ? '6' : '8';
      tree.learn(a(addr), place(nth + 1, addr, root));
      expect(tree.evaluate(unmeasured, nth, 0)).toBe(true);
    }
    expect(pathOf(tree)).toBe('9 8 2');
    tree.learn(a('6'), place(9, '6', '2'));
    const other = costs({ 6: 1, 8: 9 });
    expect(tree.evaluate(other, 119_000, 0)).toBe(false);
    expect([tree.evaluate(other, 121_000, 0), pathOf(tree)]).toEqual([true, '9 6 2']);
  });
});

describe('the distance of two nodes', () => {
  it.each([
    ['the same', ['5', '1'], ['5', '1'], 0],
    ['parent and child', ['5', '3', '1'], ['3', '1'], 1],
    ['two children', ['5', '3', '1'], ['6', '3', '1'], 2],
    ['two branches', ['5', '3', '1'], ['6', '4', '1'], 4],
    ['two trees', ['5', '1'], ['6', '2'], Number.POSITIVE_INFINITY],
  ])('is counted by the tree: %s', (_, one, other, hops) => {
    expect([distance(one, other), distance(other, one)]).toEqual([hops, hops]);
  });
});

describe('the next hop', () => {
  const neighbour = (addr: string, coordinates: string[], more = {}) => ({
    addr,
    coordinates,
    cost: 1,
    isTreePeer: false,
    knows: false,
    ...more,
  });
  const mine = ['5', '3', '1'];
  const target = ['9', '8', '1'];
  const parent = neighbour('3', ['3', '1'], { isTreePeer: true });
  const short = neighbour('8', ['8', '1'], { knows: true, cost: 3 });

  it.each([
    ['the one that knows and is closer', [parent, short], '8'],
    ['the cheaper of two that know', [short, neighbour('7', ['7', '8', '1'], { knows: true, cost: 2 })], '7'],
    ['the closer of two as cheap', [short, neighbour('7', ['7', '1'], { knows: true, cost: 3 })], '8'],
    ['none that knows but is no closer', [neighbour('4', ['4', '3', '1'], { knows: true })], undefined],
    ['the tree’s way where none knows', [parent, neighbour('8', ['8', '1'])], '3'],
    ['none of another tree', [neighbour('7', ['7', '0'], { knows: true })], undefined],
  ])('is %s', (_, neighbours, next) => {
    expect(nextHop(mine, target, neighbours)).toBe(next);
  });
});

describe('what neighbours are told of others', () => {
  const of = (...addrs: string[]) => {
    const filter = BloomFilter.empty();
    for (const addr of addrs) filter.add(a(addr));
    return filter;
  };

  it('is this node and all that the others in the tree have said, once', () => {
    const filters = new Filters(
      a('5'),
      (peer) => peer !== a('8'),
      () => true,
    );
    filters.learn(a('3'), { sequence: 1n, filter: of('3', 'a') });
    filters.learn(a('7'), { sequence: 1n, filter: of('7', 'b') });
    filters.learn(a('8'), { sequence: 1n, filter: of('8', 'c') });
    const { filter } = filters.newsFor(a('3'))!;
    expect(['5', '7', 'b', '3', 'a', '8', 'c'].map((addr) => filter.has(a(addr)))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(filters.newsFor(a('3'))).toBeUndefined();
    filters.learn(a('7'), { sequence: 2n, filter: of('7', 'd') });
    expect(filters.newsFor(a('3'))?.sequence).toBe(2n);
    filters.repeat();
    expect([filters.newsFor(a('3'))?.sequence, filters.newsFor(a('3'))]).toEqual([3n, undefined]);
    filters.lose(a('7'));
    expect(filters.newsFor(a('3'))?.filter.has(a('d'))).toBe(false);
  });

  it('is not believed when it is old, or says yes to everything', () => {
    const filters = new Filters(
      a('5'),
      () => true,
      () => true,
    );
    expect(filters.learn(a('3'), { sequence: 2n, filter: of('a') })).toBe(true);
    expect(filters.learn(a('3'), { sequence: 2n, filter: of('b') })).toBe(false);
    expect(filters.learn(a('3'), { sequence: 3n, filter: BloomFilter.of(Buffer.alloc(1024, 0xff)) })).toBe(false);
    expect([filters.has(a('3'), a('a')), filters.has(a('3'), a('b')), filters.has(a('4'), a('a'))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('what is remembered of others', () => {
  it(`is where they stand, for five minutes, of the last ${FIPS.coordinates}`, () => {
    const cache = new CoordinateCache();
    const addr = (nth: number) => nth.toString(16).padStart(32, '0');
    for (let nth = 0; nth <= FIPS.coordinates; nth += 1) cache.set(addr(nth), [addr(nth), a('1')], 0);
    expect([cache.size, cache.get(addr(0), 0), cache.get(addr(1), 299_999)?.length]).toEqual([
      FIPS.coordinates,
      undefined,
      2,
    ]);
    expect(cache.get(addr(1), 300_000)).toBeUndefined();
    cache.set(a('5'), [a('6'), a('1')], 0);
    expect(cache.get(a('5'), 0)).toBeUndefined();
  });

  it(`are ${FIPS.identities} keys, those heard of last`, () => {
    const keys = new KnownKeys();
    const key = (nth: number) => Buffer.alloc(32).fill(nth.toString().padStart(8, '0'));
    const addrs = Array.from({ length: FIPS.identities }, (_, nth) => keys.add(key(nth)));
    keys.add(key(0));
    keys.add(key(FIPS.identities));
    expect([keys.get(addrs[0]!), keys.get(addrs[1]!)]).toEqual([key(0), undefined]);
  });
});

describe('a lookup', () => {
  const target = Identity.of(Buffer.alloc(32, 7))!;
  const random = seededRandom(1);

  function lookups(me: string, knowing: readonly string[], ports: Partial<LookupPorts> = {}) {
    const sent: [string, Buffer][] = [];
    const news: string[] = [];
    const made = new Lookups(
      {
        random,
        me,
        coordinates: () => [me, a('1')],
        knowing: (_, but) => knowing.filter((peer) => peer !== but),
        mtuOf: () => 1280,
        send: (peer, message) => void sent.push([peer, message]),
        sign: (data) => target.sign(data, random),
        isSignedBy: (addr, data, signature) => addr === target.nodeAddr && isSignedBy(target.xOnly, data, signature),
        found: (addr, coordinates, mtu) => void news.push(`found ${addr} ${coordinates.length} ${mtu}`),
        failed: (addr) => void news.push(`failed ${addr}`),
        ...ports,
      },
      0,
    );
    return { made, sent, news };
  }

  it('goes to the target hop by hop, and its answer back the same way, signed and with the smallest MTU', () => {
    const asking = lookups(a('5'), [a('6')]);
    const between = lookups(a('6'), [target.nodeAddr], { mtuOf: (peer) => (peer === a('5') ? 1280 : 900) });
    const asked = lookups(target.nodeAddr, []);
    asking.made.search(target.nodeAddr, 0);
    between.made.onRequest(a('5'), decodeLookupRequest(asking.sent[0]![1])!, 0);
    expect(between.sent[0]![0]).toBe(target.nodeAddr);
    expect(decodeLookupRequest(between.sent[0]![1])?.ttl).toBe(63);
    asked.made.onRequest(a('6'), decodeLookupRequest(between.sent[0]![1])!, 0);
    between.made.onResponse(target.nodeAddr, decodeLookupResponse(asked.sent[0]![1])!);
    expect(between.sent[1]![0]).toBe(a('5'));
    asking.made.onResponse(a('6'), decodeLookupResponse(between.sent[1]![1])!);
    expect(asking.news).toEqual([`found ${target.nodeAddr} 2 900`]);
    // Neither a second time.
    between.made.onResponse(target.nodeAddr, decodeLookupResponse(asked.sent[0]![1])!);
    asking.made.onResponse(a('6'), decodeLookupResponse(between.sent[1]![1])!);
    expect([between.sent.length, asking.news.length]).toEqual([2, 1]);
  });

  it('believes no answer that the target has not signed, whoever gives it', () => {
    const asking = lookups(a('5'), [a('6')]);
    asking.made.search(target.nodeAddr, 0);
    const { id } = decodeLookupRequest(asking.sent[0]![1])!;
    const response = { id, target: target.nodeAddr, pathMtu: 1280, targetCoordinates: [target.nodeAddr, a('1')] };
    const proof = target.sign(lookupSigningBytes(response), random);
    const lies = [
      { ...response, proof: Buffer.alloc(64) },
      { ...response, proof, targetCoordinates: [target.nodeAddr, a('2'), a('1')] },
      { ...response, proof, id: id + 1n },
    ];
    for (const lie of lies) asking.made.onResponse(a('6'), lie);
    expect(asking.news).toEqual([]);
    asking.made.onResponse(a('6'), { ...response, proof });
    expect(asking.news).toHaveLength(1);
  });

  it('fails at once where no neighbour knows, and else after four tries in 15 seconds', () => {
    const alone = lookups(a('5'), []);
    alone.made.search(target.nodeAddr, 0);
    expect(alone.news).toHaveLength(1);
    const asking = lookups(a('5'), [a('6')]);
    asking.made.search(target.nodeAddr, 0);
    const at: number[] = [];
    for (let now = 0; now <= 20_000; now += 100) {
      const before = asking.sent.length;
      asking.made.tick(now);
      if (asking.sent.length > before) at.push(now);
      if (now < 15_000) expect(asking.news).toEqual([]);
    }
    expect([at, asking.news]).toEqual([[1000, 3000, 7000], [`failed ${target.nodeAddr}`]]);
    const ids = asking.sent.map(([, message]) => decodeLookupRequest(message)!.id);
    expect(new Set(ids).size).toBe(4);
  });

  const request = (id: number, more = {}) => ({
    id: BigInt(id),
    target: target.nodeAddr,
    origin: a('5'),
    ttl: 64,
    minMtu: 0,
    originCoordinates: [a('5'), a('1')],
    ...more,
  });

  it('is passed on once by its id, four times in two seconds for one target, and not at its last hop', () => {
    const between = lookups(a('6'), [target.nodeAddr]);
    for (let id = 0; id < 10; id += 1)
      for (let nth = 0; nth < 2; nth += 1) between.made.onRequest(a('5'), request(id), 0);
    expect(between.sent).toHaveLength(4);
    between.made.onRequest(a('5'), request(100), 2000);
    expect(between.sent).toHaveLength(5);
    between.made.onRequest(a('5'), request(101, { target: a('b'), ttl: 1 }), 2000);
    between.made.onRequest(a('5'), request(102, { target: a('c'), minMtu: 1300 }), 2000);
    between.made.onRequest(target.nodeAddr, request(103, { target: a('d') }), 2000);
    expect(between.sent).toHaveLength(5);
  });

  it(`answers no more than ${FIPS.lookupAnswers} in a second`, () => {
    const asked = lookups(target.nodeAddr, [], { sign: () => Buffer.alloc(64) });
    for (let id = 0; id < 100; id += 1) asked.made.onRequest(a('6'), request(id), 0);
    expect(asked.sent).toHaveLength(FIPS.lookupAnswers);
  });

  it(`remembers no more than ${FIPS.passedLookups} of others, for ten seconds`, () => {
    const between = lookups(a('6'), []);
    for (let id = 0; id < FIPS.passedLookups + 10; id += 1) between.made.onRequest(a('5'), request(id), 0);
    expect(between.made.remembered).toBe(FIPS.passedLookups);
    between.made.tick(10_000);
    expect(between.made.remembered).toBe(0);
  });

  it(`looks for no more than ${FIPS.searches} at once`, () => {
    const asking = lookups(a('5'), [a('6')]);
    for (let nth = 0; nth <= FIPS.searches; nth += 1) asking.made.search(a(`${nth + 100}f`), 0);
    expect(asking.news).toEqual([`failed ${a(`${FIPS.searches + 100}f`)}`]);
  });
});

describe('a router', () => {
  it(`signals about ${FIPS.signals} destinations at once, and none with more bytes than came`, async () => {
    const clock = new HandClock();
    const sent: Buffer[] = [];
    const peer = { addr: a('5'), xOnly: Buffer.alloc(32), mtu: 1280, cost: undefined };
    const router = new Router({
      clock,
      random: seededRandom(1),
      me: a('9'),
      peer: (addr) => (addr === peer.addr ? peer : undefined),
      peers: () => [peer],
      send: (_, message) => void sent.push(message),
      sign: () => SIGNATURE,
      isSigned: () => true,
      keyOf: () => undefined,
      arrived: () => undefined,
      found: () => undefined,
      lost: () => undefined,
    });
    const datagram = (destination: string, bytes: number, ttl = 9) =>
      encodeDatagram({ ttl, pathMtu: 1280, source: peer.addr, destination, payload: Buffer.alloc(bytes, 0x70) });
    router.receive(peer.addr, datagram(a('c'), 37), false);
    router.receive(peer.addr, datagram(a('c'), 100, 0), false);
    expect(sent).toEqual([]);
    for (let nth = 0; nth < 2; nth += 1) router.receive(peer.addr, datagram(a('c'), 38), false);
    expect(sent).toHaveLength(1);
    for (let nth = 0; nth < 2000; nth += 1) {
      router.receive(peer.addr, datagram(nth.toString(16).padStart(32, 'e'), 100), false);
    }
    expect(sent).toHaveLength(FIPS.signals);
    await clock.turn(200);
    router.tick();
    router.receive(peer.addr, datagram(a('c'), 38), false);
    expect(sent).toHaveLength(FIPS.signals + 1);
  });
});
