// What a node is told of the directory's opinion: the figure and what follows from it must not contradict each other.
import { describe, expect, it } from 'vitest';
import { hiddenBy, lowBy } from '../../../../../src-main/networks/iicp/directory/reputation.ts';

describe('a reputation', () => {
  it('that hides a node is never shown as one that does not', () => {
    expect(hiddenBy(0.0999)?.message).toContain('rates this node 0.09.');
    expect(hiddenBy(0)?.message).toContain('rates this node 0.00.');
    expect(lowBy(0.3999)?.message).toContain('rates it 0.39,');
    expect(lowBy(0.29)?.message).toContain('rates it 0.29,');
  });

  it.each([
    [null, undefined, undefined],
    [0.0999, 'iicp.hidden', undefined],
    [0.1, undefined, 'iicp.low-reputation'],
    [0.3999, undefined, 'iicp.low-reputation'],
    [0.4, undefined, undefined],
  ])('of %s', (reputation, hidden, low) => {
    expect([hiddenBy(reputation)?.code, lowBy(reputation)?.code]).toEqual([hidden, low]);
  });
});
