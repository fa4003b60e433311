// What Hearth takes of a computer while nothing is to be done: the engine with a network joined and a model server watched, and its
// page in a browser in the background. Beside it how long the page takes until it can be used. Run by scripts/bench.mjs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { startDirectory } from '../../src-main/practice/iicp/directory.ts';
import { startModelServer } from '../../src-main/practice/model-server.ts';
import { launchConsole, openBrowser } from '../host/console.ts';
import { atMost, judge } from './aims.ts';
import { firstLine, freePort, ROOT, start, threadMs, totalMs } from './processes.ts';

const { values: flags } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
const SECONDS = flags.short ? 10 : 60;
/** The first looks, the registration, what a page asks for when it is new, and the garbage of all of these. */
const SETTLES_IN_MS = flags.short ? 5000 : 30_000;
const AIM = { percent: 0.3, interactiveMs: 1000 };
const CLI = join(ROOT, 'build/app/main/cli.js');

/** Processor time of the page's own process and of the rest of the browser, in milliseconds. */
async function browserMs(browser: Browser): Promise<{ page: number }> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return { page: renderers.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0) };
}

/** Pages of a headless browser are always seen, as far as they know; this one hears what a hidden one hears. */
async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
    Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
}

const folder = mkdtempSync(join(tmpdir(), 'hearth-idle-'));
const directory = await startDirectory({ clock, random }, { allowPrivateEndpoints: true });
const model = await startModelServer({ clock }, { shape: 'ollama' });
const port = await freePort();
for (const [path, value] of Object.entries({
  'backends.inference': [{ kind: 'ollama', url: model.url }],
  'networks.iicp.port': port,
  'reachability.stunServers': [],
  'networks.iicp.endpoint': `http://127.0.0.1:${port}`,
  'networks.iicp.directoryUrl': directory.url,
  'networks.iicp.enabled': true,
  'setup.done': true,
})) {
  const child = start([CLI, 'settings', 'set', path, JSON.stringify(value), '--data', folder]);
  await firstLine(child);
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
}
// With its looks at the system and at the way out, as a user has them.
const node = await launchConsole({ data: folder, env: { HEARTH_SENSORS: '', HEARTH_REACHABILITY: '' } });
const browser = await openBrowser();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Of a core, of all pages. */
async function pagesPercent(seconds: number): Promise<number> {
  const before = (await browserMs(browser)).page;
  await pause(seconds * 1000);
  return ((await browserMs(browser)).page - before) / seconds / 10;
}
try {
  // What a browser takes for a page on which there is nothing.
  const empty = await browser.newPage();
  await hide(empty);
  await pause(SETTLES_IN_MS);
  const floor = await pagesPercent(SECONDS / 2);
  await empty.close();
  const page = await browser.newPage();
  const began = performance.now();
  await page.goto(node.link);
  await page.getByRole('switch').first().waitFor();
  const interactiveMs = performance.now() - began;
  await hide(page);
  await pause(SETTLES_IN_MS);
  const pid = node.child.pid!;
  const engineBefore = totalMs(threadMs(pid));
  const hidden = await pagesPercent(SECONDS);
  const engine = (totalMs(threadMs(pid)) - engineBefore) / SECONDS / 10;
  const own = engine + Math.max(0, hidden - floor);
  process.stdout.write(
    [
      `|  | over ${SECONDS} s | aim |`,
      '|---|---|---|',
      `| engine, percent of a core | ${engine.toFixed(2)} | |`,
      `| hidden page, percent of a core | ${hidden.toFixed(2)} | |`,
      `| an empty page, percent of a core | ${floor.toFixed(2)} | |`,
      `| engine, and page above an empty one | ${own.toFixed(2)} | ${AIM.percent} |`,
      `| page can be used after, ms | ${Math.round(interactiveMs)} | ${AIM.interactiveMs} |`,
      '',
    ].join('\n'),
  );
  judge([
    atMost('engine, and page above an empty one', own, AIM.percent, '% of a core'),
    atMost('page can be used after', interactiveMs, AIM.interactiveMs, 'ms'),
  ]);
} finally {
  await browser.close();
  await node.stop();
  await directory.stop();
  await model.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
