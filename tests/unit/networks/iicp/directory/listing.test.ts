import { describe, expect, it } from 'vitest';
import { type Listed, ListingCheck, prefixOf } from '../../../../../src-main/networks/iicp/directory/listing.ts';

describe('the check whether others find this node', () => {
  it.each([
    ['8c3b4f0e-6a3b-4f5e-9d4c-0a1b2c3d4e5f', '8c3b4f0e'],
    ['node-1', 'node-1'],
    ['8c3b4f0e', '8c3b4f0e'],
  ])('asks for %s as %s', (nodeId, prefix) => {
    expect(prefixOf(nodeId)).toBe(prefix);
  });

  it('is due every second beat', () => {
    const check = new ListingCheck();
    expect([1, 2, 3, 4].map(() => check.due())).toEqual([false, true, false, true]);
    check.due();
    check.reset();
    expect([check.due(), check.due()]).toEqual([false, true]);
  });

  it.each<[string, Listed[], boolean[]]>([
    ['three times missing', ['missing', 'missing', 'missing'], [false, false, true]],
    ['and counts anew afterwards', ['missing', 'missing', 'missing', 'missing'], [false, false, true, false]],
    ['listed in between', ['missing', 'missing', 'listed', 'missing', 'missing'], [false, false, false, false, false]],
    ['not told in between', ['missing', 'unknown', 'missing', 'missing'], [false, false, false, true]],
    ['never told', ['unknown', 'unknown', 'unknown', 'unknown'], [false, false, false, false]],
  ])('registers anew or not: %s', (_name, seen, anew) => {
    const check = new ListingCheck();
    expect(seen.map((listed) => check.seen(listed))).toEqual(anew);
  });

  it('forgets what it saw when it is reset', () => {
    const check = new ListingCheck();
    check.seen('missing');
    check.seen('missing');
    check.reset();
    expect(check.seen('missing')).toBe(false);
  });
});
