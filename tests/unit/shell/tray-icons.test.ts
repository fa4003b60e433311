import { join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TEMPLATE, TILE } from '../../../src-main/shell/tray/images.ts';

type Drawn = Record<string, Record<string, Buffer>>;

const script: string = join(resolve(import.meta.dirname, '../../..'), 'scripts/package-icons.mjs');
const { drawTray } = (await import(script)) as { drawTray(): { template: Drawn; tile: Drawn } };
const held = { template: TEMPLATE, tile: TILE };

/** Rows of RGBA with a byte for the filter before each: all of a PNG with one data chunk, which is what the script writes. */
function pixelsOf(png: Buffer): Buffer {
  const at = png.indexOf('IDAT', 0, 'latin1');
  return inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
}

function alphaOf(base64: string, size: number): number[] {
  const pixels = pixelsOf(Buffer.from(base64, 'base64'));
  return Array.from(
    { length: size * size },
    (_, at) => pixels[Math.floor(at / size) * (size * 4 + 1) + 1 + (at % size) * 4 + 3]!,
  );
}

describe('the tray’s icons', () => {
  it('are those of the drawing, in all sizes', () => {
    const drawn = drawTray();
    for (const kind of ['template', 'tile'] as const) {
      expect(Object.keys(drawn[kind])).toEqual(['solid', 'dot', 'bars', 'triangle']);
      for (const [shape, sizes] of Object.entries(drawn[kind])) {
        const kept = held[kind][shape as keyof typeof TILE];
        expect(Object.keys(kept)).toEqual(Object.keys(sizes));
        for (const [size, png] of Object.entries(sizes)) {
          const same = pixelsOf(Buffer.from(kept[Number(size)]!, 'base64')).equals(pixelsOf(png));
          expect([kind, shape, size, same]).toEqual([kind, shape, size, true]);
        }
      }
    }
  });

  it('differ in shape alone, without any colour, even in the smallest size', () => {
    const shapes = Object.entries(TEMPLATE).map(([shape, sizes]) => ({ shape, alpha: alphaOf(sizes[16]!, 16) }));
    for (const { shape, alpha } of shapes) {
      for (const other of shapes) {
        if (shape === other.shape) continue;
        const apart = alpha.filter((value, at) => Math.abs(value - other.alpha[at]!) > 128).length;
        expect([shape, other.shape, apart > 30]).toEqual([shape, other.shape, true]);
      }
    }
  });

  it('are of one colour where the system colours them', () => {
    for (const sizes of Object.values(TEMPLATE)) {
      const pixels = pixelsOf(Buffer.from(sizes[32]!, 'base64'));
      const coloured = Array.from({ length: 32 * 32 }, (_, at) => {
        const start = Math.floor(at / 32) * 129 + 1 + (at % 32) * 4;
        return pixels[start]! + pixels[start + 1]! + pixels[start + 2]!;
      });
      expect(coloured.filter((sum) => sum > 0)).toEqual([]);
    }
  });
});
