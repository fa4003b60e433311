// The servers for the user's own programs outlive a connection that the system could not hand over.
import { mkdir, writeFile } from 'node:fs/promises';
import { Server } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createConsoleFace } from '../../src-main/faces/http.ts';
import { createPushes } from '../../src-main/faces/pushes.ts';
import { connectSocket, createSocketFace } from '../../src-main/faces/socket.ts';
import { temporaryFolder } from '../support/folder.ts';

const own = {
  clock: systemClock,
  random: systemRandom,
  logger: silentLogger,
  dispatch: async () => ({ ok: true as const, value: 'done' }),
};

/** The server that `start` made to listen, and what was warned of since. */
async function listening(start: () => Promise<void>) {
  const listen = vi.spyOn(Server.prototype, 'listen');
  const warn = vi.spyOn(silentLogger, 'warn');
  onTestFinished(() => warn.mockRestore());
  await start();
  const server = listen.mock.contexts[0] as Server;
  listen.mockRestore();
  return { server, warned: () => warn.mock.calls.map(([, fields]) => fields) };
}

const error = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });

it('the console goes on serving pages', async () => {
  const pages = temporaryFolder();
  await mkdir(join(pages, 'assets'));
  await writeFile(join(pages, 'index.html'), '<!doctype html>');
  const face = createConsoleFace({ ...own, pushes: createPushes(own) }, { pages });
  const { server, warned } = await listening(() => face.start());
  onTestFinished(() => face.stop());
  server.emit('error', error);
  server.emit('error', error);
  expect([warned(), (await fetch(face.address())).status]).toEqual([[{ error }, { error }], 200]);
});

it('the command line’s socket goes on answering', async () => {
  const dataDir = temporaryFolder();
  const face = createSocketFace({ ...own, verbs: new Map([['ping', async () => 'pong']]) }, { dataDir });
  const { server, warned } = await listening(() => face.start());
  onTestFinished(() => face.stop());
  server.emit('error', error);
  server.emit('error', error);
  const client = await connectSocket(dataDir);
  onTestFinished(() => client?.close());
  expect([warned(), await client?.verb('ping', null)]).toEqual([[{ error }, { error }], 'pong']);
});
