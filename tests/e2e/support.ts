// How the journeys through the pages start: the app with a practising network, in console mode or in the desktop app, and the
// reason when a host can't be had on this machine.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import { findChromium } from '../host/chromium.ts';
import { launchConsole, openBrowser } from '../host/console.ts';
import { electronBinary, type Host, launchDesktop } from '../host/launch.ts';
import { until } from '../support/wait.ts';

export const HOSTS = ['console', 'desktop'] as const;
export type HostName = (typeof HOSTS)[number];

/**
 * Where journeys run that are the same in both: in the desktop app, too, wherever that is real Electron. What differs between the two
 * (saving files, saying yes, starting and ending) has journeys that always run in both.
 */
export const PAGE_HOSTS: readonly HostName[] = electronBinary() ? HOSTS : ['console'];

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');

/** A start on a busy disk, with the first tasks. */
export const FIRST_MS = 90_000;

export interface Started {
  readonly page: Page;
  /** What a page gives to the user after `act`, wherever this host keeps it. */
  saved(act: () => Promise<unknown>): Promise<SavedFile>;
  /** Says yes at the computer, as a page in a browser asks for it. The desktop app's own window is never asked. */
  confirmed(): Promise<void>;
  close(): Promise<void>;
}

export interface SavedFile {
  readonly name: string;
  readonly body: Buffer;
}

export interface StartOptions {
  readonly args?: string[];
  readonly env?: Record<string, string>;
}

/** The app on the data folder `data`, practising unless `args` say something else, and its page in English. */
export async function start(host: HostName, data: string, options: StartOptions = {}): Promise<Started> {
  const { args = ['--practice'], env = {} } = options;
  if (host === 'desktop') {
    const app = await launchDesktop({ data, args, env });
    const page = await app.firstWindow();
    const report = listen(page);
    return {
      page,
      saved: (act) => savedByDialog(app, act),
      confirmed: async () => undefined,
      async close() {
        await report();
        await app.close();
      },
    };
  }
  const server = await launchConsole({ data, args, env });
  const context = await (await browser()).newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const report = listen(page);
  await page.goto(server.link);
  return {
    page,
    async saved(act) {
      const download = page.waitForEvent('download');
      await act();
      const file = await download;
      return { name: file.suggestedFilename(), body: readFileSync(await file.path()) };
    },
    confirmed: () => confirmedInTerminal(page),
    async close() {
      await report();
      await context.close();
      await server.stop();
    },
  };
}

/** Most of what is kept of a page's complaints: one that fails over and over says the same. */
const COMPLAINTS = 20;

/** A journey that fails says what its page complained of meanwhile: the sentence that a user sees does not tell why. */
function listen(page: Page): () => Promise<void> {
  const said: string[] = [];
  const add = (line: string) => said.length < COMPLAINTS && said.push(line);
  page.on('pageerror', (error) => add(error.stack ?? error.message));
  page.on('console', (message) => message.type() === 'error' && add(`${message.text()} (${message.location().url})`));
  page.on('requestfailed', (request) => add(`${request.url()}: ${request.failure()?.errorText}`));
  return async () => {
    const info = journey();
    if (!info || info.status === info.expectedStatus || said.length === 0) return;
    await info.attach('what the page complained of', { body: said.join('\n'), contentType: 'text/plain' });
  };
}

/** Undefined where many share the app, and the last of them has ended. */
function journey() {
  try {
    return test.info();
  } catch {
    return undefined;
  }
}

/** Leaves the first run, which opens by itself where nothing was ever set up, for the pages. */
export async function leaveFirstRun(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Finish later' }).click({ timeout: FIRST_MS });
  await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible();
}

let opened: ReturnType<typeof openBrowser> | undefined;

/** One for all journeys of a worker, which ends with it: each has a context of its own, and a browser takes as long to start as the app. */
async function browser() {
  if (!(await opened)?.isConnected()) opened = openBrowser();
  return opened!;
}

/** What the page asks to be typed in a terminal, typed there. */
export async function confirmedInTerminal(page: Page, title = 'Confirm at the computer'): Promise<void> {
  const command = page.getByRole('alertdialog', { name: title }).locator('code');
  await command.waitFor({ timeout: FIRST_MS });
  const [, ...words] = ((await command.textContent()) ?? '').split(' ');
  await promisify(execFile)(process.execPath, [CLI, ...words]);
}

/** Whether a test can say where a file goes: Electron's own dialog waits for a person. */
export function canSave(host: HostName): boolean {
  return host === 'console' || electronBinary() === undefined;
}

/** Why this host can't be started here; undefined when it can. */
export async function whyNot(host: HostName): Promise<string | undefined> {
  const found = await findChromium();
  if (host === 'console') return found ? undefined : 'there is no Chromium';
  if (electronBinary() || found?.kind === 'installed') return undefined;
  return 'neither Electron nor an installed Chromium for its stand-in is here';
}

/** The desktop asks where to: the stand-in's dialog answers with a file of ours. Electron's own can't be answered by a test. */
async function savedByDialog(app: Host, act: () => Promise<unknown>): Promise<SavedFile> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-saved-'));
  const filePath = join(folder, 'file');
  const names = () =>
    app.evaluate(({ standIn }) =>
      (standIn?.journal ?? []).flatMap(({ kind, detail }) => (kind === 'download' ? [detail as { name: string }] : [])),
    );
  try {
    const before = (await names()).length;
    await app.evaluate(({ standIn }, path) => standIn?.answerNextDialog({ canceled: false, filePath: path }), filePath);
    await act();
    const body = await until('the file', () => {
      try {
        return readFileSync(filePath);
      } catch {
        return undefined;
      }
    });
    return { name: (await names())[before]!.name, body };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
