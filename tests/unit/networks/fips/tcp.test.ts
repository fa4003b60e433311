// TCP through the mesh: connections over a network that loses, doubles, delays and reorders, and ends that behave badly.
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv6Bytes } from '../../../../src-main/networks/fips/identity/names.ts';
import { decodeIpv6, encodeIpv6, NextHeader } from '../../../../src-main/networks/fips/ip/ipv6.ts';
import { toSessionMessage } from '../../../../src-main/networks/fips/ip/shim.ts';
import { TCP } from '../../../../src-main/networks/fips/tcp/bounds.ts';
import { ReceiveBuffer } from '../../../../src-main/networks/fips/tcp/receive-buffer.ts';
import {
  decodeSegment,
  encodeSegment,
  Flag,
  refusalOf,
  type Segment,
} from '../../../../src-main/networks/fips/tcp/segment.ts';
import { SendBuffer } from '../../../../src-main/networks/fips/tcp/send-buffer.ts';
import type { ConnectionLost, TcpStream } from '../../../../src-main/networks/fips/tcp/tcp-stream.ts';
import { FakeNetwork, type Weather } from '../../../simulators/fips/network.ts';
import { octets } from '../../../support/fips.ts';
import { stackNodes, turnUntil } from '../../../support/fips-stacks.ts';
import { seededRandom } from '../../../support/random.ts';

const PORT = 80;
const sum = (bytes: Buffer) => hash('sha256', bytes, 'hex');
const made = (seed: number, length: number) => seededRandom(seed).bytes(length);

/** All that comes, and how it ended. */
function reader(stream: TcpStream) {
  const chunks: Buffer[] = [];
  const seen = { ended: false, error: undefined as Error | undefined, bytes: () => Buffer.concat(chunks) };
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  stream.on('end', () => {
    seen.ended = true;
  });
  stream.on('error', (error) => {
    seen.error = error;
  });
  return seen;
}

function pair(weather: Weather = {}, seed = 1) {
  const network = new FakeNetwork(seed, weather);
  const [one, other] = stackNodes(network) as [ReturnType<typeof stackNodes>[0], ReturnType<typeof stackNodes>[0]];
  const accepted: TcpStream[] = [];
  const listen = () =>
    other.stack.listen(PORT, { admits: () => true, connected: (stream) => void accepted.push(stream) });
  return { network, one, other, accepted, listen };
}

