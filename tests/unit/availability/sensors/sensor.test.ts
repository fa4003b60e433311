import { describe, expect, it } from 'vitest';
import { firstOf, NO_ANSWER, NOT_HERE, type Reading, reads } from '../../../../src-main/availability/sensors/sensor.ts';

describe('several ways to read', () => {
  it('are tried in order, and the one that told is asked first from then on', async () => {
    const asked: string[] = [];
    const says = new Map<string, Reading<string>>([
      ['a', NOT_HERE],
      ['b', reads('b')],
      ['c', reads('c')],
    ]);
    const way = (name: string) => async () => {
      asked.push(name);
      return says.get(name)!;
    };
    const read = firstOf(way('a'), way('b'), way('c'));
    const signal = new AbortController().signal;
    expect([await read(signal), await read(signal)]).toEqual([reads('b'), reads('b')]);
    expect(asked.splice(0).join('')).toBe('abb');
    says.set('b', NO_ANSWER);
    expect(await read(signal)).toEqual(reads('c'));
    expect(asked.splice(0).join('')).toBe('bac');
    says.set('c', NOT_HERE);
    expect(await read(signal)).toEqual(NO_ANSWER);
    expect(asked.splice(0).join('')).toBe('cab');
  });
});
