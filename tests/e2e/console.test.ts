// The pages in a browser and whose they are: a link that was used before says so, the owner shuts others out, and what takes the
// node is confirmed in a terminal first. By keyboard, in both languages, in light and dark.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { findChromium } from '../host/chromium.ts';
import { type Console, launchConsole, openBrowser } from '../host/console.ts';
import { axe, LOOKS } from './axe.ts';
import { confirmedInTerminal, FIRST_MS, whyNot } from './support.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');
const PASSPHRASE = 'a passphrase of this test';
const test = base.extend<{
  data: string;
  server: Console;
  visit: (link: string, locale?: string) => Promise<Page>;
  hearth: (...words: string[]) => Promise<string>;
}>({
  data: async ({}, use) => {
    const data = mkdtempSync(join(tmpdir(), 'hearth-console-'));
    // Set up before: the first run would have the window to itself, without the way to other pages.
    await promisify(execFile)(process.execPath, [CLI, 'settings', 'set', 'setup.done', 'true', '--data', data]);
    await use(data);
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  },
  server: async ({ data }, use) => {
    const reason = await whyNot('console');
    base.skip(reason !== undefined, reason);
    const server = await launchConsole({ data });
    await use(server);
    await server.stop();
  },
  visit: async ({}, use) => {
    const browser = await openBrowser();
    await use(async (link, locale = 'en-GB') => {
      const page = await (await browser.newContext({ locale, reducedMotion: 'reduce' })).newPage();
      await page.goto(link);
      return page;
    });
    await browser.close();
  },
  hearth: async ({ data }, use) => {
    await use(
      async (...words) => (await promisify(execFile)(process.execPath, [CLI, ...words, '--data', data])).stdout,
    );
  },
});

/** Nothing for axe to find, in each look; with HEARTH_SHOTS a picture of it, to be looked at. */
async function clean(page: Page, what: string): Promise<void> {
  for (const [n, look] of LOOKS.entries()) {
    await page.emulateMedia(look);
    expect(await axe(page, { coloursOnly: n > 0 }), `${what}, ${JSON.stringify(look)}`).toEqual([]);
    const shots = process.env.HEARTH_SHOTS;
    if (shots) await page.screenshot({ path: join(shots, `${what}-${look.colorScheme}-${look.forcedColors}.png`) });
  }
  await page.emulateMedia(LOOKS[0]);
}

