import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FipsForward } from '../../../src-preload/contract/networks/fips-settings.ts';
import { readForward } from '../../../src-renderer/networks/fips/forward-typed.ts';

const attic = `npub1${'q'.repeat(58)}`;
const garage = `npub1${'p'.repeat(58)}`;
const peers = [{ npub: attic, alias: 'attic' }, { npub: garage }];
const read = (kind: 'out' | 'in', port: string, otherPort: string, nodes: string) =>
  readForward({ kind, port, otherPort, nodes }, peers);

describe('a forward as it is typed', () => {
  it.each([
    ['out', '8080', '80', 'attic', { kind: 'out', port: 8080, node: 'attic', nodePort: 80 }],
    ['out', ' 8080 ', '80', garage, { kind: 'out', port: 8080, node: garage, nodePort: 80 }],
    [
      'in',
      '80',
      '3000',
      `Attic, ${garage}`,
      { kind: 'in', port: 80, host: '127.0.0.1', hostPort: 3000, allow: [attic, garage] },
    ],
    ['out', '', '80', 'attic', 'port'],
    ['out', '0', '80', 'attic', 'port'],
    ['out', '65536', '80', 'attic', 'port'],
    ['in', '80', 'x', 'attic', 'otherPort'],
    ['out', '80', '80', '', 'nodes'],
    ['out', '80', '80', 'cellar', 'nodes'],
    ['out', '80', '80', `attic ${garage}`, 'nodes'],
    ['in', '80', '80', 'attic npub1short', 'nodes'],
  ] as const)('%s %s %s %s', (kind, port, otherPort, nodes, expected) => {
    expect(read(kind, port, otherPort, nodes)).toEqual(expected);
  });

  it('is one that the settings take, or says what is wrong', () => {
    const kinds = fc.constantFrom('out' as const, 'in' as const);
    const words = fc.oneof(fc.string(), fc.constantFrom('attic', garage, '80', '443'));
    fc.assert(
      fc.property(kinds, words, words, words, (kind, port, otherPort, nodes) => {
        const forward = read(kind, port, otherPort, nodes);
        if (typeof forward !== 'string') expect(FipsForward.parse(forward)).toEqual(forward);
      }),
    );
  });
});