describe('a connection', () => {
  it.each<readonly [string, Weather]>([
    ['a quiet network', {}],
    ['delay', { delay: [20, 20] }],
    ['reordering', { delay: [1, 60] }],
    ['doubled packets', { doubled: 300, delay: [5, 10] }],
    ['5 % loss', { lost: 50, delay: [5, 10] }],
    ['all of it, and 20 % loss', { lost: 200, doubled: 100, delay: [1, 40] }],
  ])('carries all bytes both ways, whole and in order, with %s, and leaves nothing', async (_, weather) => {
    const { network, one, other, accepted, listen } = pair(weather);
    listen();
    const [there, back] = [made(1, 300_000), made(2, 200_000)];
    const stream = one.stack.connect(other.identity.nodeAddr, PORT)!;
    const here = reader(stream);
    stream.end(there);
    await turnUntil(network, 'it', () => accepted.length === 1);
    const far = reader(accepted[0]!);
    accepted[0]!.end(back);
    await turnUntil(network, 'both ends', () => here.ended && far.ended);
    expect([sum(here.bytes()), sum(far.bytes())]).toEqual([sum(back), sum(there)]);
    await turnUntil(network, 'nothing to be left', () => one.stack.size + other.stack.size === 0);
    expect([here.error, far.error]).toEqual([undefined, undefined]);
  });

  it('holds back one that sends faster than is read, and goes on once it is', async () => {
    const { network, one, other, accepted, listen } = pair({ delay: [5, 5] });
    listen();
    const bytes = made(3, 2_000_000);
    const stream = one.stack.connect(other.identity.nodeAddr, PORT)!;
    stream.on('error', () => undefined);
    stream.end(bytes);
    await turnUntil(network, 'it', () => accepted.length === 1);
    network.turn(200_000);
    const sent = network.sent.bytes;
    // A full window, what waits in the stream, and headers; then a question now and then whether it has opened.
    expect(sent).toBeLessThan(2 * TCP.receiveBytes);
    const far = reader(accepted[0]!);
    await turnUntil(network, 'all of it', () => far.ended);
    expect(sum(far.bytes())).toBe(sum(bytes));
  });

  it('fills a way with a delay, as its window lets it', async () => {
    const { network, one, other, accepted, listen } = pair({ delay: [10, 10] });
    listen();
    const stream = one.stack.connect(other.identity.nodeAddr, PORT)!;
    stream.end(made(4, 4_000_000));
    await turnUntil(network, 'it', () => accepted.length === 1);
    const far = reader(accepted[0]!);
    const began = network.clock.monotonic();
    await turnUntil(network, 'all of it', () => far.ended);
    // 256 KiB in each round trip of 20 ms are 3.2 s for ten times that; steps of 5 ms make it a little more.
    expect(network.clock.monotonic() - began).toBeLessThan(1000);
  });

  it.each<readonly [string, (at: ReturnType<typeof pair>) => void, string]>([
    ['nobody listens there', () => undefined, 'refused'],
    [
      'it is not admitted',
      ({ other }) => void other.stack.listen(PORT, { admits: () => false, connected: () => undefined }),
      'refused',
    ],
    ['nothing is answered', ({ network }) => void Object.assign(network, { passes: () => false }), 'timeout'],
  ])('fails where %s', async (_, prepare, failure) => {
    const at = pair();
    prepare(at);
    const seen = reader(at.one.stack.connect(at.other.identity.nodeAddr, PORT)!);
    await turnUntil(at.network, 'it to fail', () => seen.error !== undefined);
    expect((seen.error as ConnectionLost).failure).toBe(failure);
    expect(at.one.stack.size).toBe(0);
  });

  it('fails at once where there is no way to the node', async () => {
    const { network, one, other } = pair();
    const stream = one.stack.connect(other.identity.nodeAddr, PORT)!;
    const seen = reader(stream);
    let first: Buffer | undefined;
    network.passes = (_from, _to, frame) => {
      first ??= frame;
      return false;
    };
    await turnUntil(network, 'a SYN', () => first !== undefined);
    one.ip.failed(other.identity.nodeAddr);
    await turnUntil(network, 'it to fail', () => seen.error !== undefined);
    expect((seen.error as ConnectionLost).failure).toMatch(/unreachable|timeout/);
  });

  it('ends when the other end is gone for good, also while nothing is said', async () => {
    const { network, one, other, accepted, listen } = pair();
    listen();
    const seen = reader(one.stack.connect(other.identity.nodeAddr, PORT)!);
    await turnUntil(network, 'it', () => accepted.length === 1);
    network.turn(3_600_000);
    expect(seen.error).toBeUndefined();
    network.passes = () => false;
    await turnUntil(network, 'it to be noticed', () => seen.error !== undefined, 2 * TCP.silentMs);
    expect((seen.error as ConnectionLost).failure).toBe('timeout');
  });

  it('that is destroyed resets the other end', async () => {
    const { network, one, other, accepted, listen } = pair();
    listen();
    const stream = one.stack.connect(other.identity.nodeAddr, PORT)!;
    await turnUntil(network, 'it', () => accepted.length === 1);
    const far = reader(accepted[0]!);
    stream.destroy();
    await turnUntil(network, 'it to be told', () => far.error !== undefined);
    expect((far.error as ConnectionLost).failure).toBe('reset');
    expect([one.stack.size, other.stack.size]).toEqual([0, 0]);
  });

  it('goes on in smaller segments where the way has become narrower', async () => {
    const { network, one, other, accepted, listen } = pair({ delay: [5, 5] });
    listen();
    const bytes = made(5, 600_000);
    const stream = one.stack.connect(other.identity.nodeAddr, PORT)!;
    stream.end(bytes);
    await turnUntil(network, 'it', () => accepted.length === 1);
    const far = reader(accepted[0]!);
    one.mtu = 1000;
    await turnUntil(network, 'all of it', () => far.ended);
    expect(sum(far.bytes())).toBe(sum(bytes));
  });
});

