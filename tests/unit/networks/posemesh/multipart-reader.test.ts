// A form with parts, in whatever pieces it comes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, MultipartReader } from '../../../../src-main/networks/posemesh/storage/multipart-reader.ts';

interface Part {
  readonly disposition: Record<string, string>;
  readonly data: string;
}

/** latin1, so that a character is a byte. */
function read(text: string, cuts: readonly number[] = [], boundary = 'b'): Part[] {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new MultipartReader(boundary);
  const parts: { disposition: Record<string, string>; data: string; over: boolean }[] = [];
  const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  for (let index = 1; index < at.length; index += 1) {
    for (const event of reader.push(bytes.subarray(at[index - 1], at[index]))) {
      const last = parts.at(-1);
      if (event.kind === 'part') {
        expect(last?.over ?? true).toBe(true);
        parts.push({ disposition: Object.fromEntries(event.disposition), data: '', over: false });
      } else if (event.kind === 'data') last!.data += event.bytes.toString('latin1');
      else last!.over = true;
    }
  }
  reader.end();
  expect(parts.every(({ over }) => over)).toBe(true);
  return parts.map(({ disposition, data }) => ({ disposition, data }));
}

const everyByte = (text: string) => Array.from({ length: text.length }, (_, at) => at);

const lines = (...all: string[]) => all.join('\r\n');

describe('a download', () => {
  it.each<[string, string, string[]]>([
    ['one part', lines('--b', 'Content-Disposition: form-data; id="1"', '', 'data', '--b--', ''), ['data']],
    ['no part', '--b--', []],
    [
      'a preamble and an epilogue',
      `hello\r\n${lines('--b', 'content-disposition: x; id=1', '', 'data', '--b--', 'bye')}`,
      ['data'],
    ],
    ['line ends of LF alone', '--b\nContent-Disposition: form-data; id=1\n\ndata\n--b--\n', ['data']],
    ['a CR before an LF boundary', '--b\nContent-Disposition: form-data; id=1\n\ndata\r\n--b--\n', ['data\r']],
    ['a part without a byte', lines('--b', 'Content-Disposition: x; id=1', '', '--b--'), ['']],
    ['one with an empty line', lines('--b', 'Content-Disposition: x; id=1', '', '', '--b--'), ['']],
    [
      'two parts',
      lines('--b', 'Content-Disposition: x', '', 'one', '--b', 'Content-Disposition: x', '', 'two', '--b--'),
      ['one', 'two'],
    ],
    [
      'what only looks like a boundary',
      lines('--b', 'Content-Disposition: x', '', 'a', '--bc', '--b-', 'z', '--b--'),
      ['a\r\n--bc\r\n--b-\r\nz'],
    ],
    ['spaces behind a boundary', lines('--b \t', 'Content-Disposition: x', '', 'a', '--b--'), ['a']],
    [
      'other headers around',
      lines('--b', 'X-A: 1', 'Content-Disposition: x', 'Content-Type: y', '', 'a', '--b--'),
      ['a'],
    ],
  ])('with %s is read, whole and byte by byte', (_, text, data) => {
    expect(read(text).map((part) => part.data)).toEqual(data);
    expect(read(text, everyByte(text)).map((part) => part.data)).toEqual(data);
  });

  it('has the parameters of Content-Disposition, quoted or not, in any order', () => {
    const header =
      'Content-Disposition: form-data; size=4; name="a; \\"b\\""; Data-Type="refined_scan_zip" ;id=x; id=second; domain-id="d"';
    expect(read(lines('--b', header, '', 'data', '--b--'))[0]!.disposition).toEqual({
      size: '4',
      name: 'a; "b"',
      'data-type': 'refined_scan_zip',
      id: 'x',
      'domain-id': 'd',
    });
  });

  it.each([
    ['without its last boundary', lines('--b', 'Content-Disposition: x', '', 'half')],
    ['cut in its last boundary', lines('--b', 'Content-Disposition: x', '', 'half', '--b')],
    ['with a part that does not say what it is', lines('--b', 'Content-Type: x', '', 'a', '--b--')],
    ['with headers without end', `--b\r\nContent-Disposition: ${'x'.repeat(20_000)}`],
    ['without a boundary', 'x'.repeat(70_000)],
    ['with more parts than any job has', `${'--b\nContent-Disposition: x\n\n\n'.repeat(1025)}--b--`],
  ])('%s is refused', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'posemesh.domain-garbled' }));
  });

  it('comes out as it went in, wherever it is cut', () => {
    // Of few characters, so that pieces of a boundary are everywhere.
    const data = fc.string({ unit: fc.constantFrom('\r', '\n', '-', 'b', 'o', ' ', '\0', 'ÿ'), maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(data, { maxLength: 4 }),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 30 }),
        (all, crlf, where) => {
          const end = crlf ? '\r\n' : '\n';
          const boundary = 'bo-o';
          fc.pre(all.every((each) => !each.includes(`--${boundary}`)));
          // Where lines end with LF alone, what stands before the boundary is data.
          const parts = all.map(
            (each, id) => `--${boundary}${end}Content-Disposition: f; id=${id}${end}${end}${each}${end}`,
          );
          const text = `${parts.join('')}--${boundary}--${end}`;
          const cuts = where.map((at) => at % (text.length + 1));
          expect(read(text, cuts, boundary)).toEqual(
            all.map((each, id) => ({ disposition: { id: `${id}` }, data: each })),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the boundary of a form', () => {
  it.each([
    ['multipart/form-data; boundary=x', 'x'],
    ['Multipart/Form-Data; charset=utf-8; boundary="a b"', 'a b'],
  ])('is found in %s', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });

  it.each([
    undefined,
    'application/json',
    'multipart/form-data',
    'multipart/form-data; boundary=""',
    `multipart/form-data; boundary=${'x'.repeat(201)}`,
  ])('is missed in %s', (type) => {
    expect(() => boundaryOf(type)).toThrow(expect.objectContaining({ code: 'posemesh.domain-garbled' }));
  });
});
