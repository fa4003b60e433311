// How evenly the list of tasks scrolls: from the newest of many to the oldest, a frame at a time, in the pages as built. Beside
// it the same way over a page with nothing to do, since what else runs on this computer delays both. Run by scripts/bench.mjs.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../host/console.ts';
import { atMost, judge } from './aims.ts';
import { ROOT } from './processes.ts';
import { seedHistory } from './scroll-bridge.ts';

const { values: flags } = parseArgs({
  options: {
    tasks: { type: 'string', default: '100000' },
    /** Pixels a frame: a wheel turned fast does about 400, a page down about 800. */
    step: { type: 'string', default: '400' },
    pages: { type: 'string', default: join(ROOT, 'build/app/renderer') },
    short: { type: 'boolean', default: false },
  },
});

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const PLAIN = '<!doctype html><title>plain</title><main style="height:4000000px"></main>';
const WANTED_MS = 50;

export interface Frames {
  readonly frames: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** How far down it came, in pixels. */
  readonly down: number;
  /** The most rows that were there at once. */
  readonly rows: number;
}

/** Scrolls until the end is reached or the time is up. Runs in the page. */
async function scrollDown({ step, mostMs }: { step: number; mostMs: number }): Promise<Frames> {
  const gaps: number[] = [];
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  const began = performance.now();
  let last = began;
  let rows = 0;
  for (let still = 0; still < 60 && last - began < mostMs; ) {
    const before = window.scrollY;
    window.scrollBy(0, step);
    await frame();
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    still = window.scrollY === before ? still + 1 : 0;
    if (gaps.length % 20 === 0) rows = Math.max(rows, document.querySelectorAll('[role="row"]').length);
  }
  gaps.sort((a, b) => a - b);
  const at = (share: number) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))]!;
  return { frames: gaps.length, p50: at(0.5), p99: at(0.99), worst: gaps.at(-1)!, down: window.scrollY, rows };
}

async function measure(browser: Browser, url: string, mostMs: number): Promise<Frames> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await page.addInitScript(seedHistory, Number(flags.tasks));
  await page.goto(url);
  if (url.includes('#')) await page.getByRole('grid').getByRole('row').nth(5).waitFor();
  const frames = await page.evaluate(scrollDown, { step: Number(flags.step), mostMs });
  await context.close();
  return frames;
}

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path === '/plain') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(PLAIN);
    return;
  }
  const file = join(flags.pages, path === '/' ? 'index.html' : path);
  if (existsSync(file)) {
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  } else {
    response.writeHead(404).end();
  }
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;
const browser = await openBrowser();
try {
  const mostMs = flags.short ? 10_000 : 120_000;
  const plain = await measure(browser, `http://127.0.0.1:${port}/plain`, Math.min(mostMs, 10_000));
  const tasks = await measure(browser, `http://127.0.0.1:${port}/#/work`, mostMs);
  const line = (name: string, { frames, p50, p99, worst, down, rows }: Frames) =>
    `| ${[name, frames, p50.toFixed(1), p99.toFixed(1), worst.toFixed(1), Math.round(down), rows].join(' | ')} |\n`;
  process.stdout.write(
    `| ${flags.tasks} tasks, ${flags.step} px a frame | frames | p50 ms | p99 ms | worst ms | px | rows |\n`,
  );
  process.stdout.write('|---|---|---|---|---|---|---|\n');
  process.stdout.write(line('a page with nothing to do', plain) + line('Work', tasks));
  judge([atMost('Work, a frame at p99', tasks.p99, WANTED_MS, 'ms')]);
} finally {
  await browser.close();
  server.close();
}
