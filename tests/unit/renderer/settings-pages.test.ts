// The pure parts of the settings and of the networks' page.
import { describe, expect, it } from 'vitest';
import type { NetworkEvent } from '../../../src-preload/contract/networks/index.ts';
import { joined, withFailures } from '../../../src-renderer/pages/network/events.ts';
import { packagesLike } from '../../../src-renderer/pages/settings/packages.ts';
import { sectionIds, sectionOf } from '../../../src-renderer/pages/settings/sections.ts';
import { wordsIn } from '../../../src-renderer/pages/settings/words.ts';
import { hostsIn } from '../../../src-renderer/parts/hosts.ts';

const event = (id: number, changes: Partial<NetworkEvent> = {}): NetworkEvent => ({
  severity: 'info',
  id,
  kind: 'beat',
  at: id,
  until: id,
  count: 1,
  reason: null,
  tookMs: 5,
  ...changes,
});
const ids = (items: readonly NetworkEvent[]) => items.map(({ id }) => id);

describe('an address in the settings', () => {
  it('shows its section, and the first where it means nothing', () => {
    expect(sectionIds.map(sectionOf)).toEqual([...sectionIds]);
    expect([undefined, '', 'network', '__proto__', '<b>', 'x'.repeat(2000)].map(sectionOf)).toEqual(
      Array.from({ length: 6 }, () => 'general'),
    );
  });
});

describe('the history of a network', () => {
  it('takes what has grown and what is new, and keeps what was read before', () => {
    const first = joined({ items: [], next: undefined }, { items: [event(5), event(4)], next: 4 }, 'newest');
    const older = joined(first, { items: [event(3), event(2)], next: null }, 'older');
    const newer = joined(older, { items: [event(6), event(5, { count: 3 })], next: 5 }, 'newest');
    expect([ids(newer.items), newer.items[1]?.count, newer.next]).toEqual([[6, 5, 4, 3, 2], 3, null]);
  });

  it('begins anew where more has happened than a page holds', () => {
    const held = { items: [event(2), event(1)], next: null };
    expect(joined(held, { items: [event(9), event(8)], next: 8 }, 'newest')).toEqual({
      items: [event(9), event(8)],
      next: 8,
    });
  });

  it('knows its failures', () => {
    const events = [event(3), event(2, { severity: 'warning' }), event(1, { severity: 'error' })];
    expect(ids(withFailures(events, true))).toEqual([2, 1]);
    expect(withFailures(events, false)).toBe(events);
  });
});

describe('what is typed', () => {
  it('gives hosts between commas, spaces and semicolons, each once', () => {
    expect(hostsIn(' A.example, b.example;a.example\n')).toEqual(['a.example', 'b.example']);
    expect(hostsIn(' , ')).toEqual([]);
  });

  it('gives words one a line, and tells of those that are too short', () => {
    expect(wordsIn('  one thing\n\nanother ')).toEqual({ words: ['one thing', 'another'], short: false });
    expect(wordsIn('short').short).toBe(true);
    expect(wordsIn('').words).toEqual([]);
    expect(wordsIn('abcdef\n'.repeat(30)).words).toHaveLength(16);
  });

  it('finds programs by name and licence', () => {
    const packages = [
      { name: 'zod', version: '4', licence: 'MIT' },
      { name: 'ical.js', version: '2', licence: 'MPL-2.0' },
    ];
    const found = (text: string) => packagesLike(packages, text).map(({ name }) => name);
    expect([found(''), found('mit'), found('ICAL mpl'), found('zod mpl')]).toEqual([
      ['zod', 'ical.js'],
      ['zod'],
      ['ical.js'],
      [],
    ]);
  });
});
