// IPv6 over sessions: packets, what is said about those that can't go on, and what passes between sessions and devices.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { ipv6Bytes } from '../../../../src-main/networks/fips/identity/names.ts';
import { PACKETS } from '../../../../src-main/networks/fips/ip/bounds.ts';
import { decodeIcmpError, echoReply, packetTooBig, unreachable } from '../../../../src-main/networks/fips/ip/icmp.ts';
import { IpLayer } from '../../../../src-main/networks/fips/ip/ip-layer.ts';
import { decodeIpv6, encodeIpv6, ipv6Checksum, NextHeader } from '../../../../src-main/networks/fips/ip/ipv6.ts';
import { clampMss } from '../../../../src-main/networks/fips/ip/mss.ts';
import { fromSessionMessage, toSessionMessage } from '../../../../src-main/networks/fips/ip/shim.ts';
import type { Saying } from '../../../../src-main/networks/fips/sessions/sessions.ts';
import type { SessionMessage } from '../../../../src-main/networks/fips/wire/session-packet.ts';
import { octets } from '../../../support/fips.ts';

const [us, peer] = [Identity.of(Buffer.alloc(32, 1))!, Identity.of(Buffer.alloc(32, 2))!];
const [source, destination] = [ipv6Bytes(us.nodeAddr), ipv6Bytes(peer.nodeAddr)];

/** With its checksum at `at` put right. */
function packetOf(nextHeader: number, payload: Buffer, at: number, ends = { source, destination }): Buffer {
  const sealed = Buffer.from(payload);
  sealed.writeUInt16BE(0, at);
  sealed.writeUInt16BE(ipv6Checksum({ ...ends, nextHeader, payload: sealed }), at);
  return encodeIpv6({ ...ends, nextHeader, payload: sealed });
}

const ping = (more = 'hello', ends = { source, destination }) =>
  packetOf(NextHeader.icmp, Buffer.concat([Buffer.from('8000000000010001', 'hex'), Buffer.from(more)]), 2, ends);
const back = { source: destination, destination: source };

function syn(options: string, flags = 0x02): Buffer {
  const bytes = Buffer.from(options, 'hex');
  const tcp = Buffer.alloc(20);
  tcp[12] = ((20 + bytes.length) / 4) << 4;
  tcp[13] = flags;
  return packetOf(NextHeader.tcp, Buffer.concat([tcp, bytes]), 16);
}

describe('packets as data of sessions', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(octets(0, 300), octets(2), fc.nat(0xf_ffff), (payload, [nextHeader, hops], flow) => {
        const packet = encodeIpv6({ source, destination, nextHeader: nextHeader!, payload });
        packet.writeUIntBE(flow, 1, 3);
        packet[7] = hops!;
        const out = fromSessionMessage(toSessionMessage(packet), { source, destination, congestion: false });
        expect(out).toEqual(packet);
      }),
    );
  });

  it('are marked for congestion where their ends can be told (RFC 3168)', () => {
    const marks = [0b00, 0b01, 0b10, 0b11].map((ecn) => {
      const packet = encodeIpv6({ source, destination, nextHeader: 59, payload: Buffer.alloc(4) });
      packet[1] = ecn << 4;
      const out = fromSessionMessage(toSessionMessage(packet), { source, destination, congestion: true })!;
      return (out[1]! >> 4) & 0b11;
    });
    expect(marks).toEqual([0b00, 0b11, 0b11, 0b11]);
  });

  it('never throw, whatever a session carries', () => {
    fc.assert(
      fc.property(octets(0, 60), fc.constantFrom(0x10, 0x15), (body, type) => {
        const out = fromSessionMessage({ type, body }, { source, destination, congestion: true });
        expect(out === undefined || decodeIpv6(out) !== undefined).toBe(true);
      }),
    );
  });
});

