// Three words asked back: places, right and wrong answers, and that no answer can be tried out at leisure.
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../src-main/base/random.ts';
import { Proving } from '../../../src-main/wallet/proving.ts';

const words = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const right = (places: readonly number[]) => places.map((place) => words.split(' ')[place - 1]!);

describe('words that are asked back', () => {
  it('are three different ones in their order, the same until they were answered', () => {
    for (let n = 0; n < 50; n++) {
      const proving = new Proving({ random: systemRandom });
      const places = proving.ask();
      expect(new Set(places).size).toBe(3);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places.every((place) => place >= 1 && place <= 12)).toBe(true);
      expect(proving.ask()).toEqual(places);
    }
  });

  it('are right however they are written', () => {
    const proving = new Proving({ random: systemRandom });
    const given = right(proving.ask()).map((word) => ` ${word.toUpperCase()} `);
    expect(proving.answer(given, words)).toEqual([]);
  });

  it('are wrong where one is, and are not asked for a second time', () => {
    const proving = new Proving({ random: systemRandom });
    const places = proving.ask();
    const [, second, third] = right(places);
    expect(proving.answer(['abandon', second!, third!], words)).toEqual([places[0]]);
    expect(() => proving.answer(right(places), words)).toThrow(
      expect.objectContaining({ code: 'wallet.words-not-asked' }),
    );
  });

  it('are wrong where they are missing', () => {
    const proving = new Proving({ random: systemRandom });
    expect(proving.ask()).toHaveLength(3);
    expect(proving.answer([], words)).toHaveLength(3);
  });
});
