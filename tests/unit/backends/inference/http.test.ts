import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { Upstream } from '../../../../src-main/backends/inference/http.ts';
import { CERTIFICATE, KEY } from '../../../support/localhost-tls.ts';
import { until } from '../../../support/wait.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

interface Raw {
  readonly upstream: Upstream;
  /** Of the server, oldest first. */
  readonly sockets: Socket[];
}

/** A server that answers each time something came, with what `script` says. */
async function raw(
  script: (socket: Socket, text: string, count: number) => void,
  { server = createServer(), name = 'http://127.0.0.1', connectMs = 2000 } = {},
): Promise<Raw> {
  const sockets: Socket[] = [];
  let count = 0;
  server.on('tlsClientError', () => {});
  server.on(name.startsWith('https') ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).on('data', (bytes) => script(socket, bytes.toString('latin1'), count++));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream = new Upstream({ url: `${name}:${(server.address() as AddressInfo).port}`, connectMs });
  onTestFinished(async () => {
    await upstream.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { upstream, sockets };
}

const answered = { kind: 'reply', status: 200, bytes: Buffer.from('ok') };

it('keeps a connection for the next call, and not once the server ended it', async () => {
  const { upstream, sockets } = await raw((socket) => socket.write(OK));
  expect(await upstream.get('/a')).toMatchObject(answered);
  expect(await upstream.get('/b')).toMatchObject(answered);
  expect(sockets).toHaveLength(1);
  sockets[0]!.end();
  await until('the end of the connection', () => sockets[0]!.destroyed);
  expect(await upstream.get('/c')).toMatchObject(answered);
  expect(sockets).toHaveLength(2);
});

it('gives a connection up before a server that keeps it for a second does', async () => {
  const { upstream, sockets } = await raw((socket) =>
    socket.write(OK.replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n')),
  );
  await upstream.get('/a');
  await until('the end of the connection', () => sockets[0]!.destroyed);
  expect(await upstream.get('/b')).toMatchObject(answered);
});

it('hangs up on a server that speaks without being asked', async () => {
  const { upstream, sockets } = await raw((socket) => socket.write(OK));
  await upstream.get('/a');
  sockets[0]!.write(OK);
  await until('the end of the connection', () => sockets[0]!.destroyed);
  expect(await upstream.get('/b')).toMatchObject(answered);
});

it('takes an answer that comes before the request is sent', async () => {
  const body = 'x'.repeat(8 * 1024 * 1024);
  const { upstream, sockets } = await raw((socket, _text, count) => {
    if (count > 0) return;
    socket.pause();
    socket.write('HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  expect(await upstream.post('/a', body)).toMatchObject({ kind: 'reply', status: 413 });
  sockets[0]!.resume();
  await until('the end of the connection', () => sockets[0]!.destroyed);
});

it('sends large bodies of text and of bytes whole, and keeps the connection', async () => {
  let got = '';
  const { upstream, sockets } = await raw((socket, text) => {
    got += text;
    if (got.endsWith('!')) socket.write(OK);
  });
  const body = `${'ü'.repeat(1_000_000)}!`;
  for (const each of [body, Buffer.from(body)]) {
    got = '';
    expect(await upstream.post('/a', each)).toMatchObject(answered);
    const [head, sent] = got.split('\r\n\r\n');
    expect(head).toContain('\r\ncontent-length: 2000001');
    expect(Buffer.from(sent!, 'latin1').toString() === body).toBe(true);
  }
  expect(sockets).toHaveLength(1);
});

it('has at most 264 connections, and the rest wait in order', async () => {
  const { upstream, sockets } = await raw(() => {});
  const calls = Array.from({ length: 300 }, (_, index) => upstream.get(`/${index}`));
  await until('all connections', () => sockets.length === 264);
  const stop = new AbortController();
  const givenUp = upstream.get('/never', stop.signal);
  stop.abort();
  expect(await givenUp).toEqual({ kind: 'aborted' });
  for (const socket of sockets) {
    socket.on('data', () => socket.write(OK));
    socket.write(OK);
  }
  for (const call of calls) expect(await call).toMatchObject(answered);
  expect(sockets).toHaveLength(264);
});

it('gives the place of a lost connection to one that waits', async () => {
  const { upstream, sockets } = await raw((socket, text) => void (text.includes('GET /late') && socket.write(OK)));
  const calls = Array.from({ length: 264 }, () => upstream.get('/early'));
  const late = upstream.get('/late');
  await until('all connections', () => sockets.length === 264);
  sockets[7]!.destroy();
  expect(await late).toMatchObject(answered);
  await upstream.close();
  const kinds = (await Promise.all(calls)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'lost')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'aborted')).toHaveLength(263);
});

it('writes no header that the key would break', async () => {
  const heads: string[] = [];
  const { upstream } = await raw((socket, text) => {
    heads.push(text);
    socket.write(OK);
  });
  const keyed = new Upstream({ url: upstream.root, apiKey: 'one\r\nX-Two: 2' });
  onTestFinished(() => keyed.close());
  await keyed.get('/a');
  expect(heads).toHaveLength(1);
  expect(heads[0]).not.toMatch(/authorization|X-Two/i);
});

it('speaks TLS to a server that is who it says, and to no other', async () => {
  const tls = () => createTlsServer({ key: KEY, cert: CERTIFICATE }) as Server;
  const known = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(known));
  const stranger = await raw((socket) => socket.write(OK), { server: tls(), name: 'https://localhost' });
  expect(await stranger.upstream.get('/a')).toEqual({ kind: 'lost', refused: false, sent: false });
  setDefaultCACertificates([...known, CERTIFICATE]);
  const friend = await raw((socket) => socket.write(OK), { server: tls(), name: 'https://localhost' });
  expect(await friend.upstream.get('/a')).toMatchObject(answered);
  expect(await friend.upstream.get('/b')).toMatchObject(answered);
  expect(friend.sockets).toHaveLength(1);
});

it('does not give up a server that was reached while this process stood still', async () => {
  const { upstream } = await raw((socket) => socket.write(OK), { connectMs: 50 });
  const answer = upstream.get('/a');
  // The connection is being made from the next turn on, and the time for it is over before its news can come.
  setImmediate(() => {
    for (const end = performance.now() + 200; performance.now() < end; );
  });
  expect(await answer).toMatchObject(answered);
});

it('gives up where TLS is never answered', async () => {
  const { upstream } = await raw(() => {}, { name: 'http://localhost' });
  const silent = new Upstream({ url: upstream.root.replace('http:', 'https:'), connectMs: 50 });
  onTestFinished(() => silent.close());
  expect(await silent.get('/a')).toEqual({ kind: 'lost', refused: false, sent: false });
});
