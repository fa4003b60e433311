// What a router, a neighbour or a STUN server may send: anything. `npm run soak` takes a million of them.
import { describe, expect, it } from 'vitest';
import { decodeNatPmp } from '../../../src-main/reachability/nat-pmp/codec.ts';
import { decodePcp } from '../../../src-main/reachability/pcp/codec.ts';
import { decodeStun } from '../../../src-main/reachability/stun/codec.ts';
import { seededRandom } from '../../support/random.ts';
import vectors from '../../vectors/nat.json' with { type: 'json' };

const COUNT = process.env.HEARTH_SOAK ? 1_000_000 : 200_000;
const LONGEST = 1500;

const seeds = [vectors.natPmp, vectors.pcp, vectors.stun]
  .flatMap(({ requests, answers }) => [...requests, ...answers])
  .map(({ hex }) => Buffer.from(hex, 'hex'))
  .filter(({ length }) => length > 0);
const noise = seededRandom(11).bytes(64 * 1024);

/** Random bytes, or a real datagram with bytes changed, cut off, added, doubled or put to the edge of what they can say. */
function datagram(int: (below: number) => number): Buffer {
  const random = (length: number) => {
    const start = int(noise.length - LONGEST);
    return noise.subarray(start, start + length);
  };
  if (int(4) === 0) return Buffer.from(random(int(LONGEST)));
  let bytes = Buffer.from(seeds[int(seeds.length)]!);
  for (let left = 1 + int(4); left > 0 && bytes.length > 0; left -= 1) {
    const at = int(bytes.length);
    switch (int(5)) {
      case 0:
        bytes[at] = int(256);
        break;
      case 1:
        bytes[at] = [0, 1, 0x7f, 0x80, 0xff][int(5)]!;
        break;
      case 2:
        bytes = bytes.subarray(0, at);
        break;
      case 3:
        bytes = Buffer.concat([bytes, random(int(64))]);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(int(at + 1))]);
    }
  }
  return bytes;
}

describe('datagrams of any kind', () => {
  it('are read or not, but never harm', { timeout: 300_000 }, () => {
    const { int } = seededRandom(23);
    const read = { natPmp: 0, pcp: 0, stun: 0, nothing: 0 };
    let longest = 0;
    for (let count = 0; count < COUNT; count += 1) {
      const bytes = datagram(int);
      const found = [decodeNatPmp(bytes), decodePcp(bytes), decodeStun(bytes)] as const;
      if (found[0]) read.natPmp += 1;
      if (found[1]) read.pcp += 1;
      if (found[2]) read.stun += 1;
      if (found.every((one) => one === undefined)) read.nothing += 1;
      else longest = Math.max(longest, JSON.stringify(found).length);
    }
    // The change of a byte leaves many a datagram readable: otherwise this would only try how each begins.
    for (const times of Object.values(read)) expect(times).toBeGreaterThan(COUNT / 1000);
    expect(longest).toBeLessThan(1000);
  });
});
