import type { lookup } from 'node:dns';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MESH } from '../../../../../src-main/networks/iicp/mesh/bounds.ts';
import { PeerCaller, PeerFailed } from '../../../../../src-main/networks/iicp/mesh/caller.ts';

const { signal } = new AbortController();

async function server(listener: RequestListener) {
  let asked = 0;
  const http = createServer((request, response) => {
    asked += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return { port: (http.address() as { port: number }).port, asked: () => asked };
}

function caller(options: ConstructorParameters<typeof PeerCaller>[0]) {
  const made = new PeerCaller(options);
  onTestFinished(() => made.close());
  return made;
}

/** A resolver that says this of every name. */
const says = (...addresses: string[]) =>
  ((_name: string, _options: object, done: (error: null, found: object[]) => void) => {
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof lookup;

const ANSWER: RequestListener = (request, response) => {
  let text = '';
  request.on('data', (part) => {
    text += part;
  });
  request.on('end', () => response.end(JSON.stringify({ got: text, signature: request.headers['x-iicp-signature'] })));
};

describe('calling a peer', () => {
  it('posts what it is given and reads the answer', async () => {
    const { port } = await server(ANSWER);
    const local = caller({ local: true });
    const at = `http://127.0.0.1:${port}`;
    expect(await local.exchange(at, '{}', 'abc', signal)).toEqual({ got: '{}', signature: 'abc' });
    expect(await local.exchange(at, '{}', undefined, signal)).toEqual({ got: '{}' });
  });

  it.each([
    ['one inside', ['127.0.0.1']],
    ['one inside beside one outside', ['93.184.216.34', '127.0.0.1']],
    ['one inside in IPv6', ['::1']],
    ['one that maps to one inside', ['::ffff:127.0.0.1']],
    ['none', []],
  ])('calls no name that leads to %s', async (_name, addresses) => {
    const { port, asked } = await server(ANSWER);
    const outside = caller({ local: false, resolve: says(...addresses) });
    await expect(outside.exchange(`http://peer.example.org:${port}`, '{}', undefined, signal)).rejects.toThrow(
      PeerFailed,
    );
    expect(asked()).toBe(0);
  });

  it.each([
    'http://127.0.0.1',
    'http://[::1]',
    'http://0x7f000001',
    'http://localhost',
    'http://10.0.0.1',
    'ftp://a.org',
  ])('calls no %s', async (host) => {
    const { port, asked } = await server(ANSWER);
    await expect(caller({ local: false }).exchange(`${host}:${port}`, '{}', undefined, signal)).rejects.toThrow(
      PeerFailed,
    );
    expect(asked()).toBe(0);
  });

  it('follows no redirect', async () => {
    const inside = await server(ANSWER);
    const { port } = await server((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${inside.port}/v1/peers` }).end();
    });
    const call = caller({ local: true }).exchange(`http://127.0.0.1:${port}`, '{}', undefined, signal);
    await expect(call).rejects.toThrow('307');
    expect(inside.asked()).toBe(0);
  });

  it('reads no answer that is too long, broken, an error or too late', async () => {
    const answers: RequestListener[] = [
      (_request, response) => void response.end(JSON.stringify({ peers: 'x'.repeat(MESH.body) })),
      (_request, response) => void response.end('{'),
      (_request, response) => void response.writeHead(500).end('{}'),
      (_request, response) => void response.write('{'),
    ];
    const { port } = await server((request, response) => answers.shift()!(request, response));
    const impatient = caller({ local: true, timeoutMs: 300 });
    for (let count = answers.length; count > 0; count -= 1) {
      await expect(impatient.exchange(`http://127.0.0.1:${port}`, '{}', undefined, signal)).rejects.toThrow(PeerFailed);
    }
  });
});
