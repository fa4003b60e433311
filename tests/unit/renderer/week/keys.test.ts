import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAYS, HALVES } from '../../../../src-renderer/components/week/cells.ts';
import { cellOfKey, spotOfKey } from '../../../../src-renderer/components/week/keys.ts';

const WIDE = { tall: false, rtl: false };
const TALL = { tall: true, rtl: false };
const at = { day: 2, half: 20 };

describe('the keyboard on the week', () => {
  it.each([
    ['ArrowRight', false, { day: 2, half: 21 }, { day: 3, half: 20 }],
    ['ArrowLeft', false, { day: 2, half: 19 }, { day: 1, half: 20 }],
    ['ArrowDown', false, { day: 3, half: 20 }, { day: 2, half: 21 }],
    ['ArrowUp', false, { day: 1, half: 20 }, { day: 2, half: 19 }],
    ['PageDown', false, { day: 2, half: 32 }, { day: 2, half: 32 }],
    ['PageUp', false, { day: 2, half: 8 }, { day: 2, half: 8 }],
    ['Home', false, { day: 2, half: 0 }, { day: 0, half: 20 }],
    ['End', false, { day: 2, half: 47 }, { day: 6, half: 20 }],
    ['Home', true, { day: 0, half: 0 }, { day: 0, half: 0 }],
    ['End', true, { day: 6, half: 47 }, { day: 6, half: 47 }],
    ['x', false, undefined, undefined],
  ])('%s (with Ctrl: %s) leads by what is seen', (key, ctrl, wide, tall) => {
    expect(spotOfKey(at, key, ctrl, WIDE)).toEqual(wide);
    expect(spotOfKey(at, key, ctrl, TALL)).toEqual(tall);
  });

  it('turns round where the page reads from the right', () => {
    expect(spotOfKey(at, 'ArrowRight', false, { ...WIDE, rtl: true })).toEqual({ day: 2, half: 19 });
    expect(spotOfKey(at, 'ArrowLeft', false, { ...TALL, rtl: true })).toEqual({ day: 3, half: 20 });
  });

  it('never leads out of the week', () => {
    const key = fc.constantFrom('ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End');
    const lie = fc.record({ tall: fc.boolean(), rtl: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 80 }), lie, (keys, way) => {
        let spot = { day: 0, half: 0 };
        for (const [pressed, ctrl] of keys) spot = spotOfKey(spot, pressed, ctrl, way)!;
        expect(spot.day).toBeGreaterThanOrEqual(0);
        expect(spot.day).toBeLessThan(DAYS);
        expect(spot.half).toBeGreaterThanOrEqual(0);
        expect(spot.half).toBeLessThan(HALVES);
      }),
    );
  });

  it('paints the more the higher the digit, and nothing with Delete', () => {
    expect(['0', '1', '2', '3', 'Delete', 'Backspace', '4', 'f'].map(cellOfKey)).toEqual([
      'o',
      'l',
      'n',
      'f',
      '-',
      '-',
      undefined,
      undefined,
    ]);
  });
});
