// What a new user does first, in a real browser: the same journeys for console mode and for the desktop app (in Electron
// where its binary is, in the stand-in otherwise), and in console mode also with the Chromium that npm carries.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect, type Page } from '@playwright/test';
import { findChromium } from '../host/chromium.ts';
import { launchConsole, openBrowser } from '../host/console.ts';
import { electronBinary, launchDesktop } from '../host/launch.ts';

type HostName = 'console' | 'console, installed Chromium' | 'desktop';

interface Opened {
  readonly page: Page;
  close(): Promise<void>;
}

interface Status {
  readonly work: {
    readonly today: { readonly done: number; readonly refused: number };
    readonly live: readonly unknown[];
  };
  readonly earnings: { readonly total: readonly Sum[] };
}

interface Sum {
  readonly network: string;
  readonly amountMicro: number;
  readonly entries: number;
}

/** Of IICP, in millionths of a credit: other networks that practise too pay in units of their own. */
const creditsOf = ({ earnings }: Status) => earnings.total.find(({ network }) => network === 'iicp')?.amountMicro ?? 0;
/** In all networks together: whatever is done earns one. */
const entriesOf = ({ earnings }: Status) => earnings.total.reduce((sum, { entries }) => sum + entries, 0);

/** What Home says of IICP: what runs there, what it brought today, how it stands. */
const iicpOnHome = (page: Page) =>
  page.getByRole('region', { name: 'Networks', exact: true }).getByRole('row').filter({ hasText: 'IICP' });

/** A busy disk (a fresh `npm ci` behind it) can hold each fsync up for seconds, and a start has a dozen. */
const FIRST_TASK_MS = 90_000;

/** At least so many times tasks begin or end, as the sentence has it. */
const SENTENCES = 12;

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');

async function open(host: HostName, data: string): Promise<Opened> {
  if (host === 'desktop') {
    const app = await launchDesktop({ data, args: ['--practice'] });
    return { page: await app.firstWindow(), close: () => app.close() };
  }
  const server = await launchConsole({ data, args: ['--practice'] });
  const browser = await openBrowser(host === 'console' ? undefined : (await findChromium())?.executablePath);
  const page = await browser.newPage();
  await page.goto(server.link);
  return {
    page,
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

/** What the command says of the same node, whatever the page shows. */
async function status(data: string): Promise<Status> {
  const run = promisify(execFile)(process.execPath, [CLI, 'status', '--json', '--practice', '--data', data]);
  return JSON.parse((await run).stdout) as Status;
}

async function whyNot(host: HostName): Promise<string | undefined> {
  const found = await findChromium();
  if (host === 'console') return found ? undefined : 'there is no Chromium';
  if (host === 'console, installed Chromium')
    return found?.kind === 'installed' ? undefined : 'no Chromium is installed';
  if (electronBinary() || found?.kind === 'installed') return undefined;
  return 'neither Electron nor an installed Chromium for its stand-in is here';
}

const test = base.extend<{ data: string }>({
  data: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-journey-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
});

for (const host of ['console', 'console, installed Chromium', 'desktop'] as const) {
  test.describe(host, () => {
    test.beforeEach(async () => {
      const reason = await whyNot(host);
      test.skip(reason !== undefined, reason);
    });

    test('tasks arrive and credits grow; the switch stops new ones and what ran still earns', async ({
      data,
    }, info) => {
      const { page, close } = await open(host, data);
      try {
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(error.message));
        const finished = page.getByRole('list', { name: 'Finished' }).getByRole('listitem');
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Ready|Working/, { timeout: FIRST_TASK_MS });
        await expect(finished.nth(2)).toBeVisible({ timeout: FIRST_TASK_MS });
        await expect(iicpOnHome(page)).toContainText(/credits/);
        const before = creditsOf(await status(data));
        await expect.poll(async () => creditsOf(await status(data))).toBeGreaterThan(before);
        await page.screenshot({ path: info.outputPath('working.png'), fullPage: true });

        const sharing = page.getByRole('switch', { name: 'Sharing' });
        await expect(sharing).toBeChecked();
        await sharing.click();
        await expect(sharing).not.toBeChecked();
        const at = await status(data);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Paused until you resume', {
          timeout: FIRST_TASK_MS,
        });
        await expect
          .poll(async () => (await status(data)).work.today.refused, { timeout: FIRST_TASK_MS })
          .toBeGreaterThan(at.work.today.refused);
        const paused = await status(data);
        expect(paused.work.today.done).toBeLessThanOrEqual(at.work.today.done + at.work.live.length);
        expect(entriesOf(paused)).toBe(paused.work.today.done);
        await page.screenshot({ path: info.outputPath('paused.png'), fullPage: true });

        await sharing.press('Space');
        await expect(sharing).toBeChecked();
        await expect.poll(async () => (await status(data)).work.today.done).toBeGreaterThan(paused.work.today.done);

        // An amount leads to the entries that make it, what was refused says why, and others see this computer as it should be.
        await iicpOnHome(page)
          .getByRole('link', { name: /credit/ })
          .first()
          .click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Entries');
        await expect(page.getByRole('main')).toContainText(/Checked: /, { timeout: FIRST_TASK_MS });
        await page.keyboard.press('ControlOrMeta+2');
        await expect(page.getByRole('list', { name: 'Refused today' })).toContainText('sharing was off');
        await page.keyboard.press('ControlOrMeta+6');
        // The directory hears with a heartbeat that tasks are wanted again: looked at until then, as a user would.
        const looked = page.getByRole('list', { name: 'What was looked at' });
        await expect(async () => {
          await page.getByRole('button', { name: 'Test from outside' }).click();
          await expect(looked).toContainText('Registered: yes', { timeout: 5000 });
        }).toPass({ timeout: FIRST_TASK_MS });
        expect(errors).toEqual([]);
      } finally {
        await close();
      }
    });

    test('what was earned and how the switch stood are there again after a restart', async ({ data }) => {
      const first = await open(host, data);
      try {
        await expect(first.page.getByRole('list', { name: 'Finished' }).getByRole('listitem').first()).toBeVisible({
          timeout: FIRST_TASK_MS,
        });
        await first.page.getByRole('switch', { name: 'Sharing' }).click();
        await expect(first.page.getByRole('heading', { level: 1 })).toHaveText('Paused until you resume', {
          timeout: FIRST_TASK_MS,
        });
      } finally {
        await first.close();
      }
      const second = await open(host, data);
      try {
        await expect(second.page.getByRole('heading', { level: 1 })).toHaveText('Paused until you resume');
        await expect(second.page.getByRole('switch', { name: 'Sharing' })).not.toBeChecked();
        await expect(iicpOnHome(second.page)).toContainText(/credits/);
        const again = await status(data);
        expect(entriesOf(again)).toBe(again.work.today.done);
      } finally {
        await second.close();
      }
    });
  });
}

