// One way to start the desktop app for a test: in Electron where its binary is, in the stand-in otherwise.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as Electron from 'electron';
import { _electron, type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { inward } from './addresses.ts';
import type { Controls, Evaluate, FromHost } from './controls.ts';

const root = resolve(import.meta.dirname, '../..');

const READY_MS = 30_000;
const WINDOW_MS = 20_000;
const QUIT_MS = 15_000;

/** What a function sent to the host gets: Electron's main-process module and, in the stand-in, its controls. */
export type Surface = typeof Electron & { standIn?: Controls };

export interface Host {
  readonly kind: 'electron' | 'stand-in';
  /** Process id of the app's main process. */
  readonly pid: number;
  /** The windows that show something by now. */
  windows(): Page[];
  /** The first window with an address, waiting for it if need be. */
  firstWindow(): Promise<Page>;
  /** A window whose address (as the app knows it) contains the text, waiting for it if need be. */
  windowAt(address: string): Promise<Page>;
  /** The address as the app knows it: the stand-in has to show `app:` pages under another one. */
  addressOf(page: Page): string;
  /** Runs a function in the main process. It travels as source text: no outer names; argument and result are cloned. */
  evaluate<R, A = undefined>(fn: (electron: Surface, arg: A) => R | Promise<R>, arg?: A): Promise<R>;
  /** Quits the app and waits for its end. @throws Error when it has to be killed */
  close(): Promise<void>;
}

export interface DesktopOptions {
  /** The folder with the app's package.json; Hearth's own by default. */
  folder?: string;
  /** Data folder; becomes HEARTH_HOME. */
  data?: string;
  args?: string[];
  env?: Record<string, string>;
}

/** Starts the built desktop app. @throws Error with what it wrote when it ends before it is ready */
export async function launchDesktop(options: DesktopOptions = {}): Promise<Host> {
  const { folder = root, data, args = [] } = options;
  const home = await mkdtemp(join(tmpdir(), 'desktop-home-'));
  // What an app keeps for its user goes where no user has anything.
  // Nor does it look whether this computer is on battery or attended.
  const places = {
    HEARTH_SENSORS: 'none',
    HEARTH_REACHABILITY: 'none',
    HEARTH_CONFIG: join(home, 'hearth'),
    XDG_CONFIG_HOME: join(home, 'config'),
  };
  const env = { ...process.env, ...(data ? { HEARTH_HOME: data } : {}), ...places, ...options.env };
  const binary = electronBinary();
  try {
    const host = binary
      ? await launchElectron(binary, folder, args, env)
      : await launchStandIn(folder, args, { STAND_IN_HOME: home, ...env });
    return {
      ...host,
      async close() {
        try {
          await host.close();
        } finally {
          await remove(home);
        }
      },
    };
  } catch (error) {
    await remove(home);
    throw error;
  }
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** A test that is over waits for nothing: what runs is cut short, as if the second button had been pressed. */
function quitNow({ dialog }: Surface): void {
  dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false });
}

/** Electron's executable, unless it was never fetched or TEST_HOST=stand-in asks for the other host. */
export function electronBinary(): string | undefined {
  if (process.env.TEST_HOST === 'stand-in') return undefined;
  const marker = join(root, 'node_modules/electron/path.txt');
  if (!existsSync(marker)) return undefined;
  const binary = join(root, 'node_modules/electron/dist', readFileSync(marker, 'utf8'));
  return existsSync(binary) ? binary : undefined;
}

