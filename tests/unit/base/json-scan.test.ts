// Held against JSON.parse: the same texts are taken, and what is counted is what would have been made.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonBounds, parseJson, scanJson } from '../../../src-main/base/json-scan.ts';

const WIDE: JsonBounds = { depth: 1000, values: 1_000_000 };
const scan = (text: string, bounds = WIDE, ...wanted: string[]) => scanJson(Buffer.from(text), bounds, new Set(wanted));

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function count(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + count(each), 1);
}

function depth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}

const ODD = [
  ['', ' ', '-', '01', '1.', '.5', '1e', '1e+', '+1', 'tru', 'truee', 'nul', '"', '"\\"', '"\\x"', '"\\u12g4"'],
  ['"\n"', '[1,]', '[,1]', '{"a":1,}', '{"a"}', '{a:1}', '[1 2]', '{"a" "b"}', '\uFEFF1', '1 1', ']', '}', ','],
  ['-0', '1E-2', '"\\ud800"', '"\\u00e9\\/"', '"\u007f\u2028"', ' [ ] ', '{ "" : { } }', '\t1\r\n', '"é😀"'],
];
const CHARACTERS = '{}[]",:\\eE+-.0u1 \n\u0000tfn'.split('');

/** As it is written, and with one of its characters another or missing. */
const texts = fc
  .tuple(fc.json({ maxDepth: 5 }), fc.nat(), fc.constantFrom('', ...CHARACTERS), fc.boolean())
  .map(([json, at, other, change]) => {
    if (!change) return json;
    const place = at % json.length;
    return json.slice(0, place) + other + json.slice(place + 1);
  });

describe('scanJson', () => {
  it('takes the texts that JSON.parse takes, and no others', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(scan(text) === 'not-json').toBe(!parses(text));
      }),
      { numRuns: 5000 },
    );
  });

  it.each(ODD.flat())('agrees with JSON.parse on %j', (text) => {
    expect(scan(text) === 'not-json').toBe(!parses(text));
  });

  it('counts the values and the levels that would be made, and refuses one more', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        const [values, levels] = [count(value), depth(value)];
        expect(scan(text, { values, depth: levels })).toMatchObject({ values });
        expect(scan(text, { values: values - 1, depth: levels })).toBe('too-many');
        if (levels > 0) expect(scan(text, { values, depth: levels - 1 })).toBe('too-deep');
      }),
    );
  });

  it('says where the wanted members stand, the last of one name', () => {
    const wanted = fc.constantFrom('task', 'a"b', '__proto__', 'é', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(wanted, fc.json())), fc.boolean(), (members, spaced) => {
        const gap = spaced ? ' \n' : '';
        const text = `{${members.map(([name, json]) => `${gap}${JSON.stringify(name)}${gap}:${gap}${json}`).join(',')}}`;
        const found = scan(text, WIDE, 'task', 'a"b', '__proto__', 'é', '');
        if (typeof found === 'string') throw new Error(found);
        const texts = new Map([...found.members].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));
        expect(texts).toEqual(new Map(members.map(([name, json]) => [name, json.trim()])));
      }),
    );
  });

  it('knows a name however it is escaped, and looks for none inside members', () => {
    const found = scan('{"t\\u0061sk":1,"x":{"y":2}}', WIDE, 'task', 'y');
    expect(found).toMatchObject({ kind: 'object', members: new Map([['task', Buffer.from('1')]]) });
  });

  it('goes no deeper into what is nested without end than it may', () => {
    expect(scan('['.repeat(1_000_000), { depth: 64, values: 1e9 })).toBe('too-deep');
    expect(scan('{"a":'.repeat(1_000_000), { depth: 64, values: 1e9 })).toBe('too-deep');
  });

  it('takes no bytes that are no UTF-8', () => {
    expect(scanJson(Buffer.from([0x22, 0xff, 0x22]), WIDE)).toBe('not-json');
  });
});

describe('parseJson', () => {
  it('makes what JSON.parse makes, of text and bytes, within the bounds', () => {
    for (const text of ['null', '{"a":[1,"é"]}']) {
      for (const given of [text, Buffer.from(text)]) {
        expect(parseJson(given, WIDE)).toEqual({ value: JSON.parse(text) });
      }
    }
    expect(parseJson('[[]]', { depth: 1, values: 9 })).toBe('too-deep');
    expect(parseJson('{', WIDE)).toBe('not-json');
  });
});
