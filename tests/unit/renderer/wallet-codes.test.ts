// What is shown to a camera, read again by others: the codes by a reader of them, the parts by the library that wallets read such parts with.
import { URDecoder } from '@ngraveio/bc-ur';
import fc from 'fast-check';
import decodeQR from 'qr/decode.js';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Qr } from '../../../src-renderer/pages/earnings/wallet/qr.tsx';
import { PART_BYTES, partsOf } from '../../../src-renderer/pages/earnings/wallet/ur.ts';

const tokenOf = (length: number) => `cashuB${'o2FteBtodHRwczovL21pbnQu'.repeat(length)}`.slice(0, length);

function read(parts: Iterable<string>): string | undefined {
  const decoder = new URDecoder();
  for (const part of parts) decoder.receivePart(part);
  return decoder.isSuccess() ? decoder.resultUR().decodeCBOR().toString('utf8') : undefined;
}

/** Light and dark dots of the drawn path, as a camera sees them. */
function photograph(markup: string) {
  const size = Number(/viewBox="0 0 (\d+) /.exec(markup)?.[1]);
  const scale = 4;
  const side = size * scale;
  const data = new Uint8Array(side * side * 3).fill(255);
  for (const [, x, y, length] of markup.matchAll(/M(\d+) (\d+)h(\d+)v1/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      const from = row * side + Number(x) * scale;
      data.fill(0, from * 3, (from + Number(length) * scale) * 3);
    }
  }
  return { width: side, height: side, data };
}

describe('parts of a long text', () => {
  it.each([601, 2000, 17_000])('of %i characters make it again', (length) => {
    const token = tokenOf(length);
    const parts = partsOf(token);
    expect(parts.length).toBe(Math.ceil((length + 3) / PART_BYTES));
    expect(read(parts)).toBe(token);
  });

  it('make it again in any order, and from a second round what the first one missed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 700, max: 3000 }), fc.integer({ min: 1, max: 12 }), (length, step) => {
        const token = tokenOf(length);
        const parts = partsOf(token);
        const missed = parts.filter((_, n) => n % (step + 1) !== 0);
        expect(read([...missed.toReversed(), ...parts])).toBe(token);
        expect(read(parts.slice(1))).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });
});

const drawn = (text: string, parts = false) => renderToStaticMarkup(createElement(Qr, { text, parts }));

describe('a drawn code', () => {
  beforeEach(() => {
    vi.stubGlobal('matchMedia', () => ({ matches: true }));
    return () => vi.unstubAllGlobals();
  });

  it('reads as the text that it stands for', () => {
    const invoice = `LNBC${'1P5CASHU0Q'.repeat(30)}`;
    const seen = photograph(drawn(invoice));
    expect(decodeQR(seen)).toBe(invoice);
  });

  it('is one of several parts where the text is long, and none where there would be too many', () => {
    const token = tokenOf(900);
    const markup = drawn(token, true);
    expect(decodeQR(photograph(markup))).toBe(partsOf(token)[0]);
    expect(drawn(tokenOf(60_000), true)).not.toContain('<svg');
  });
});
