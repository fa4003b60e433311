// Names of the mesh: what they stand for, and what questions for them are answered with.
import { decode, encode, type Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo } from '../../../../src-main/networks/fips/dns/answer.ts';
import { NAMES } from '../../../../src-main/networks/fips/dns/bounds.ts';
import { isHostName, keyOfName, parseHosts } from '../../../../src-main/networks/fips/dns/names.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { octets } from '../../../support/fips.ts';

const node = Identity.of(Buffer.alloc(32, 2))!;
const hosts = parseHosts(`attic ${node.npub}`);

const question = (name: string, more: Partial<Packet> = {}, type: 'AAAA' | 'A' = 'AAAA') =>
  encode({ type: 'query', id: 7, flags: 0x100, questions: [{ type, name, class: 'IN' }], ...more });
const asked = (name: string, type: 'AAAA' | 'A' = 'AAAA') => {
  const answer = answerTo(question(name, {}, type), hosts);
  const { rcode, flag_aa, answers } = decode(answer!.bytes) as unknown as Packet & { rcode: string; flag_aa: boolean };
  return { rcode, flag_aa, answers, key: answer!.xOnly?.toString('hex') };
};

describe('a name', () => {
  it.each([
    ['attic', true],
    ['Attic-2', true],
    ['-attic', false],
    ['attic-', false],
    ['at.tic', false],
    ['npub1attic', false],
    ['', false],
    ['a'.repeat(63), true],
    ['a'.repeat(64), false],
  ])('%s may be a host: %s', (name, may) => {
    expect(isHostName(name)).toBe(may);
  });

  it('stands for a key by its npub, or by what its user calls it', () => {
    for (const name of [node.npub, `${node.npub}.fips`, 'attic', 'ATTIC.FIPS.', `${node.npub.toUpperCase()}.fips`])
      expect(keyOfName(name, hosts), name).toEqual(node.xOnly);
    for (const name of ['cellar', 'attic.fips.fips', 'npub1', '', '.fips', `${node.npub}x`])
      expect(keyOfName(name, hosts), name).toBeUndefined();
  });

  it('is one of a file, without what is none', () => {
    const other = Identity.of(Buffer.alloc(32, 3))!;
    const text = `# mine\nattic ${node.npub} # upstairs\r\n\n ATTIC ${other.npub}\ncellar\nnpub1x ${node.npub}\nloft npub1 x\n`;
    expect([...parseHosts(text)]).toEqual([['attic', node.xOnly]]);
  });

  it('of a file is left out above so many', () => {
    const lines = Array.from({ length: NAMES.hosts + 10 }, (_, nth) => `h${nth} ${node.npub}`);
    expect(parseHosts(lines.join('\n')).size).toBe(NAMES.hosts);
  }, 60_000);
});

describe('a question', () => {
  it.each([
    ['attic.fips', 'AAAA', 'NOERROR', [node.ipv6]],
    [`${node.npub}.FIPS`, 'AAAA', 'NOERROR', [node.ipv6]],
    ['attic.fips', 'A', 'NOERROR', []],
    ['cellar.fips', 'AAAA', 'NXDOMAIN', []],
    ['attic', 'AAAA', 'NXDOMAIN', []],
    ['example.org', 'AAAA', 'NXDOMAIN', []],
  ] as const)('for %s, %s: %s', (name, type, rcode, addresses) => {
    const answer = asked(name, type);
    expect([answer.rcode, answer.flag_aa]).toEqual([rcode, true]);
    expect(answer.answers?.map((each) => [each.name, 'ttl' in each && each.ttl, 'data' in each && each.data])).toEqual(
      addresses.map((address) => [name, 300, address]),
    );
    expect(answer.key).toBe(rcode === 'NOERROR' ? node.xOnly.toString('hex') : undefined);
  });

  const header = question('attic.fips');
  const changed = (at: number, value: number) => {
    const bytes = Buffer.from(header);
    bytes.writeUInt16BE(value, at);
    return bytes;
  };
  it.each([
    ['an answer', changed(2, 0x8000)],
    ['one of another kind', changed(2, 0x1000)],
    ['none at all', changed(4, 0)],
    ['two', changed(4, 2)],
    ['60,000 answers', changed(6, 60_000)],
    ['60,000 more', changed(10, 60_000)],
    ['a name that points to itself', Buffer.concat([header.subarray(0, 12), Buffer.from('c00c001c0001', 'hex')])],
    ['one of another class', encode({ type: 'query', questions: [{ type: 'AAAA', name: 'attic.fips', class: 'CH' }] })],
    ['one with more bytes than it may have', Buffer.concat([header, Buffer.alloc(NAMES.questionBytes)])],
    ['the beginning of one', header.subarray(0, 20)],
  ])('that is %s is not answered', (_, bytes) => {
    expect(answerTo(bytes, hosts)).toBeUndefined();
  });

  it('is answered or not, without a throw, and with no more than a few bytes more', () => {
    fc.assert(
      fc.property(octets(0, 520), fc.boolean(), (bytes, headed) => {
        if (headed) header.copy(bytes, 0, 0, Math.min(12, bytes.length));
        const answer = answerTo(bytes, hosts);
        expect(answer?.bytes.length ?? 0).toBeLessThanOrEqual(bytes.length + 100);
      }),
      { numRuns: 2000 },
    );
  });
});
