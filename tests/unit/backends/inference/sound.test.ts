import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inBase64, inBytes, soundOf } from '../../../../src-main/backends/inference/sound.ts';
import { samples, wav } from '../../../../src-main/practice/model/answers.ts';
import { NO_SOUND, SOUNDS, tagged } from './sound-samples.ts';

const both = (bytes: Buffer) => [soundOf(inBytes(bytes)), soundOf(inBase64(bytes.toString('base64')))];

describe('sound is known by its first bytes', () => {
  it.each(Object.entries(SOUNDS))('as %s', (format, bytes) => {
    expect(both(bytes)).toEqual([format, format]);
  });

  it('behind a tag of any length, with or without a footer, and zeros after it', () => {
    for (const size of [0, 1, 2, 3, 127, 128, 300, 16_000]) {
      expect(both(tagged(SOUNDS.mp3, size))).toEqual(['mp3', 'mp3']);
      expect(both(tagged(SOUNDS.mp3, size, 0x10))).toEqual(['mp3', 'mp3']);
      expect(both(tagged(SOUNDS.aac, size))).toEqual(['aac', 'aac']);
      expect(both(tagged(Buffer.concat([Buffer.alloc(64), SOUNDS.mp3]), size))).toEqual(['mp3', 'mp3']);
    }
  });

  it.each(Object.entries(NO_SOUND))('and %s is none', (_, bytes) => {
    expect(both(bytes)).toEqual([undefined, undefined]);
  });

  it('in a WAV file that the practice server makes', () => {
    expect(both(wav(samples('x', 0.01)))).toEqual(['wav', 'wav']);
  });

  it('and base64 is read in the middle as bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(220), fc.nat(50), (raw, offset, length) => {
        const bytes = Buffer.from(raw);
        expect(inBase64(bytes.toString('base64'))(offset, length)).toEqual(inBytes(bytes)(offset, length));
      }),
    );
  });

  it('whatever bytes there are, without throwing', () => {
    const start = fc.constantFrom(...Object.values(SOUNDS), ...Object.values(NO_SOUND), Buffer.from('ID3'));
    fc.assert(
      fc.property(start, fc.nat(40), fc.uint8Array({ maxLength: 60 }), (head, cut, tail) => {
        const bytes = Buffer.concat([head.subarray(0, cut), tail]);
        const [plain, encoded] = both(bytes);
        expect(encoded).toBe(plain);
      }),
    );
  });
});
