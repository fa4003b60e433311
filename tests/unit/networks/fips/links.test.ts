import { describe, expect, it } from 'vitest';
import { FIPS } from '../../../../src-main/networks/fips/bounds.ts';
import { encodeMessage1, encodeMessage2 } from '../../../../src-main/networks/fips/wire/frame.ts';
import { LinkNode, type LinkNodeOptions } from '../../../simulators/fips/link-node.ts';
import { FakeNetwork, type Weather } from '../../../simulators/fips/network.ts';

const MINUTE = 60_000;

function pair({
  seed = 1,
  weather = {},
  one = {},
  two = {},
}: {
  seed?: number;
  weather?: Weather;
  one?: LinkNodeOptions['ports'];
  two?: LinkNodeOptions['ports'];
} = {}) {
  const network = new FakeNetwork(seed, weather);
  const a = new LinkNode(network, { seed: 1, address: 'a', ports: one });
  const b = new LinkNode(network, { seed: 2, address: 'b', ports: two });
  return { network, a, b };
}

function linked(options: Parameters<typeof pair>[0] = {}) {
  const both = pair(options);
  both.a.dial(both.b);
  both.network.turn(2000);
  both.a.news = [];
  both.b.news = [];
  return both;
}

/** Both send with the keys that the other has. */
const agree = (a: LinkNode, b: LinkNode) => {
  const [{ indices: one }, { indices: other }] = [a.peer.current, b.peer.current];
  return one.ours === other.theirs && one.theirs === other.ours;
};

function speak(network: FakeNetwork, a: LinkNode, b: LinkNode) {
  a.received = [];
  b.received = [];
  a.say(b, 'from one');
  b.say(a, 'from two');
  network.turn(200);
  return [...a.received, ...b.received];
}

describe('a link', () => {
  it('stands at both ends once one has dialled, and carries messages both ways', () => {
    const { network, a, b } = pair();
    expect(a.dial(b)).toBe('dialled');
    expect(a.dial(b)).toBe('dialling');
    network.turn(100);
    expect([a.news, b.news]).toEqual([['up 2 dialled'], ['up 1 called']]);
    expect([a.dial(b), b.dial(a), a.dial(a)]).toEqual(['connected', 'connected', 'self']);
    expect(speak(network, a, b)).toEqual(['from two', 'from one']);
    expect([b.peer.publicKey, a.peer.npub]).toEqual([a.identity.publicKey, b.identity.npub]);
  });

  it('is not begun with what is no key', () => {
    const { a } = pair();
    const remote = { transport: 'udp', address: 'b' };
    expect(a.links.dial({ xOnly: Buffer.alloc(32, 0xff), remote })).toBe('no-key');
  });

  it('measures the round trip within seconds', () => {
    const { network, a, b } = linked({ weather: { delay: [20, 20] } });
    network.turn(5000);
    expect([a.peer.meter.srtt, b.peer.meter.srtt]).toEqual([40, 40]);
    expect(a.peer.meter.cost).toBeCloseTo(1.4);
  });

  it('does without nodes that are not wanted, and without strangers on a transport that takes none', () => {
    for (const two of [{ admits: () => false }, { isOpen: () => false }]) {
      const { network, a, b } = pair({ two });
      a.dial(b);
      network.turn(5000);
      expect([a.links.peers.size, b.links.peers.size, b.links.indices]).toEqual([0, 0, 0]);
    }
  });

  it(`has no more neighbours than it may: ${FIPS.peers} where it is not set otherwise`, () => {
    const { network, a, b } = linked({ two: { mostPeers: 1 } });
    const third = new LinkNode(network, { seed: 3, address: 'c' });
    expect(b.dial(third)).toBe('full');
    third.dial(b);
    network.turn(40_000);
    expect([third.news, b.news, agree(a, b)]).toEqual([['unanswered'], [], true]);
  });
});

