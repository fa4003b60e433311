// Console mode for tests: the built command line serves the same engine and pages on loopback, and a plain browser opens
// its link.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { inTime, tail } from './launch.ts';

const root = resolve(import.meta.dirname, '../..');

const LINK_MS = 30_000;
const STOP_MS = 15_000;

export interface Console {
  /** As printed, one-time token included: `http://127.0.0.1:PORT/#t=TOKEN`. */
  readonly link: string;
  readonly child: ChildProcess;
  /** The end of what it wrote to stderr. */
  stderr(): string;
  /** Asks it to stop and waits for its end. @throws Error when it has to be killed */
  stop(): Promise<void>;
}

/** In place of the user's own list of data folders. */
const CONFIG = mkdtempSync(join(tmpdir(), 'hearth-config-'));
process.on('exit', () => rmSync(CONFIG, { recursive: true, force: true }));

export interface ConsoleOptions {
  /** Data folder. */
  data: string;
  args?: string[];
  /** The built command line, unless it is another. */
  cli?: string;
  env?: Record<string, string>;
  /** Let it start the user's browser, as it would. */
  open?: boolean;
}

/** Starts `hearth serve --console` and waits for its link. @throws Error with its stderr when none comes */
export async function launchConsole(options: ConsoleOptions): Promise<Console> {
  const { data, args = [], cli = join(root, 'build/app/main/cli.js'), env = {}, open = false } = options;
  const command = ['serve', '--console', ...(open ? [] : ['--no-open']), '--data', data, ...args];
  const child = spawn(process.execPath, [cli, ...command], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HEARTH_SENSORS: 'none',
      HEARTH_REACHABILITY: 'none',
      HEARTH_CONFIG: CONFIG,
      ...env,
      NODE_OPTIONS: '',
    },
  });
  const stderr = tail(child);
  const end = once(child, 'exit').then(([code, signal]) => `${code ?? signal}`);
  const link = await inTime(Promise.race([firstLink(child), end.then(() => undefined)]), LINK_MS);
  if (!link) {
    child.kill('SIGKILL');
    throw new Error(`no link from console mode (ended: ${await end})\n${stderr()}`);
  }
  return {
    link,
    child,
    stderr,
    async stop() {
      child.kill('SIGTERM');
      if ((await inTime(end, STOP_MS)) !== undefined) return;
      child.kill('SIGKILL');
      await end;
      throw new Error(`console mode did not stop within ${STOP_MS} ms\n${stderr()}`);
    },
  };
}

/** Reads on after the link, so that a full pipe never holds the process up. */
function firstLink(child: ChildProcess): Promise<string> {
  const found = Promise.withResolvers<string>();
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const link = /https?:\/\/\S+#t=\S+/.exec(line);
      if (link) found.resolve(link[0]);
    });
  }
  return found.promise;
}

/**
 * A headless browser for console mode: the one that npm carries wherever it runs, which is the same everywhere and takes a third less of
 * the processor than a whole Chromium, or else one that is installed.
 *
 * @param wanted as HEARTH_CHROMIUM: a path, or `npm` for the one that npm carries
 * @throws Error when there is none
 */
export async function openBrowser(wanted = process.env.HEARTH_CHROMIUM): Promise<Browser> {
  const found = wanted ? await findChromium(wanted) : ((await findChromium('npm')) ?? (await findChromium()));
  if (!found) throw new Error('no Chromium found; install one or set HEARTH_CHROMIUM');
  const { executablePath, args, env } = found;
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return chromium.launch({ executablePath, args, env: { ...Object.fromEntries(inherited), ...env } });
}
