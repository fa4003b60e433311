import { describe, expect, it } from 'vitest';
import { FIPS } from '../../../../src-main/networks/fips/bounds.ts';
import { EphemeralKey, Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { type SessionPorts, Sessions } from '../../../../src-main/networks/fips/sessions/sessions.ts';
import { encodeSetup, SessionType } from '../../../../src-main/networks/fips/wire/session-packet.ts';
import { encodeSignal } from '../../../../src-main/networks/fips/wire/signals.ts';
import { FakeNetwork, type Weather } from '../../../simulators/fips/network.ts';

/** A node of which only the sessions are there: its datagrams go straight to the other. */
class SessionNode {
  readonly identity: Identity;
  readonly heard: string[] = [];
  readonly news: string[] = [];
  readonly sizes: number[] = [];
  sessions: Sessions;
  readonly #network: FakeNetwork;
  readonly #ports: Partial<SessionPorts>;

  constructor(network: FakeNetwork, seed: number, ports: Partial<SessionPorts> = {}) {
    this.#network = network;
    this.#ports = ports;
    this.identity = Identity.of(Buffer.alloc(32, seed))!;
    this.sessions = this.#start();
    network.attach(this.addr, (from, payload) =>
      this.sessions.receive(
        { ttl: 9, pathMtu: 1280, source: from, destination: this.addr, payload: Buffer.from(payload) },
        false,
      ),
    );
    network.every(1000, () => {
      this.sessions.tick();
      return true;
    });
  }

  get addr(): string {
    return this.identity.nodeAddr;
  }

  say(to: SessionNode, text: string) {
    return this.sessions.send(to.addr, { type: SessionType.endpointData, body: Buffer.from(text) });
  }

  with(other: SessionNode) {
    return this.sessions.all.get(other.addr);
  }

  /** It forgets all, and comes back with another epoch. */
  restart(): void {
    this.sessions = this.#start();
  }

  #start(): Sessions {
    const network = this.#network;
    const keys = [1, 2, 3].map((seed) => Identity.of(Buffer.alloc(32, seed))!);
    return new Sessions({
      clock: network.clock,
      random: network.random,
      identity: this.identity,
      epoch: network.random.bytes(8),
      send: (to, payload) => {
        this.sizes.push(payload.length);
        network.send(this.addr, to, payload);
        return 'sent';
      },
      coordinates: () => [this.addr, '0'.repeat(32)],
      coordinatesOf: () => undefined,
      forget: () => undefined,
      keyOf: (addr) => keys.find(({ nodeAddr }) => nodeAddr === addr)?.xOnly,
      know: () => undefined,
      received: (_, { body }) => void this.heard.push(body.toString()),
      established: () => void this.news.push('established'),
      failed: () => void this.news.push('failed'),
      ...this.#ports,
    });
  }
}

function pair(weather: Weather = {}, seed = 1) {
  const network = new FakeNetwork(seed, weather);
  return { network, one: new SessionNode(network, 1), other: new SessionNode(network, 2) };
}

/** Both say something every so often, and so are not idle. */
function talk({ network, one, other }: ReturnType<typeof pair>, seconds: number) {
  const said: string[] = [];
  for (let nth = 0; nth < seconds; nth += 1) {
    said.push(`${nth}`);
    one.say(other, `${nth}`);
    other.say(one, `${nth}`);
    network.turn(1000);
  }
  return said;
}