/** One that speaks in segments of its own making. */
function stranger(at: ReturnType<typeof pair>) {
  const [us, them] = [at.one, at.other];
  const said: Segment[] = [];
  at.network.passes = (from, _, frame) => {
    const packet = Buffer.alloc(40 + frame.length - 11);
    packet[0] = 0x60;
    packet.writeUInt16BE(frame.length - 11, 4);
    packet[6] = frame[9]!;
    packet.set(from === them.identity.nodeAddr ? them.ip.address : us.ip.address, 8);
    packet.set(from === them.identity.nodeAddr ? us.ip.address : them.ip.address, 24);
    frame.copy(packet, 40, 11);
    const decoded = decodeIpv6(packet);
    const segment = decoded && decodeSegment(decoded);
    if (segment) said.push({ ...segment, payload: Buffer.from(segment.payload) });
    return false;
  };
  const ends = { source: us.ip.address, destination: them.ip.address };
  const say = (more: Partial<Segment>) => {
    const segment = {
      sourcePort: 5000,
      destinationPort: PORT,
      sequence: 0,
      acknowledgment: 0,
      flags: Flag.ack,
      window: 0xffff,
      payload: Buffer.alloc(0),
      ...more,
    };
    const message = toSessionMessage(encodeSegment(ends, segment));
    them.ip.receive(us.identity.nodeAddr, message, false);
  };
  return { said, say };
}

function shaken(at: ReturnType<typeof pair>) {
  const { said, say } = stranger(at);
  say({ flags: Flag.syn, sequence: 1000, mss: 1143, scale: 0 });
  const answer = said.at(-1)!;
  const acknowledgment = (answer.sequence + 1) >>> 0;
  say({ sequence: 1001, acknowledgment });
  return { said, say, acknowledgment };
}