test('what can be pressed on Home stays in its place while tasks come and go', async ({ data }) => {
  test.skip(!(await findChromium()), 'there is no Chromium');
  // On a slow computer it is long until nothing runs for a moment.
  test.setTimeout(600_000);
  const { page, close } = await open('console', data);
  try {
    await expect(page.getByRole('term').filter({ hasText: 'Tokens per second' })).toBeVisible({
      timeout: FIRST_TASK_MS,
    });
    const networks = page.getByRole('region', { name: 'Networks', exact: true });
    for (const width of [1280, 480, 320]) {
      await page.setViewportSize({ width, height: 900 });
      const tops = await networks.evaluate(async (region, changes) => {
        const [heard, places] = [[] as string[], new Map<number, string>()];
        const isHeard = (word: string) => heard.some((sentence) => sentence.startsWith(word));
        while (heard.length <= changes || !isHeard('Ready') || !isHeard('Working')) {
          await new Promise((frame) => requestAnimationFrame(frame));
          const sentence = document.querySelector('h1')?.textContent ?? '';
          if (heard.at(-1) !== sentence) heard.push(sentence);
          // What stands above it, so that a failure names what has moved it.
          const all = [...document.querySelectorAll('header, main section, main [role=status]')];
          const above = all.map((one) => `${one.textContent?.slice(0, 16)}: ${one.clientHeight}`).join(', ');
          const top = Math.round(region.getBoundingClientRect().top + window.scrollY);
          if (!places.has(top)) places.set(top, `${sentence}: ${above}`);
        }
        return [...places];
      }, SENTENCES);
      expect(tops, `at ${width} px`).toHaveLength(1);
      // No sentence is squeezed to a column of letters beside the buttons.
      expect(await page.getByRole('banner').evaluate((bar) => bar.clientHeight)).toBeLessThan(170);
    }
  } finally {
    await close();
  }
});

test('a console link works once, a reload keeps the session, and a stranger gets nothing', async ({ data }) => {
  test.skip(!(await findChromium()), 'there is no Chromium');
  const server = await launchConsole({ data, args: ['--practice'] });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(server.link);
    await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible();
    expect(page.url()).not.toContain('#t=');
    await page.reload();
    await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible();
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(server.link);
    await expect(stranger.getByText('hearth link', { exact: true })).toBeVisible();
    await expect(stranger.getByRole('switch')).toHaveCount(0);
    const cookies = await page.context().cookies();
    expect(cookies).toEqual([]);
  } finally {
    await browser.close();
    await server.stop();
  }
});
