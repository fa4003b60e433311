// The pages of one Hearth on another computer, by key: two nodes with real sockets, the real server of the pages, and who may come.
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { createDispatch } from '../../../../src-main/faces/dispatch.ts';
import { type ConsoleFace, createConsoleFace } from '../../../../src-main/faces/http.ts';
import { createPushes } from '../../../../src-main/faces/pushes.ts';
import { CONSOLE, LINK_PORT, PAGES_PORT } from '../../../../src-main/networks/fips/console/bounds.ts';
import { Visits, type VisitsDeps } from '../../../../src-main/networks/fips/console/visits.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import type { TcpStream } from '../../../../src-main/networks/fips/tcp/tcp-stream.ts';
import { SOCKET_PATH, TOKEN_FRAGMENT } from '../../../../src-preload/contract/console.ts';
import { HandClock } from '../../../support/clock.ts';
import { fipsNode } from '../../../support/fips-node.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { until } from '../../../support/wait.ts';

const PAGE = '<!doctype html><title>the other Hearth</title>';

async function pagesOfOurs(): Promise<ConsoleFace> {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), PAGE);
  const pushes = createPushes({ clock: systemClock, logger: silentLogger });
  const engine = { handle: () => Promise.reject(new Error('not asked')) };
  const face = createConsoleFace(
    {
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      dispatch: createDispatch(engine, silentLogger),
      pushes,
    },
    { pages: folder },
  );
  await face.start();
  onTestFinished(async () => {
    await face.stop();
    pushes.stop();
  });
  return face;
}

/** A computer with pages, and one that asks for them, with a link between them. */
async function computers() {
  const face = await pagesOfOurs();
  let admitted: readonly string[] = [];
  let visits = 0;
  const own = await fipsNode(1, {
    admitted: () => admitted,
    pages: async () => face,
    came: () => {
      visits += 1;
    },
  });
  const other = await fipsNode(2);
  await other.dial('udp', own.udp, own.identity);
  await until('the link', () => own.layer.links.peers.size + other.layer.links.peers.size === 2);
  for (const { programs } of [own, other]) await programs.start();
  const admit = async (...npubs: readonly string[]) => {
    admitted = npubs;
    own.programs.settingsChanged();
    await until('the change', () => own.forwards.all.length === (npubs.length > 0 ? 1 : 0));
  };
  return { face, own, other, admit, visits: () => visits };
}

/** As a page does with the link that it was opened with: what the socket is answered. */
async function greeted(link: string): Promise<string> {
  const { origin, host, hash } = new URL(link);
  const socket = new WebSocket(`ws://${host}${SOCKET_PATH}`, { headers: { origin } });
  onTestFinished(() => void socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code) => resolve(`closed ${code}`));
    socket.once('message', (data) => resolve((data as Buffer).toString()));
    socket.once('open', () => socket.send(JSON.stringify({ token: hash.slice(TOKEN_FRAGMENT.length) })));
  });
}

/** What is said there, to its end; left out, nothing is and it does not end. */
function streamOf(text?: string): TcpStream {
  const stream = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
  if (text !== undefined) {
    stream.push(text);
    stream.push(null);
  }
  return stream as TcpStream;
}

const nobody: VisitsDeps = {
  clock: systemClock,
  stack: { connect: () => undefined },
  forwards: { lead: () => Promise.reject(new Error('not asked')), remove: async () => false },
  hosts: () => new Map(),
  know: () => '',
};