describe('the largest segment', () => {
  it.each([
    ['larger', '020405a0', 1143],
    ['larger, behind options of other kinds', '0101080a0000000000000000020405a0', 1143],
    ['larger, at an odd place', '01020405a0000000', 1143],
    ['smaller', '02040400', 1024],
    ['none', '01010101', undefined],
    ['of a wrong length', '020305a0', undefined],
    ['cut off', '0204', undefined],
  ])('that a SYN asks for: %s', (_, options, wanted) => {
    const padded = options.padEnd(Math.ceil(options.length / 8) * 8, '0');
    const out = clampMss(syn(padded), 1143);
    expect(ipv6Checksum(decodeIpv6(out)!)).toBe(0);
    const at = options.indexOf('0204') / 2;
    if (wanted !== undefined) expect(out.readUInt16BE(40 + 20 + at + 2)).toBe(wanted);
    else expect(out).toEqual(syn(padded));
  });

  it('is left alone in packets without SYN, and a wrong checksum stays wrong', () => {
    expect(clampMss(syn('020405a0', 0x10), 1143)).toEqual(syn('020405a0', 0x10));
    const wrong = syn('020405a0');
    wrong[40 + 16]! ^= 1;
    expect(ipv6Checksum(decodeIpv6(clampMss(wrong, 1143))!)).not.toBe(0);
  });

  it('is found or not in any bytes, without a throw', () => {
    fc.assert(
      fc.property(octets(0, 60), (payload) => {
        clampMss(encodeIpv6({ source, destination, nextHeader: NextHeader.tcp, payload }), 1143);
      }),
    );
  });
});

describe('errors about packets', () => {
  it('quote no more than fits into the least MTU, and say what is wrong', () => {
    const large = ping('x'.repeat(5000));
    const error = packetTooBig(large, source, 1203)!;
    expect(error.length).toBe(1280);
    expect(decodeIcmpError(decodeIpv6(error)!)).toMatchObject({ kind: 'tooBig', mtu: 1203 });
    expect(decodeIcmpError(decodeIpv6(unreachable(ping(), source, 3)!)!)).toMatchObject({ kind: 'unreachable' });
  });

  it.each([
    ['an error', unreachable(ping(), source, 0)!],
    [
      'a packet to many',
      encodeIpv6({ source, destination: Buffer.alloc(16, 0xff), nextHeader: 17, payload: Buffer.alloc(8) }),
    ],
    [
      'a packet from nowhere',
      encodeIpv6({ source: Buffer.alloc(16), destination, nextHeader: 17, payload: Buffer.alloc(8) }),
    ],
    ['what is no packet', Buffer.alloc(60)],
  ])('are not said about %s (RFC 4443 2.4)', (_, cause) => {
    expect(unreachable(cause, source, 0)).toBeUndefined();
  });

  it('answer pings, and nothing else', () => {
    const reply = decodeIpv6(echoReply(ping())!)!;
    expect([reply.source, reply.destination, reply.payload[0], ipv6Checksum(reply)]).toEqual([
      destination,
      source,
      129,
      0,
    ]);
    expect(echoReply(echoReply(ping())!)).toBeUndefined();
    fc.assert(fc.property(octets(0, 80), (bytes) => echoReply(bytes) === undefined));
  });
});

/** The layer of this node, with what it said and what became of it. */
function layer(saying: Saying = 'sent', known = true) {
  let now = 0;
  const said: SessionMessage[] = [];
  const back: Buffer[] = [];
  const ip = new IpLayer({
    clock: { monotonic: () => now },
    identity: us,
    nodeOf: (address) => (known && address.equals(destination) ? peer.nodeAddr : undefined),
    send: (_, message) => {
      said.push(message);
      return saying;
    },
    mtuTo: () => 1280,
  });
  const endpoint = { takes: (packet: Buffer) => back.push(packet) > 0 };
  return { ip, said, back, endpoint, turn: (ms: number) => (now += ms) };
}
const kindOf = (packet: Buffer | undefined) => packet && decodeIcmpError(decodeIpv6(packet)!);