async function launchElectron(
  executablePath: string,
  folder: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<Host> {
  const app = await _electron.launch({
    executablePath,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), folder, ...args],
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  const pid = app.process().pid;
  if (pid === undefined) throw new Error('electron has no process');
  return {
    kind: 'electron',
    pid,
    ...windowsOf(app.context(), (page) => page.url()),
    evaluate: (fn, arg) => app.evaluate(fn as never, arg as never),
    async close() {
      await app.evaluate(quitNow as never).catch(() => {});
      await app.close();
    },
  };
}

async function launchStandIn(folder: string, args: string[], env: NodeJS.ProcessEnv): Promise<Host> {
  const child = fork(join(root, 'tests/host/run.ts'), args, {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    serialization: 'advanced',
    execArgv: ['--enable-source-maps', '--import', join(root, 'tests/host/register.ts')],
    env: { ...env, STAND_IN_APP: folder, NODE_OPTIONS: '' },
  });
  const stderr = tail(child);
  const end = once(child, 'exit').then(([code, signal]) => `${code ?? signal}`);
  try {
    const port = await ready(child, end, stderr);
    const browser = await reach(port, end, stderr);
    const [context] = browser.contexts();
    if (!context || child.pid === undefined) throw new Error('chromium has no default context');
    const evaluate = evaluator(child, end);
    return {
      kind: 'stand-in',
      pid: child.pid,
      ...windowsOf(context, (page) => inward(page.url())),
      evaluate,
      async close() {
        // Later, so that the answer still arrives; a host that has quit already can't answer and need not.
        await evaluate(quitNow).catch(() => {});
        await evaluate(({ app }) => void setTimeout(() => app.quit(), 0)).catch(() => {});
        const quit = await inTime(end, QUIT_MS);
        if (quit === undefined) {
          child.kill('SIGKILL');
          await end;
        }
        await browser.close();
        if (quit === undefined) throw new Error(`the app did not quit within ${QUIT_MS} ms\n${stderr()}`);
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    await end;
    throw error;
  }
}

/** An app that ends at once may be ready for a moment before: then its end is what there is to tell. */
async function reach(port: number, end: Promise<string>, stderr: () => string): Promise<Browser> {
  try {
    return await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  } catch (error) {
    const how = await Promise.race([end, sleep(10_000, undefined, { ref: false })]);
    throw how === undefined ? error : new Error(`the app ended (${how}) before it was ready\n${stderr()}`);
  }
}

function ready(child: ChildProcess, end: Promise<string>, stderr: () => string): Promise<number> {
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`not ready after ${READY_MS} ms\n${stderr()}`)), READY_MS);
    child.on('message', (message: FromHost) => {
      if (message.type === 'ready') done(message.port);
    });
    void end.then((how) => fail(new Error(`the app ended (${how}) before it was ready\n${stderr()}`)));
    void end.finally(() => clearTimeout(late));
    child.once('message', () => clearTimeout(late));
  });
}

function evaluator(child: ChildProcess, end: Promise<string>): Host['evaluate'] {
  const waiting = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>();
  let lastId = 0;
  child.on('message', (message: FromHost) => {
    if (message.type === 'ready') return;
    const waiter = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === 'evaluated') waiter?.done(message.value);
    else waiter?.fail(new Error(message.error));
  });
  void end.then((how) => {
    for (const { fail } of waiting.values()) fail(new Error(`the app ended (${how})`));
  });
  return (fn, arg) =>
    new Promise((resolve, fail) => {
      lastId += 1;
      waiting.set(lastId, { done: resolve as (value: unknown) => void, fail });
      const message: Evaluate = { id: lastId, source: fn.toString(), arg };
      child.send(message, (error) => error && fail(error));
    });
}

/** Finds windows by address, both those that are there and those that come. */
function windowsOf(
  context: BrowserContext,
  addressOf: (page: Page) => string,
): Pick<Host, 'windows' | 'firstWindow' | 'windowAt' | 'addressOf'> {
  const windows = () => context.pages().filter((page) => page.url() !== 'about:blank');
  const find = (matches: (page: Page) => boolean, what: string): Promise<Page> =>
    new Promise((done, fail) => {
      const watched = new Set<Page>();
      const look = () => {
        for (const page of context.pages()) {
          if (watched.has(page)) continue;
          watched.add(page);
          page.on('framenavigated', look);
        }
        const found = windows().find(matches);
        if (found) settle(() => done(found));
      };
      const settle = (how: () => void) => {
        clearTimeout(late);
        context.off('page', look);
        for (const page of watched) page.off('framenavigated', look);
        how();
      };
      const shown = () => windows().map(addressOf).join(', ') || 'none';
      const late = setTimeout(
        () => settle(() => fail(new Error(`no ${what} after ${WINDOW_MS} ms; shown: ${shown()}`))),
        WINDOW_MS,
      );
      context.on('page', look);
      look();
    });
  return {
    windows,
    addressOf,
    firstWindow: () => find(() => true, 'window'),
    windowAt: (address) => find((page) => addressOf(page).includes(address), `window at ${address}`),
  };
}

/** Keeps the end of what a process writes to stderr, for error messages. */
export function tail(child: ChildProcess, limit = 16_384): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-limit);
  });
  return () => text;
}

/** The value, or undefined when it isn't there after `ms`. */
export async function inTime<T>(value: Promise<T>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  return Promise.race([value, late.promise]).finally(() => clearTimeout(timer));
}
