import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../../src-main/networks/fips/control/request.ts';

describe('a question on the socket for fipsctl', () => {
  it.each([
    ['{"command":"show_status"}\n', { command: 'show_status', params: undefined }],
    ['{"command":"connect","params":{"npub":"x"},"more":1}', { command: 'connect', params: { npub: 'x' } }],
    ['', { message: 'empty request' }],
    ['\n', { message: 'empty request' }],
    ['  \n{"command":"x"}', { message: 'empty request' }],
    ['{"command"', { message: 'invalid request: it is not JSON' }],
    ['[]', { message: 'invalid request: it is no object' }],
    ['null', { message: 'invalid request: it is no object' }],
    ['{"command":7}', { message: 'invalid request: missing field `command`' }],
    ['x'.repeat(4097), { message: 'request too large' }],
  ])('%# is read, or said to be wrong in the words of official nodes', (text, read) => {
    expect(readRequest(Buffer.from(text))).toEqual(read);
  });

  it('may be any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(readRequest(Buffer.from(bytes))).toBeTypeOf('object');
      }),
    );
  });
});
