import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSmall, writeSmall } from '../../../src-main/shell/small-file.ts';
import { LEAST, Place, placeOn } from '../../../src-main/shell/window/place.ts';
import { temporaryFolder } from '../../support/folder.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const beside = { x: 1440, y: 0, width: 2560, height: 1440 };
const above = { x: -200, y: -1080, width: 1920, height: 1080 };
const at = (x: number, y: number, width: number, height: number, maximized = false) => ({
  bounds: { x, y, width, height },
  maximized,
});

describe('the window', () => {
  it.each([
    ['stands in the middle the first time', undefined, [laptop], at(130, 73, 1180, 780)],
    ['is no larger than a small display', undefined, [{ x: 0, y: 0, width: 1024, height: 600 }], at(0, 0, 1024, 600)],
    ['stands where it stood', at(100, 100, 900, 700), [laptop], at(100, 100, 900, 700)],
    ['stands where it stood on the second display', at(2000, 50, 900, 700), [laptop, beside], at(2000, 50, 900, 700)],
    ['comes back when its display is gone', at(2000, 50, 900, 700), [laptop], at(270, 113, 900, 700)],
    ['stands above the first display', at(0, -900, 900, 700), [laptop, above], at(0, -900, 900, 700)],
    ['shrinks with its display', at(0, 25, 2000, 1200), [laptop], at(0, 25, 1440, 875)],
    ['is drawn in where it hung over the edge', at(1300, 800, 900, 700), [laptop], at(540, 200, 900, 700)],
    ['comes out from under a panel', at(10, 0, 900, 700), [laptop], at(10, 25, 900, 700)],
    ['goes to the display that has most of it', at(1300, 100, 900, 700), [laptop, beside], at(1440, 100, 900, 700)],
    ['keeps being maximised', at(100, 100, 900, 700, true), [laptop], at(100, 100, 900, 700, true)],
    ['grows to what the pages need', at(100, 100, 10, 10), [laptop], at(100, 100, LEAST.width, LEAST.height)],
  ])('%s', (_what, wanted, areas, place) => {
    expect(placeOn(wanted, areas)).toEqual(place);
  });

  it('always lies whole on one display', () => {
    const side = fc.integer({ min: 500, max: 4000 });
    const offset = fc.integer({ min: -4000, max: 4000 });
    const rect = fc.record({ x: offset, y: offset, width: side, height: side });
    fc.assert(
      fc.property(fc.array(rect, { minLength: 1, maxLength: 4 }), rect, (areas, bounds) => {
        const { x, y, width, height } = placeOn({ bounds, maximized: false }, areas).bounds;
        const whole = areas.some(
          (area) =>
            x >= area.x && y >= area.y && x + width <= area.x + area.width && y + height <= area.y + area.height,
        );
        expect(whole).toBe(true);
      }),
    );
  });

  it('keeps its place in a file, and a file that is no place counts as none', () => {
    const file = join(temporaryFolder(), 'place.json');
    expect(readSmall(file, Place)).toBeUndefined();
    writeSmall(file, at(1, 2, 300, 400));
    expect(readSmall(file, Place)).toEqual(at(1, 2, 300, 400));
    for (const odd of ['', '{', '{"bounds":{"x":1e9,"y":0,"width":1,"height":1},"maximized":false}', '[]']) {
      writeFileSync(file, odd);
      expect(readSmall(file, Place)).toBeUndefined();
    }
  });
});