/** Tab by tab, as somebody without a mouse goes there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible({ timeout: FIRST_MS });
  for (let step = 0; step < 80; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not come to ${String(target)}`);
}

test('the second page of a link says when it was used, and the owner shuts the first one out', async ({
  server,
  visit,
  hearth,
}) => {
  const first = await visit(server.link);
  await expect(first.getByRole('navigation')).toBeVisible({ timeout: FIRST_MS });
  const second = await visit(server.link);
  await expect(second.getByRole('heading', { level: 1 })).toHaveText(/^This link was already used at \d\d:\d\d\.$/);
  await expect(second.getByRole('alert')).toContainText('Run hearth link --revoke in a terminal');
  await clean(second, 'used-twice');
  const german = await visit(server.link, 'de-DE');
  await expect(german.getByRole('heading', { level: 1 })).toHaveText(
    /^Dieser Link wurde schon benutzt \(\d\d:\d\d Uhr\)\.$/,
  );
  await expect(german.getByRole('alert')).toContainText('hearth link --revoke');
  await clean(german, 'used-twice-de');

  const said = await hearth('link', '--revoke');
  await expect(first.getByRole('heading', { level: 1 })).toHaveText('Every page was shut out by hearth link --revoke.');
  await clean(first, 'shut-out');
  await first.reload();
  await expect(first.getByRole('heading', { level: 1 })).toHaveText('This page needs a link from Hearth to open.');
  const owner = await visit(/http:\S+#t=\S+/.exec(said)![0]);
  await expect(owner.getByRole('navigation')).toBeVisible({ timeout: FIRST_MS });
});

test('the file that a browser is started with leads to the pages, and is gone then', async ({ data, visit }) => {
  test.skip(process.platform !== 'linux', 'the stand-in for the browser is a script named xdg-open');
  const reason = await whyNot('console');
  test.skip(reason !== undefined, reason);
  const bin = mkdtempSync(join(tmpdir(), 'hearth-bin-'));
  const said = join(bin, 'said');
  writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s' "$1" > ${said}.new && mv ${said}.new ${said}\n`, {
    mode: 0o755,
  });
  const server = await launchConsole({ data, open: true, env: { PATH: `${bin}:${process.env.PATH}` } });
  try {
    await expect.poll(() => existsSync(said), { timeout: FIRST_MS }).toBe(true);
    const address = readFileSync(said, 'utf8');
    expect(address).toMatch(/^file:.*\.html$/);
    const page = await visit(address);
    await expect(page.getByRole('navigation')).toBeVisible({ timeout: FIRST_MS });
    expect(page.url()).not.toContain('t=');
    await expect.poll(() => existsSync(fileURLToPath(address))).toBe(false);
    // The one on the terminal is another: it still works, in another browser.
    await expect((await visit(server.link)).getByRole('navigation')).toBeVisible({ timeout: FIRST_MS });
  } finally {
    await server.stop();
    rmSync(bin, { recursive: true, force: true });
  }
});

for (const [locale, words] of [
  [
    'en-GB',
    {
      passphrase: 'Passphrase',
      again: 'Once more',
      make: 'Make a backup and prove it',
      dialog: 'Confirm at the computer',
      copy: 'Copy the command',
      left: 'Nothing was done: it was not confirmed at the computer.',
      works: 'The backup works.',
    },
  ],
  [
    'de-DE',
    {
      passphrase: 'Passphrase',
      again: 'Noch einmal',
      make: 'Sichern und beweisen',
      dialog: 'Am Computer bestätigen',
      copy: 'Den Befehl kopieren',
      left: 'Nichts wurde getan: Es wurde am Computer nicht bestätigt.',
      works: 'Die Sicherung funktioniert.',
    },
  ],
] as const) {
  test(`a backup is made once it was confirmed in a terminal, by keyboard alone (${locale})`, async ({
    server,
    visit,
    data,
  }) => {
    const page = await visit(`${server.link}`, locale);
    await expect(page.getByRole('navigation')).toBeVisible({ timeout: FIRST_MS });
    await page.evaluate(() => {
      location.hash = '#/settings/identity';
    });
    const dialog = page.getByRole('alertdialog', { name: words.dialog });
    await tabTo(page, page.getByLabel(words.passphrase, { exact: true }).first());
    await page.keyboard.type(PASSPHRASE);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSPHRASE);
    await page.keyboard.press('Enter');
    await expect(dialog.locator('code')).toHaveText(new RegExp(`^hearth confirm --data ${data} \\d{6}$`));
    await clean(page, `confirm-${locale}`);
    await page.setViewportSize({ width: 320, height: 640 });
    await clean(page, `confirm-${locale}-small`);
    await page.setViewportSize({ width: 1280, height: 860 });

    // Left, nothing happens, and the form has what was typed.
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(page.getByText(words.left)).toBeVisible();
    expect(readdirSync(data)).not.toContain('backups');
    await tabTo(page, page.getByRole('button', { name: words.make }));
    await page.keyboard.press('Enter');
    await tabTo(page, dialog.getByRole('button', { name: words.copy }));
    await confirmedInTerminal(page, words.dialog);
    await expect(page.getByText(words.works).first()).toBeVisible({ timeout: FIRST_MS });
    await expect(dialog).toHaveCount(0);

    // For ten minutes it may go on without being asked.
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /^(Save…|Speichern …)$/ }).click();
    expect((await download).suggestedFilename()).toMatch(/\.hearth-backup$/);
    await expect(dialog).toHaveCount(0);
  });
}

test('a part of the pages that could not be fetched is fetched again', async ({ server }) => {
  // The newest that is here: up to 153, a module that could not be fetched once is never fetched again by the same page.
  const installed = await findChromium();
  const browser = await openBrowser(installed?.executablePath);
  try {
    const version = Number.parseInt(browser.version(), 10);
    test.skip(version < 156, `this is Chromium ${version}`);
    const page = await browser.newPage({ locale: 'en-GB' });
    await page.goto(server.link);
    await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible({ timeout: FIRST_MS });
    await page.waitForLoadState('networkidle');
    const dropped = new Set<string>();
    // As a browser does with all that it is fetching when a network of the computer changes.
    await page.route('**/assets/*.js', (route) => {
      const url = route.request().url();
      if (dropped.has(url)) return route.continue();
      dropped.add(url);
      return route.abort('connectionaborted');
    });
    await page.getByRole('link', { name: 'Settings' }).click();
    await expect(page.getByRole('main').getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
    expect(dropped.size).toBeGreaterThan(1);
  } finally {
    await browser.close();
  }
});