describe('a dial', () => {
  it('that is not answered goes again after 1, 3, 7 and 15 seconds with the same bytes, and ends after 30', () => {
    const { network, a, b } = pair();
    const sent: [number, string][] = [];
    network.passes = (_, __, frame) => {
      sent.push([network.clock.monotonic(), frame.toString('hex')]);
      return false;
    };
    a.dial(b);
    network.turn(MINUTE);
    expect(sent.map(([at]) => at / 1000)).toEqual([0, 1, 3, 7, 15]);
    expect(new Set(sent.map(([, bytes]) => bytes)).size).toBe(1);
    expect([a.news, a.links.dials.size, a.links.indices]).toEqual([['unanswered'], 0, 0]);
  });

  it('whose answer was lost is answered again with the same bytes', () => {
    const { network, a, b } = pair();
    const answers: string[] = [];
    network.passes = (from, _, frame) => {
      if (from === 'b' && frame[0] === 2) answers.push(frame.toString('hex'));
      return from === 'a' || answers.length > 2;
    };
    a.dial(b);
    network.turn(5000);
    expect(a.news).toEqual(['up 2 dialled']);
    expect([answers.length, new Set(answers).size, b.news]).toEqual([3, 1, ['up 1 called']]);
    expect(agree(a, b)).toBe(true);
  });

  it('ends at once with its connection', () => {
    const { network, a, b } = pair();
    network.passes = () => false;
    a.dial(b);
    a.links.closed({ transport: 'udp', address: 'elsewhere' });
    expect(a.links.uses({ transport: 'udp', address: 'b' })).toBe(true);
    a.links.closed({ transport: 'udp', address: 'b' });
    expect([a.news, a.links.uses({ transport: 'udp', address: 'b' })]).toEqual([['unanswered'], false]);
  });

  it(`is answered by the right one among fewer than ${FIPS.answersTried} wrong answers, and not after so many`, () => {
    for (const wrong of [FIPS.answersTried - 1, FIPS.answersTried]) {
      const { network, a, b } = pair();
      network.passes = (from, _, frame) => {
        if (from === 'b' && frame[0] === 2) {
          const noise = Buffer.from(frame.subarray(12));
          noise[noise.length - 1]! ^= 1;
          const forged = encodeMessage2({ sender: 9, receiver: frame.readUInt32LE(8), noise });
          for (let nth = 0; nth < wrong; nth += 1) a.links.receive({ transport: 'udp', address: 'x' }, forged);
          network.passes = () => true;
        }
        return true;
      };
      a.dial(b);
      network.turn(900);
      expect(a.links.peers.size).toBe(wrong < FIPS.answersTried ? 1 : 0);
    }
  });
});

describe('two nodes that dial each other at once', () => {
  it.each(Array.from({ length: 20 }, (_, nth) => nth + 1))(
    'have one neighbour each and the same keys, in weather %i',
    (seed) => {
      const weather = { lost: seed % 2 === 0 ? 300 : 0, doubled: 100, delay: [1, 400] as const };
      const { network, a, b } = pair({ seed, weather });
      a.dial(b);
      network.turn(seed * 20);
      b.dial(a);
      network.turn(35_000);
      expect([a.peer.addr, b.peer.addr]).toEqual([b.addr, a.addr]);
      expect(agree(a, b)).toBe(true);
      network.weather = {};
      network.turn(MINUTE);
      expect(speak(network, a, b)).toEqual(['from two', 'from one']);
      expect([a.links.indices, b.links.indices, a.links.dials.size]).toEqual([1, 1, 0]);
    },
  );
});

describe('a frame', () => {
  it('that comes twice, or was changed, is taken once, or not at all', () => {
    const { network, a, b } = linked();
    let frame = Buffer.alloc(0);
    network.passes = (from, _, bytes) => {
      if (from === 'a') frame = Buffer.from(bytes);
      return true;
    };
    speak(network, a, b);
    const before = b.received.length;
    for (let at = 0; at < frame.length * 8; at += 7) {
      const changed = Buffer.from(frame);
      changed[at >> 3]! ^= 1 << (at & 7);
      b.links.receive({ transport: 'udp', address: 'x' }, changed);
    }
    b.links.receive({ transport: 'udp', address: 'x' }, frame);
    expect(b.received.length).toBe(before);
    expect(b.peer.remote.address).toBe('a');
  });

  it('from another address takes the link there, and one that was overtaken does not take it back', () => {
    const { network, a, b } = linked();
    let late: Buffer | undefined;
    network.passes = (from, _, frame) => {
      if (from === 'a' && !late) {
        late = Buffer.from(frame);
        return false;
      }
      return true;
    };
    a.say(b, 'late');
    a.moveTo('a2');
    a.say(b, 'from elsewhere');
    network.turn(100);
    expect([b.peer.remote.address, b.received.at(-1)]).toEqual(['a2', 'from elsewhere']);
    b.links.receive({ transport: 'udp', address: 'a' }, late!);
    expect([b.peer.remote.address, b.received.at(-1)]).toEqual(['a2', 'late']);
    expect(speak(network, a, b)).toEqual(['from two', 'from one']);
  });
});

