import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escaped, jsonText, withoutUnseen } from '../../../src-main/base/unseen.ts';

/** A right-to-left override, an isolate, a zero-width space, a tag (astral), a line separator, a filler, a half, C1, DEL. */
const UNSEEN = ['\u202e', '\u2067', '\u200b', '\u{e0041}', '\u2028', '\u3164', '\ud800', '\u009b', '\u007f'];
const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/u;
const text = fc.string({ unit: fc.oneof(fc.constantFrom(...UNSEEN), fc.string({ unit: 'binary', maxLength: 1 })) });

it.each(UNSEEN.map((each) => [JSON.stringify(`a${each}b`), `a${each}b`]))('%s is seen for what it is', (_, name) => {
  expect(jsonText({ name })).toMatch(/^\{"name":"a(?:\\u[0-9a-f]{4}){1,2}b"\}$/);
  expect(withoutUnseen(name)).toBe('a\ufffdb');
});

it('no JSON has anything unseen in it, and all of them have what was meant', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.dictionary(text, text), (value, named) => {
      for (const each of [value, named]) {
        const lines = escaped(JSON.stringify(each, null, 2));
        expect(jsonText(each)).not.toMatch(HARMFUL);
        expect(lines.replaceAll('\n', '')).not.toMatch(HARMFUL);
        expect(JSON.parse(jsonText(each))).toEqual(JSON.parse(JSON.stringify(each)));
        expect(JSON.parse(lines)).toEqual(JSON.parse(JSON.stringify(each)));
      }
    }),
  );
});

it('what is read from left to right or right to left stays as it is', () => {
  const names = 'Größe 中文 עברית العربية – 5 € 🙂';
  expect([JSON.parse(jsonText(names)), withoutUnseen(names)]).toEqual([names, names]);
  expect(jsonText(names)).toBe(JSON.stringify(names));
});
