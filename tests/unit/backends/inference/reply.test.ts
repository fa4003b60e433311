import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyReader } from '../../../../src-main/backends/inference/reply.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nRetry-After: 7\r\n';
const SIZED = `${HEAD}Content-Length: 11\r\n\r\n{"a":"b\r\n"}`;
const CHUNKED = `${HEAD}Transfer-Encoding: Chunked\r\n\r\n4;x=y\r\n{"a"\r\n7\r\n:"b\r\n"}\r\n0\r\nX-Sum: 1\r\n\r\n`;
const INTERIM = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\nContent-Length: 5\r\n\r\n${SIZED}`;

/** Feeds the pieces that cuts at these places leave. */
function read(text: string, cuts: readonly number[] = []) {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new ReplyReader();
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let verdict: ReturnType<ReplyReader['feed']> = 'more';
  for (const [index, from] of places.slice(0, -1).entries()) {
    // What was read is written over, as the next connection does.
    const piece = Buffer.from(bytes.subarray(from, places[index + 1]));
    if (piece.length > 0) verdict = reader.feed(piece);
    piece.fill(0x78);
    if (verdict !== 'more') break;
  }
  return { reader, verdict };
}

describe('a reply', () => {
  it.each([
    ['of a known length', SIZED],
    ['in chunks', CHUNKED],
    ['after interim ones', INTERIM],
  ])('%s is the same however it is cut', (_name, text) => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        const { reader, verdict } = read(text, cuts);
        expect(verdict).toBe('done');
        expect({ ...reader.reply, bytes: reader.reply.bytes.toString() }).toEqual({
          status: 200,
          retryAfter: '7',
          contentType: 'application/json',
          bytes: '{"a":"b\r\n"}',
          keep: { ms: 600_000 },
        });
      }),
    );
  });

  it('of many pieces of all sizes is put together in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const body = sizes.map((size, index) => String.fromCharCode(97 + index).repeat(size)).join('');
        const chunks = sizes.map((size, index) => {
          return `${size.toString(16)}\r\n${String.fromCharCode(97 + index).repeat(size)}\r\n`;
        });
        const { reader, verdict } = read(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`);
        expect(verdict).toBe('done');
        expect(reader.reply.bytes.toString() === body).toBe(true);
      }),
    );
  });

  it('in chunks of a byte each is given up before it takes memory and time out of proportion', () => {
    const reader = new ReplyReader();
    reader.feed(Buffer.from(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`));
    const piece = Buffer.from('1\r\nx\r\n'.repeat(10_000));
    let fed = 0;
    while (reader.feed(piece) === 'more') fed += piece.length;
    expect(fed).toBeLessThan(8 * 1024 * 1024);
  });

  it('without a length ends with its connection', () => {
    const { reader, verdict } = read(`${HEAD}\r\n{"a":1}`, [30, 80]);
    expect(verdict).toBe('more');
    expect(reader.end()).toBe(true);
    expect(reader.reply.bytes.toString()).toBe('{"a":1}');
    expect(reader.reply.keep).toBeUndefined();
  });

  it.each([
    ['its head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['its length', SIZED.slice(0, -1)],
    ['its last chunk', CHUNKED.slice(0, -2)],
  ])('cut before the end of %s is none', (_name, text) => {
    const { reader, verdict } = read(text);
    expect(verdict).toBe('more');
    expect(reader.end()).toBe(false);
  });

  it.each([204, 304])('of status %i has no body', (status) => {
    const { reader, verdict } = read(`HTTP/1.1 ${status} None\r\nContent-Length: 5\r\n\r\n`);
    expect(verdict).toBe('done');
    expect(reader.reply.bytes).toHaveLength(0);
  });

  it.each<[string, string, number | undefined]>([
    ['1.1', '', 600_000],
    ['1.1', 'Connection: x, Close\r\n', undefined],
    ['1.1', 'Keep-Alive: max=9, timeout=5\r\n', 5000],
    ['1.1', 'Keep-Alive: timeout=0\r\n', undefined],
    ['1.0', '', undefined],
    ['1.0', 'Connection: keep-alive\r\n', 600_000],
  ])('of HTTP/%s with %j says how long its connection is kept', (version, lines, ms) => {
    const { reader } = read(`HTTP/${version} 200 OK\r\n${lines}Content-Length: 0\r\n\r\n`);
    expect(reader.reply.keep).toEqual(ms === undefined ? undefined : { ms });
  });

  it('with something behind it leaves its connection to nobody', () => {
    const { reader, verdict } = read(`${SIZED}HTTP/1.1 200 OK\r\n`);
    expect(verdict).toBe('done');
    expect(reader.reply.keep).toBeUndefined();
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['the beginning of another', 'HTTQ'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['an upgrade', 'HTTP/1.1 101 Switching\r\n\r\n'],
    ['no status', 'HTTP/1.1 OK\r\n\r\n'],
    ['bare line ends', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
    ['a line without a name', `${HEAD}: 5\r\n\r\n`],
    ['a folded line', `${HEAD} more\r\nContent-Length: 0\r\n\r\n`],
    ['a space before the colon', `${HEAD}Content-Length : 3\r\n\r\nabc`],
    ['two lengths', `${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc`],
    ['a length that is none', `${HEAD}Content-Length: 0x3\r\n\r\nabc`],
    ['a negative length', `${HEAD}Content-Length: -3\r\n\r\nabc`],
    ['a length and chunks', `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a coding that was not asked for', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['two codings', `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['a chunk without a size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n;\r\n`],
    ['a chunk with a sign', `${HEAD}Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n`],
    ['a chunk longer than its size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n`],
    ['bare line ends between chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n`],
    ['a line that never ends', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3;${'x'.repeat(2000)}`],
    ['a head that never ends', `${HEAD}X: ${'x'.repeat(17_000)}`],
    ['trailers that never end', `${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\n${'X: y\r\n'.repeat(5000)}`],
  ])('with %s is no HTTP', (_name, text) => {
    expect(read(text).verdict).toBe('not-http');
    expect(read(text, [5, 20, 60, 61, 90]).verdict).toBe('not-http');
  });

  it('of more than 16 MiB is not read', () => {
    expect(read(`${HEAD}Content-Length: 16777217\r\n\r\n`).verdict).toBe('too-large');
    const mebibyte = `100000\r\n${'x'.repeat(1 << 20)}\r\n`;
    const { reader, verdict } = read(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${mebibyte.repeat(16)}`);
    expect(verdict).toBe('more');
    expect(reader.feed(Buffer.from('1\r\nx\r\n'))).toBe('too-large');
  });
});