describe('a neighbour', () => {
  it('that is silent for 30 seconds is gone, and nothing of it is left', () => {
    const { network, a, b } = linked();
    b.kill();
    network.turn(29_000);
    expect(a.news).toEqual([]);
    network.turn(13_000);
    expect([a.news, a.links.indices]).toEqual([['down 2 silent'], 0]);
  });

  it('to which this computer has no way is gone after five', () => {
    const { network, a, b } = linked();
    b.kill();
    network.turn(4000);
    a.links.unreachable({ transport: 'udp', address: 'b' });
    network.turn(8000);
    expect(a.news).toEqual(['down 2 unreachable']);
  });

  it('is kept for as long as it is heard, whatever strangers send in its name', () => {
    const { network, a, b } = linked();
    let frame = Buffer.alloc(0);
    network.passes = (from, _, bytes) => {
      if (from === 'b') frame = Buffer.from(bytes);
      return true;
    };
    const forge = () => {
      network.turn(9000);
      for (let nth = 0; nth < 50; nth += 1) {
        const forged = Buffer.from(frame);
        forged.writeUInt32LE(1_000_000 + nth, 8);
        a.links.receive({ transport: 'udp', address: 'x' }, forged);
      }
      network.turn(10_000);
    };
    forge();
    expect(a.news).toEqual([]);
    b.kill();
    forge();
    expect(a.news).toEqual(['down 2 forged']);
  });

  it('that says goodbye, or is let go, is gone at once at both ends', () => {
    const { network, a, b } = linked();
    a.links.remove(b.addr);
    network.turn(10);
    expect([a.news, b.news, a.links.indices, b.links.indices]).toEqual([['down 2 removed'], ['down 1 left'], 0, 0]);
    a.links.remove(b.addr);
    a.dial(b);
    network.turn(1000);
    b.links.stop();
    network.turn(10);
    expect(a.news.slice(1)).toEqual(['up 2 dialled', 'down 2 left']);
  });

  it('whose connection has ended is gone at once', () => {
    const { a } = linked();
    a.links.closed({ transport: 'udp', address: 'b' });
    expect(a.news).toEqual(['down 2 closed']);
  });

  it('that was started anew takes the place of its old self, whoever dials', () => {
    for (const which of ['restarted', 'other'] as const) {
      const { network, a, b } = linked();
      b.restart();
      network.turn(100);
      const [dialler, dialled] = which === 'restarted' ? [b, a] : [a, b];
      if (which === 'other') {
        // It has to see first that its link is dead.
        network.turn(45_000);
        expect(a.news).toEqual(['down 2 silent']);
      }
      dialler.dial(dialled);
      network.turn(1000);
      expect(a.news.slice(-2)).toEqual(
        which === 'restarted' ? ['down 2 restarted', 'up 2 called'] : ['down 2 silent', 'up 2 dialled'],
      );
      expect([agree(a, b), a.links.indices]).toEqual([true, 1]);
    }
  });

  it('is not taken down by a first message from its life before, which a stranger sends again', () => {
    const { network, a, b } = pair();
    let old: Buffer | undefined;
    network.passes = (_, __, frame) => {
      if (frame[0] === 1) old ??= Buffer.from(frame);
      return true;
    };
    a.dial(b);
    network.turn(1000);
    a.restart();
    a.dial(b);
    network.turn(1000);
    b.news = [];
    b.links.receive({ transport: 'udp', address: 'x' }, old!);
    network.turn(MINUTE);
    expect([b.news, b.links.indices]).toEqual([[], 1]);
    expect(speak(network, a, b)).toEqual(['from two', 'from one']);
  });
});