describe('an end that behaves badly', () => {
  it('opens no more connections than one node may, and gets no answer to those above', () => {
    const at = pair();
    at.listen();
    const { said, say } = stranger(at);
    for (let nth = 0; nth < 2 * TCP.perNode; nth += 1) say({ sourcePort: 5000 + nth, flags: Flag.syn, sequence: nth });
    expect(at.other.stack.size).toBe(TCP.perNode);
    expect(said.length).toBe(TCP.perNode);
    // Beginnings that are never finished go by themselves.
    at.network.turn(300_000);
    expect(at.other.stack.size).toBe(0);
  });

  it('can keep no more early segments waiting than there may be, and no more bytes than its window', () => {
    const buffer = new ReceiveBuffer(TCP.receiveBytes, TCP.early, 1);
    for (let offset = 3; offset < 3 + 4 * TCP.early; offset += 2) buffer.take(offset, Buffer.of(1));
    let whole = 0;
    for (let offset = 1; offset < 3 + 4 * TCP.early; offset += 2) {
      for (const each of buffer.take(offset, Buffer.alloc(offset === 1 ? 2 : 1))) whole += each.length;
    }
    expect(whole).toBeLessThanOrEqual(2 * TCP.early + 4);
    const large = new ReceiveBuffer(TCP.receiveBytes, TCP.early, 1);
    expect(large.take(1, Buffer.alloc(2 * TCP.receiveBytes))[0]!.length).toBe(TCP.receiveBytes);
    expect(large.take(large.next, Buffer.alloc(10))).toEqual([]);
  });

  it('can not make this one send more than it has room for', () => {
    const buffer = new SendBuffer(TCP.sendBytes, 1);
    expect(buffer.write(Buffer.alloc(2 * TCP.sendBytes))).toBe(TCP.sendBytes);
    expect(buffer.write(Buffer.of(1))).toBe(0);
  });

  it('ends nothing with a reset that only guesses, and does with one that knows', () => {
    const at = pair();
    at.listen();
    const { say, acknowledgment } = shaken(at);
    const far = reader(at.accepted[0]!);
    for (const sequence of [0, 1002, 50_000, 0xffff_ffff]) say({ flags: Flag.reset, sequence, acknowledgment });
    expect(at.other.stack.size).toBe(1);
    say({ flags: Flag.reset, sequence: 1001, acknowledgment });
    expect(at.other.stack.size).toBe(0);
    expect(far.error).toBeUndefined();
  });

  it('acknowledges what was never sent, in vain', () => {
    const at = pair();
    at.listen();
    const { say, acknowledgment, said } = shaken(at);
    reader(at.accepted[0]!);
    say({ sequence: 1001, acknowledgment: (acknowledgment + 100_000) >>> 0, payload: Buffer.from('x') });
    say({ sequence: 1002, acknowledgment, payload: Buffer.from('y') });
    at.network.turn(100);
    expect(at.other.stack.size).toBe(1);
    expect(said.at(-1)!.acknowledgment).toBe(1003);
  });

  it('gets one answer at most to each of its segments, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            flags: fc.nat(0x3f),
            sequence: fc.oneof(fc.integer({ min: 900, max: 1100 }), fc.nat(0xffff_ffff)),
            ahead: fc.integer({ min: -3, max: 3 }),
            window: fc.nat(0xffff),
            payload: octets(0, 20),
          }),
          { maxLength: 30 },
        ),
        (segments) => {
          const at = pair();
          at.listen();
          const { say, said, acknowledgment } = shaken(at);
          const stream = at.accepted[0];
          if (stream) reader(stream);
          for (const { ahead, ...segment } of segments) {
            const before = said.length;
            say({ ...segment, acknowledgment: (acknowledgment + ahead) >>> 0 });
            expect(said.length - before).toBeLessThanOrEqual(2);
          }
          at.other.stack.stop();
          expect(at.other.stack.size).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('segments', () => {
  const ends = { source: ipv6Bytes('1'.repeat(32)), destination: ipv6Bytes('2'.repeat(32)) };
  const port = fc.nat(0xffff);
  const u32 = fc.nat(0xffff_ffff);

  it('are read as they were written', () => {
    fc.assert(
      fc.property(
        fc.record({
          sourcePort: port,
          destinationPort: port,
          sequence: u32,
          acknowledgment: u32,
          flags: fc.nat(0xff),
          window: port,
          payload: octets(0, 50),
        }),
        fc.record({ mss: fc.option(port, { nil: undefined }), scale: fc.option(fc.nat(14), { nil: undefined }) }),
        (segment, options) => {
          const isSyn = (segment.flags & Flag.syn) !== 0;
          const packet = encodeSegment(ends, { ...segment, ...(isSyn ? options : {}) });
          expect(decodeSegment(decodeIpv6(packet)!)).toEqual(isSyn ? { ...segment, ...options } : segment);
        },
      ),
    );
  });

  it('that were damaged are none, and no bytes make it throw', () => {
    const packet = encodeSegment(ends, {
      sourcePort: 1,
      destinationPort: 2,
      sequence: 3,
      acknowledgment: 4,
      flags: Flag.syn,
      window: 5,
      mss: 1143,
      payload: Buffer.from('abc'),
    });
    for (let at = 8; at < packet.length; at += 1) {
      const bytes = Buffer.from(packet);
      bytes[at]! ^= 0x10;
      expect(decodeSegment(decodeIpv6(bytes)!)).toBeUndefined();
    }
    fc.assert(
      fc.property(octets(0, 80), (payload) => {
        const made = encodeIpv6({ ...ends, nextHeader: NextHeader.tcp, payload });
        decodeSegment(decodeIpv6(made)!);
        refusalOf(made);
      }),
    );
  });

  it('come out of the buffer in any order that they came in', () => {
    fc.assert(
      fc.property(octets(1, 300), fc.array(fc.tuple(fc.nat(300), fc.nat(60))), (bytes, pieces) => {
        const buffer = new ReceiveBuffer(1000, 100, 1);
        const out: Buffer[] = [];
        for (const [from, length] of [...pieces, [0, bytes.length] as const]) {
          out.push(...buffer.take(1 + from, bytes.subarray(from, from + length)).map((each) => Buffer.from(each)));
        }
        expect(Buffer.concat(out)).toEqual(bytes);
      }),
    );
  });
});