describe('a session', () => {
  it('stands once something is said, which waits for it', () => {
    const { network, one, other } = pair();
    expect(one.say(other, 'hello')).toBe('queued');
    network.turn(100);
    expect([one.news, other.news, other.heard]).toEqual([['established'], ['established'], ['hello']]);
    expect(one.say(other, 'again')).toBe('sent');
    other.say(one, 'and back');
    network.turn(100);
    expect([other.heard, one.heard]).toEqual([['hello', 'again'], ['and back']]);
  });

  it('is not begun with a node whose key is not known', () => {
    const { one } = pair();
    expect(one.sessions.send('f'.repeat(32), { type: 0x15, body: Buffer.alloc(1) })).toBe('no-key');
    expect(one.sessions.all.size).toBe(0);
  });

  it.each(Array.from({ length: 10 }, (_, nth) => nth + 1))(
    'is one at each end when both begin at once, in weather %i',
    (seed) => {
      const both = pair({ lost: seed % 2 === 0 ? 300 : 0, doubled: 200, delay: [1, 300] }, seed);
      both.one.say(both.other, 'from one');
      both.network.turn(seed * 15);
      both.other.say(both.one, 'from the other');
      both.network.turn(30_000);
      both.network.weather = {};
      talk(both, 5);
      expect([both.one.heard.at(-1), both.other.heard.at(-1)]).toEqual(['4', '4']);
      const { one, other } = both;
      expect(one.with(other)?.current?.keyEpoch).toBe(other.with(one)?.current?.keyEpoch);
      expect([one.with(other)?.isRenewing, other.with(one)?.isRenewing]).toEqual([false, false]);
    },
  );

  it('takes nothing twice, nothing changed, and what overtakes the end of its handshake', () => {
    const { network, one, other } = pair();
    const frames: Buffer[] = [];
    let held: Buffer | undefined;
    network.passes = (from, to, payload) => {
      if (from !== one.addr) return true;
      frames.push(Buffer.from(payload));
      if (payload[0] !== 3 || held) return true;
      held = Buffer.from(payload);
      network.after(50, () => network.send(from, to, held!));
      return false;
    };
    one.say(other, 'first');
    network.turn(20);
    expect([other.heard, other.news]).toEqual([[], []]);
    network.turn(100);
    expect(other.heard).toEqual(['first']);
    for (const frame of frames.splice(0)) {
      network.send(one.addr, other.addr, frame);
      for (let at = 0; at < frame.length; at += 5) {
        const changed = Buffer.from(frame);
        changed[at]! ^= 4;
        network.send(one.addr, other.addr, changed);
      }
    }
    network.turn(5000);
    expect(other.heard).toEqual(['first']);
    one.say(other, 'still');
    network.turn(100);
    expect(other.heard).toEqual(['first', 'still']);
  });

  it('is with who the datagrams say, or none', () => {
    const { network, one, other } = pair();
    const third = new SessionNode(network, 3);
    // It answers as the first would, with a key of its own.
    network.passes = (from, to, payload) => {
      if (from !== third.addr || to !== other.addr) return true;
      network.after(1, () =>
        other.sessions.receive(
          { ttl: 9, pathMtu: 1280, source: one.addr, destination: to, payload: Buffer.from(payload) },
          false,
        ),
      );
      return false;
    };
    const ack = network.attach(one.addr, (from, payload) =>
      third.sessions.receive({ ttl: 9, pathMtu: 1280, source: from, destination: third.addr, payload }, false),
    );
    third.say(other, 'I am the first');
    network.turn(5000);
    ack();
    expect([other.news, other.heard]).toEqual([[], []]);
  });

  it('ends after 90 seconds in which nothing was said, and stands again with the next word', () => {
    const { network, one, other } = pair();
    one.say(other, 'hello');
    network.turn(89_000);
    expect([one.sessions.all.size, other.sessions.all.size]).toEqual([1, 1]);
    network.turn(5000);
    expect([one.sessions.all.size, other.sessions.all.size, one.news]).toEqual([0, 0, ['established']]);
    one.say(other, 'again');
    network.turn(100);
    expect(other.heard).toEqual(['hello', 'again']);
  });

  it('that is not answered is tried for half a minute, and then its messages are lost', () => {
    const { network, one, other } = pair();
    network.passes = () => false;
    const said = Array.from({ length: 20 }, () => one.say(other, 'x'));
    expect(said.filter((each) => each === 'full')).toHaveLength(4);
    network.turn(40_000);
    expect([one.news, one.sessions.all.size, network.sent.frames]).toEqual([['failed'], 0, 5]);
  });

  it('with a node that was started anew is made anew', () => {
    const both = pair();
    talk(both, 3);
    both.other.restart();
    both.other.say(both.one, 'it is me');
    both.network.turn(3000);
    expect(both.one.heard.at(-1)).toBe('it is me');
    both.one.say(both.other, 'hello again');
    both.network.turn(100);
    expect([both.other.heard.at(-1), both.one.with(both.other)?.current?.keyEpoch]).toEqual(['hello again', false]);
  });

  it('with a node that lost it is made anew once 32 packets were in vain', () => {
    const both = pair();
    // Not so soon after the last ones.
    talk(both, 35);
    both.other.restart();
    both.network.turn(100);
    for (let nth = 0; nth < 40; nth += 1) {
      both.one.say(both.other, `${nth}`);
      // What it answers, nobody can open.
      both.one.sessions.receive(
        {
          ttl: 9,
          pathMtu: 1280,
          source: both.other.addr,
          destination: both.one.addr,
          payload: Buffer.concat([Buffer.from('00000600', 'hex'), Buffer.alloc(8), Buffer.alloc(22, nth)]),
        },
        false,
      );
    }
    both.network.turn(10_000);
    both.one.say(both.other, 'hello again');
    both.network.turn(100);
    expect(both.other.heard.at(-1)).toBe('hello again');
  });

  it('measures the round trip', () => {
    const both = pair({ delay: [30, 30] });
    talk(both, 10);
    expect(both.one.with(both.other)?.meter.srtt).toBe(60);
  });
});

