// What a relay can do to a real connection, and to the one that asks what it says of itself.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { RELAY } from '../../../src-main/nostr/bounds.ts';
import { RelayDocuments, readDocument } from '../../../src-main/nostr/documents.ts';
import { dial } from '../../../src-main/nostr/relay-socket.ts';

const NEVER = new AbortController().signal;

/** A server that greets with these messages; says how it was asked for a connection, and how the connection ended. */
async function greeting(...messages: readonly string[]) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  const asked: unknown[] = [];
  server.on('connection', (socket, request) => {
    asked.push(request.headers['sec-websocket-extensions']);
    for (const message of messages) socket.send(message);
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** What is heard of it until it closes or has said `wanted` messages. */
function heardOf(url: string, { mayBePrivate = true, wanted = Infinity } = {}) {
  const heard: number[] = [];
  return new Promise<{ readonly heard: readonly number[]; readonly why: string }>((resolve) => {
    const socket = dial(
      { url, mayBePrivate },
      {
        opened() {},
        ponged() {},
        heard(message) {
          heard.push(message?.length ?? -1);
          if (heard.length >= wanted) {
            socket.close();
            resolve({ heard, why: '' });
          }
        },
        closed: (why) => resolve({ heard, why }),
      },
    );
  });
}

describe('a connection to a relay', () => {
  it('message: is ended by one that is longer than it may be', async () => {
    const { url } = await greeting('x'.repeat(RELAY.message), 'x'.repeat(RELAY.message + 1), 'x');
    expect(await heardOf(url)).toEqual({ heard: [RELAY.message], why: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' });
  });

  it('takes nothing compressed, so that no byte becomes more', async () => {
    const { url, asked } = await greeting('x'.repeat(1000));
    await heardOf(url, { wanted: 1 });
    expect(asked).toEqual([undefined]);
  });

  it('does not lead into a private network by a name that the user did not type for one', async () => {
    const { url } = await greeting('x');
    expect(await heardOf(url.replace('127.0.0.1', 'localhost'), { mayBePrivate: false })).toMatchObject({ heard: [] });
  });

  it('follows no redirect', async () => {
    const { url: bait, asked } = await greeting('x');
    const at = await answering((res) => res.writeHead(302, { location: bait }).end());
    expect(await heardOf(at)).toMatchObject({ heard: [] });
    expect(asked).toEqual([]);
  });
});

/** A server without WebSockets. */
async function answering(answer: (res: import('node:http').ServerResponse) => void) {
  const server = createServer((_req, res) => answer(res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function documentOf(answer: Parameters<typeof answering>[0], { mayBePrivate = true, timeoutMs = 15_000 } = {}) {
  const documents = new RelayDocuments({ timeoutMs });
  onTestFinished(() => documents.close());
  return documents.read({ url: await answering(answer), mayBePrivate }, NEVER);
}

describe('what a relay says of itself', () => {
  const said = {
    name: 'A\u0000b',
    description: 'x'.repeat(5000),
    supported_nips: [1, 11],
    limitation: { max_limit: 5 },
  };

  it('is read, each sentence no longer than it may be', async () => {
    expect(await documentOf((res) => res.end(JSON.stringify(said)))).toEqual({
      name: 'A b',
      description: 'x'.repeat(RELAY.said),
      supported_nips: [1, 11],
      limitation: { max_limit: 5 },
    });
  });

  it('is read as far as it makes sense', () => {
    const odd = { name: 5, supported_nips: 'all', limitation: { max_limit: -1, auth_required: 'no' }, more: {} };
    expect(readDocument(Buffer.from(JSON.stringify(odd)))).toEqual({ limitation: {} });
    for (const text of ['', '[]', '5', '{', '"x"']) expect(readDocument(Buffer.from(text))).toBeUndefined();
  });

  it.each<[string, Parameters<typeof answering>[0]]>([
    ['document', (res) => res.end(JSON.stringify({ name: 'x', more: 'x'.repeat(RELAY.document) }))],
    ['an error', (res) => res.writeHead(404).end('{"name":"x"}')],
    ['a redirect', (res) => res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['a break', (res) => res.destroy()],
  ])('is nothing where there is %s', async (_what, answer) => {
    expect(await documentOf(answer)).toBeUndefined();
  });

  it('documentMs: is not waited for without end', async () => {
    expect(await documentOf((res) => res.write('{'), { timeoutMs: 50 })).toBeUndefined();
  });

  it('is not asked for in a private network that the user did not name', async () => {
    let asked = 0;
    const answer = (res: import('node:http').ServerResponse) => {
      asked += 1;
      res.end('{}');
    };
    expect(await documentOf(answer, { mayBePrivate: false })).toBeUndefined();
    expect(asked).toBe(0);
  });
});