describe('the layer between sessions and devices', () => {
  it('sends what it has a key for, and says so where it has none', () => {
    const { ip, said, endpoint } = layer();
    ip.send(ping(), endpoint);
    expect(fromSessionMessage(said[0]!, { source, destination, congestion: false })).toEqual(ping());
    const none = layer('sent', false);
    none.ip.send(ping(), none.endpoint);
    expect([none.said.length, kindOf(none.back[0])?.kind]).toEqual([0, 'unreachable']);
  });

  it.each([
    ['1203 bytes go', 1203, 1],
    ['1204 are told', 1204, 0],
  ])('%s', (_, length, sent) => {
    const { ip, said, back, endpoint } = layer();
    ip.send(ping('x'.repeat(length - 48)), endpoint);
    expect(said.length).toBe(sent);
    expect(kindOf(back[0])).toEqual(sent ? undefined : expect.objectContaining({ kind: 'tooBig', mtu: 1203 }));
  });

  it('sends nothing from an address that is not its own, and nothing to groups', () => {
    const { ip, said, back, endpoint } = layer();
    ip.send(ping('', { source: destination, destination }), endpoint);
    ip.send(ping('', { source, destination: Buffer.alloc(16, 0xff) }), endpoint);
    expect([said, back]).toEqual([[], []]);
  });

  it('says once that there is no way, to who sent what waits', () => {
    const { ip, back, endpoint } = layer('queued');
    ip.send(ping(), endpoint);
    expect(back).toEqual([]);
    ip.failed(peer.nodeAddr);
    ip.failed(peer.nodeAddr);
    expect(back.map((packet) => kindOf(packet)?.kind)).toEqual(['unreachable']);
  });

  it('keeps what waits for no more nodes than its bound, and forgets what has a way', () => {
    const failed = (established: boolean) => {
      const { ip, back, endpoint } = layer('queued');
      ip.send(ping(), endpoint);
      if (established) ip.established(peer.nodeAddr);
      ip.failed(peer.nodeAddr);
      return back.length;
    };
    expect([failed(false), failed(true)]).toEqual([1, 0]);
    const back: Buffer[] = [];
    const nodes = Array.from({ length: PACKETS.waiting + 10 }, (_, nth) =>
      (0x1000 + nth).toString(16).padStart(32, '0'),
    );
    let to = nodes[0]!;
    let now = 0;
    const ip = new IpLayer({
      clock: { monotonic: () => now },
      identity: us,
      nodeOf: () => to,
      send: () => 'queued',
      mtuTo: () => 1280,
    });
    for (to of nodes)
      ip.send(ping('', { source, destination: ipv6Bytes(to) }), { takes: (each) => back.push(each) > 0 });
    for (const node of nodes) {
      now += 1000;
      ip.failed(node);
    }
    expect(back.length).toBe(PACKETS.waiting);
  });

  it('says no more about packets than its bound, whatever comes', () => {
    const { ip, back, endpoint, turn } = layer('sent', false);
    for (let times = 0; times < 5 * PACKETS.errors; times += 1) ip.send(ping(), endpoint);
    expect(back.length).toBe(PACKETS.errors);
    turn(1000);
    for (let times = 0; times < 5 * PACKETS.errors; times += 1) ip.send(ping(), endpoint);
    expect(back.length).toBe(2 * PACKETS.errors);
  });

  it('gives packets to the first who takes them, and answers pings itself where nobody does', () => {
    const { ip, said, endpoint, back: taken } = layer();
    const message = toSessionMessage(ping('', back));
    const remove = ip.add(endpoint);
    expect(ip.receive(peer.nodeAddr, message, false)).toBe(true);
    expect([taken.length, said.length]).toEqual([1, 0]);
    remove();
    ip.receive(peer.nodeAddr, message, false);
    expect([taken.length, said.length]).toEqual([1, 1]);
    const reply = fromSessionMessage(said[0]!, { source, destination, congestion: false })!;
    expect(decodeIpv6(reply)!.payload[0]).toBe(129);
    expect(ip.receive(peer.nodeAddr, { type: 0x15, body: Buffer.alloc(60) }, false)).toBe(false);
  });
});