describe('the console of another Hearth', () => {
  it('opens for whom it has named, by a link that works once', async () => {
    const { own, other, admit, visits } = await computers();
    await admit(other.identity.npub);
    const link = await other.programs.visit(own.identity.npub);
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]{43}$/);
    expect(await (await fetch(link)).text()).toBe(PAGE);
    expect(await greeted(link)).toMatch(/^{"session":"/);
    expect(await greeted(link)).toBe('closed 4410');
    // A second one comes by the same port, so that the page and what it keeps are the same.
    const again = await other.programs.visit(own.identity.npub);
    expect(new URL(again).host).toBe(new URL(link).host);
    expect(await greeted(again)).toMatch(/^{"session":"/);
    expect(visits()).toBe(2);
  });

  it('is found by what its user calls it', async () => {
    const { own, other, admit } = await computers();
    await admit(other.identity.npub);
    other.hosts.set('attic', own.identity.xOnly);
    expect(await greeted(await other.programs.visit('attic'))).toMatch(/^{"session":"/);
    await expect(other.programs.visit('cellar')).rejects.toMatchObject({ code: 'fips.forward-node-unknown' });
  });

  it('is not there for anybody else', async () => {
    const { own, other, admit, visits } = await computers();
    const refused = { code: 'fips.console-refused' };
    const third = await fipsNode(3);
    await admit(third.identity.npub);
    await expect(other.programs.visit(own.identity.npub)).rejects.toMatchObject(refused);
    // Not the pages either, which anybody could ask for without a link.
    const port = (await other.forwards.lead(own.identity.npub, PAGES_PORT)).port;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    let heard = '';
    socket.on('data', (bytes) => {
      heard += bytes;
    });
    await new Promise((resolve) => socket.once('close', resolve));
    expect([heard, visits()]).toEqual(['', 0]);
  });

  it('cuts off who is taken from the list, and hands out no more links', async () => {
    const { own, other, admit } = await computers();
    await admit(other.identity.npub);
    const link = await other.programs.visit(own.identity.npub);
    const { origin, host } = new URL(link);
    const socket = new WebSocket(`ws://${host}${SOCKET_PATH}`, { headers: { origin } });
    onTestFinished(() => void socket.terminate());
    await new Promise((resolve) => socket.once('open', resolve));
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    await admit();
    await gone;
    await expect(other.programs.visit(own.identity.npub)).rejects.toMatchObject({ code: 'fips.console-refused' });
  });

  it('says that there is no way where there is none', async () => {
    const { other, own } = await computers();
    await own.layer.stop();
    await until('the end of the link', () => other.layer.links.peers.size === 0);
    await expect(other.programs.visit(own.identity.npub)).rejects.toMatchObject({ code: 'fips.console-unreachable' });
  });

  it.each([
    ['no token', Buffer.from('<script>\n')],
    ['more than a token', Buffer.from(`${'a'.repeat(43)}\n${'b'.repeat(43)}\n`)],
    ['a token with something behind it', Buffer.from(`${'a'.repeat(43)}"onload=\n`)],
    ['no end', Buffer.alloc(CONSOLE.answerBytes + 1, 'a')],
    ['nothing', Buffer.alloc(0)],
  ])('takes %s for no link', async (_, says) => {
    const [own, other] = [await fipsNode(1), await fipsNode(2)];
    await other.dial('udp', own.udp, own.identity);
    await until('the link', () => own.layer.links.peers.size + other.layer.links.peers.size === 2);
    // Whoever is at the other end may say what it likes.
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(says);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await until('it to listen', () => server.listening);
    const { port } = server.address() as { port: number };
    await own.forwards.add({
      kind: 'in',
      port: LINK_PORT,
      host: '127.0.0.1',
      hostPort: port,
      allow: [other.identity.npub],
    });
    await expect(other.programs.visit(own.identity.npub)).rejects.toMatchObject({ code: 'fips.console-no-answer' });
    expect(other.forwards.all).toEqual([]);
  });

  it('says that nothing answers where nothing does, once the time is up', async () => {
    const clock = new HandClock();
    const visits = new Visits({ ...nobody, clock, stack: { connect: () => streamOf() } });
    const answer = expect(visits.open(Identity.of(Buffer.alloc(32, 1))!.npub)).rejects.toMatchObject({
      code: 'fips.console-silent',
    });
    await clock.turn(CONSOLE.answerMs);
    await answer;
    expect(clock.timers).toBe(0);
  });

  it('keeps so many open, and closes the one that was opened first', async () => {
    const led: string[] = [];
    const removed: string[] = [];
    const visits = new Visits({
      ...nobody,
      stack: { connect: () => streamOf(`${'t'.repeat(43)}\n`) },
      forwards: {
        lead: async (npub) => {
          led.push(npub);
          return { id: npub, port: led.length };
        },
        remove: async (id) => removed.push(id) > 0,
      },
    });
    const keys = Array.from({ length: CONSOLE.visits + 2 }, (_, nth) => Identity.of(Buffer.alloc(32, nth + 1))!.npub);
    for (const npub of keys) expect(await visits.open(npub)).toContain(`:${led.length}/`);
    await visits.open(keys.at(-1)!);
    expect(led).toEqual(keys);
    expect(removed).toEqual(keys.slice(0, 2));
  });
});