describe('new keys', () => {
  it('come every two minutes or so, and no message is lost over them', () => {
    const { network, a, b } = linked();
    const epochs = new Set<object>();
    const said: string[] = [];
    for (let nth = 0; nth < 600; nth += 1) {
      said.push(`${nth}`);
      a.say(b, `${nth}`);
      b.say(a, `${nth}`);
      network.turn(1000);
      epochs.add(a.peer.current);
    }
    expect([a.received, b.received]).toEqual([said, said]);
    expect(epochs.size).toBe(5);
    expect([a.news, b.news, agree(a, b), a.peer.keyEpoch]).toEqual([[], [], true, b.peer.keyEpoch]);
  });

  it('come in any weather, and the link stands for an hour', () => {
    const { network, a, b } = linked({ seed: 5 });
    network.weather = { lost: 300, doubled: 100, delay: [1, 900] };
    const epochs = new Set<object>();
    for (let nth = 0; nth < 3600; nth += 1) {
      network.turn(1000);
      epochs.add(a.peer.current);
    }
    network.weather = {};
    network.turn(20_000);
    expect(epochs.size).toBeGreaterThan(20);
    expect([a.news, b.news]).toEqual([[], []]);
    expect(speak(network, a, b)).toEqual(['from two', 'from one']);
    expect(a.links.indices).toBeLessThanOrEqual(2);
  });

  it('come once where both ask for them at the same time, by the smaller one', () => {
    const { network, a, b } = linked({ weather: { delay: [50, 50] } });
    network.turn(118_000);
    const asked: string[] = [];
    network.passes = (from, _, frame) => {
      if (frame[0] !== 0) asked.push(`${from} ${frame[0]}`);
      return true;
    };
    network.turn(30_000);
    const [smaller, larger] = a.addr < b.addr ? ['a', 'b'] : ['b', 'a'];
    expect(asked).toContain(`${larger} 2`);
    expect(asked).not.toContain(`${smaller} 2`);
    expect([agree(a, b), a.links.indices, b.links.indices]).toEqual([true, 1, 1]);
  });

  it('are not changed over to for a first message that a stranger sends again', () => {
    const { network, a, b } = linked();
    const [asking, victim] = a.addr < b.addr ? [a, b] : [b, a];
    const firsts: Buffer[] = [];
    network.passes = (from, _, frame) => {
      if (frame[0] === 1 && from === asking.address) firsts.push(Buffer.from(frame));
      return true;
    };
    // Until new keys have come twice, so that the first of them is not the last that was answered.
    network.turn(5 * MINUTE);
    const { current } = victim.peer;
    expect([firsts.length, victim.links.indices]).toEqual([2, 1]);
    victim.links.receive({ transport: 'udp', address: 'x' }, firsts[0]!);
    expect(victim.links.indices).toBe(2);
    network.turn(40_000);
    expect([victim.news, victim.peer.current === current, victim.links.indices]).toEqual([[], true, 1]);
  });
});

describe('a flood of first messages', () => {
  it(`costs no more than ${FIPS.firstMessages} at once and ${FIPS.firstMessagesRefill} in a second, and less is sent than came`, () => {
    const { network, a, b } = pair();
    const junk = (nth: number) => encodeMessage1({ sender: nth, noise: network.random.bytes(106) });
    for (let nth = 0; nth < FIPS.firstMessages; nth += 1)
      b.links.receive({ transport: 'udp', address: 'x' }, junk(nth));
    a.dial(b);
    network.turn(500);
    // The bucket is empty for an honest one, too; half a second brings five.
    expect(a.links.peers.size).toBe(0);
    network.turn(1000);
    expect(a.links.peers.size).toBe(1);
    expect(b.news).toEqual(['up 1 called']);
  });

  it('is answered with fewer bytes than it has, and one that comes again costs nothing but its place in the bucket', () => {
    const { network, a, b } = pair();
    let first: Buffer | undefined;
    const bytes = { a: 0, b: 0 };
    network.passes = (from, _, frame) => {
      bytes[from as 'a' | 'b'] += frame.length;
      if (frame[0] === 1) first = frame;
      return false;
    };
    a.dial(b);
    for (let nth = 0; nth < 50; nth += 1) b.links.receive({ transport: 'udp', address: 'x' }, first!);
    expect(bytes.b).toBeLessThan(50 * bytes.a);
    expect([b.links.peers.size, b.links.indices]).toEqual([0, 1]);
    network.turn(MINUTE);
    expect(b.links.indices).toBe(0);
  });
});