describe('new keys of a session', () => {
  it('come every two minutes, and no message is lost over them', () => {
    const both = pair({ delay: [5, 60] });
    const keys = new Set<object | undefined>();
    both.one.say(both.other, 'first');
    both.network.turn(500);
    const said: string[] = [];
    for (let nth = 0; nth < 10; nth += 1) {
      said.push(...talk(both, 40));
      keys.add(both.one.with(both.other)?.current);
    }
    both.network.turn(1000);
    expect(keys.size).toBe(4);
    expect([both.one.heard, both.other.heard]).toEqual([said, ['first', ...said]]);
  });

  it('come through bad weather', () => {
    const both = pair({}, 4);
    talk(both, 2);
    both.network.weather = { lost: 300, doubled: 100, delay: [1, 500] };
    talk(both, 600);
    both.network.weather = {};
    talk(both, 20);
    expect([both.one.heard.at(-1), both.other.heard.at(-1), both.one.news]).toEqual(['19', '19', ['established']]);
  });
});

describe('what routers say', () => {
  const signal = (both: ReturnType<typeof pair>, what: Parameters<typeof encodeSignal>[0]) =>
    both.one.sessions.receive(
      { ttl: 9, pathMtu: 1280, source: 'c'.repeat(32), destination: both.one.addr, payload: encodeSignal(what) },
      false,
    );

  it('about the MTU is kept to, but none below 576 bytes is believed', () => {
    const both = pair();
    talk(both, 10);
    const about = { destination: both.other.addr, reporter: 'c'.repeat(32) };
    const most = (mtu: number) => {
      signal(both, { kind: 'mtuExceeded', ...about, mtu });
      let size = 0;
      while (both.one.say(both.other, 'x'.repeat(size)) === 'sent') size += 1;
      return size - 1;
    };
    // Less the envelope and what seals it.
    expect([most(700), most(10), most(1280)]).toEqual([700 - 106, 576 - 106, 576 - 106]);
  });

  it('about the way has both ends said again, every two seconds at most', () => {
    const both = pair();
    talk(both, 10);
    both.one.sizes.length = 0;
    const about = { destination: both.other.addr, reporter: 'c'.repeat(32) };
    for (let nth = 0; nth < 10; nth += 1) signal(both, { kind: 'coordinatesRequired', ...about });
    expect(both.one.sizes).toHaveLength(1);
    both.network.turn(2500);
    signal(both, { kind: 'pathBroken', ...about, coordinates: [] });
    both.network.turn(10);
    expect([both.one.sizes.filter((size) => size === both.one.sizes[0]).length, both.other.heard.at(-1)]).toEqual([
      2,
      '9',
    ]);
  });
});

describe('strangers', () => {
  const setup = (network: FakeNetwork, from: string) =>
    encodeSetup({
      flags: 3,
      source: [from],
      destination: [from],
      noise: Buffer.from(EphemeralKey.from(network.random).publicKey),
    });
  const receive = ({ one }: ReturnType<typeof pair>, source: string, payload: Buffer) =>
    one.sessions.receive({ ttl: 9, pathMtu: 1280, source, destination: one.addr, payload }, false);
  const addr = (nth: number) => nth.toString(16).padStart(32, '0');

  it(`are many, and this node answers no more setups than ${FIPS.setups} at once and ${FIPS.setupsRefill} in a second`, () => {
    const both = pair();
    const noise = setup(both.network, addr(0)).subarray(-33);
    const from = (nth: number) => encodeSetup({ flags: 3, source: [addr(nth)], destination: [addr(nth)], noise });
    for (let nth = 1; nth < 3 * FIPS.setups; nth += 1) receive(both, addr(nth), from(nth));
    expect([both.one.sessions.all.size, both.one.sizes.length]).toEqual([FIPS.setups, FIPS.setups]);
    both.network.turn(1000);
    for (let nth = 500; nth < 600; nth += 1) receive(both, addr(nth), from(nth));
    expect(both.one.sessions.all.size).toBe(FIPS.setups + FIPS.setupsRefill);
    // None of them says who it is, and so none is kept.
    both.network.turn(40_000);
    expect([both.one.sessions.all.size, both.one.news.includes('established')]).toEqual([0, false]);
  });

  it(`are never so many that this node has no more than ${FIPS.sessions} sessions`, () => {
    const network = new FakeNetwork();
    const xOnly = Identity.of(Buffer.alloc(32, 2))!.xOnly;
    // One handshake is as good as another here, and each would take its time.
    const one = new SessionNode(network, 1, { keyOf: () => xOnly, random: network.random });
    const said = Array.from({ length: FIPS.sessions + 1 }, (_, nth) =>
      one.sessions.send(addr(nth), { type: 0x15, body: Buffer.alloc(1) }),
    );
    expect([said.filter((each) => each === 'queued').length, said.at(-1)]).toEqual([FIPS.sessions, 'full']);
  });
});
