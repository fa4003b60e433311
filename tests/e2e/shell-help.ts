// The desktop app as its shell's tests hold it: started on a folder of their own, asked through its page, seen by its tray.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, type Page } from '@playwright/test';
import { SOCKET_PATH } from '../../src-preload/contract/console.ts';
import type { Reply } from '../../src-preload/contract/failure.ts';
import type { Output } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import { findChromium } from '../host/chromium.ts';
import type { SeenTray } from '../host/controls.ts';
import { type DesktopOptions, electronBinary, type Host, launchDesktop } from '../host/launch.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');

/** Most of what the shell does can be seen in the stand-in alone: Electron has no way to look at a tray. */
export const test = base.extend<{ data: string; start: (options?: DesktopOptions) => Promise<Host> }>({
  data: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-shell-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  start: async ({ data }, use) => {
    base.skip(electronBinary() !== undefined, 'what is looked at here can be seen in the stand-in alone');
    base.skip((await findChromium())?.kind !== 'installed', 'the stand-in has no installed Chromium');
    const hosts: Host[] = [];
    await use(async (options = {}) => {
      const host = await launchDesktop({ data, ...options });
      hosts.push(host);
      return host;
    });
    for (const host of hosts) await host.close();
  },
});

declare global {
  interface Window {
    readonly hearth: { invoke(name: string, input: unknown): Promise<unknown> };
  }
}

/** What the window asks of the engine, by the page's own bridge. */
export async function ask<N extends RequestName>(page: Page, name: N, input?: unknown): Promise<Output<N>> {
  const reply = (await page.evaluate(([request, given]) => window.hearth.invoke(request as string, given), [
    name,
    input,
  ] as const)) as Reply;
  if (!reply.ok) throw Object.assign(new Error(`${name}: ${reply.failure.message}`), { code: reply.failure.code });
  return reply.value as Output<N>;
}

/** What the command line says of the node that runs on this folder. */
export async function command(data: string, ...words: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...words, '--json', '--data', data]);
  return JSON.parse(stdout);
}

export async function tray(host: Host): Promise<SeenTray> {
  const [only, ...more] = (await host.evaluate(({ standIn }) => standIn?.trays())) ?? [];
  if (only === undefined || more.length > 0) throw new Error(`there are ${more.length + (only ? 1 : 0)} trays`);
  return only;
}

export function clickTray(host: Host, label: string): Promise<void> {
  return host.evaluate(({ standIn }, row) => standIn?.clickTray(row), label);
}

/** What the app did to the desktop, of one kind, in order. */
export async function journal(host: Host, kind: string): Promise<unknown[]> {
  const all = await host.evaluate(
    ({ standIn }, wanted) => standIn?.journal.filter((entry) => entry.kind === wanted).map(({ detail }) => detail),
    kind,
  );
  return all ?? [];
}

/** A browser's page of console mode as far as it talks: asks over the console's socket, by a link good once. */
export async function openConsole(link: string) {
  const { host, hash } = new URL(link);
  const socket = new WebSocket(`ws://${host}${SOCKET_PATH}`, { headers: { origin: `http://${host}` } } as never);
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  const admitted = Promise.withResolvers<void>();
  socket.addEventListener('open', () => socket.send(JSON.stringify({ token: hash.slice('#t='.length) })));
  socket.addEventListener('close', ({ code }) => admitted.reject(new Error(`the console closed: ${code}`)));
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { session?: string; id?: number; reply?: Reply };
    if (message.session) admitted.resolve();
    if (message.id !== undefined && message.reply) waiting.get(message.id)?.(message.reply);
  });
  await admitted.promise;
  return {
    async ask<N extends RequestName>(name: N, input?: unknown): Promise<Output<N>> {
      last += 1;
      const { promise, resolve: done } = Promise.withResolvers<Reply>();
      waiting.set(last, done);
      socket.send(JSON.stringify({ id: last, name, input }));
      const reply = await promise;
      if (!reply.ok) throw new Error(`${name}: ${reply.failure.message}`);
      return reply.value as Output<N>;
    },
    close: () => socket.close(),
  };
}
