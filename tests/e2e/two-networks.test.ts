// Two networks with little in common on the pages of a whole app: IICP, and the tests' own, which leases parcels, lets shelves and
// pays in stamps. Built with both (`HEARTH_TEST_NETWORKS`), practising with both, in both languages, light and dark, wide and narrow.
// With HEARTH_SHOTS a picture of each, to be looked at.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { launchConsole, openBrowser } from '../host/console.ts';
import { axe as faultsOf } from './axe.ts';
import { FIRST_MS, whyNot } from './support.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'build/test-networks/main/cli.js');
const HEIGHT = 860;
/** Higher than any page. */
const TALL = 6000;
const SHOTS = process.env.HEARTH_SHOTS;

const WORDS = {
  en: {
    home: 'parcels weighed',
    task: 'Chat',
    job: 'Weighing',
    lease: 'Shelf',
    sends: 'Parcels to weigh',
    fact: 'Shelves let',
    setting: 'Shelves at once',
    promise: 'A parcel is never opened.',
  },
  de: {
    home: 'Pakete gewogen',
    task: 'Unterhaltung',
    job: 'Wiegen',
    lease: 'Regal',
    sends: 'Pakete zum Wiegen',
    fact: 'Vermietete Regale',
    setting: 'Regale zugleich',
    promise: 'Ein Paket wird nie geöffnet.',
  },
} as const;
type Language = keyof typeof WORDS;

const PLACES = [
  'home',
  'work',
  'earnings',
  'capacity',
  'availability',
  'network',
  'network/parcel.money',
  'settings/general',
  'settings/identity',
  'setup/join',
  'setup/ready',
] as const;
/** What axe looks at: each place once a language, and the ones that list networks once more. */
const LOOKS = [
  { width: 1280, colorScheme: 'light', axe: (language: Language) => language === 'en' },
  { width: 1280, colorScheme: 'dark', axe: () => false },
  { width: 900, colorScheme: 'light', axe: () => false },
  { width: 900, colorScheme: 'dark', axe: () => false },
  { width: 320, colorScheme: 'light', axe: () => false },
  { width: 320, colorScheme: 'dark', axe: (language: Language) => language === 'de' },
] as const;

const main = (page: Page) => page.getByRole('main');

async function visit(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
  await expect(page.locator('h1')).toBeVisible();
  await expect(page.locator('.appear-late')).toHaveCount(0);
}

const beyond = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Nothing of a place is beyond the edge of the window, however wide that is. */
async function looked(page: Page, place: string, language: Language): Promise<void> {
  for (const { width, colorScheme, axe } of LOOKS) {
    // Nothing is wider for being dark.
    if (!SHOTS && colorScheme === 'dark' && !axe(language)) continue;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: HEIGHT });
    const what = `${place.replace('/', '-')}-${colorScheme}-${width}-${language}`;
    // A long table takes the width of the window a moment after it has changed.
    await expect.poll(() => beyond(page), { message: what }).toBe(0);
    if (axe(language)) {
      // Below this width places stand in a bar over the foot of the page: what is under it now would count as out of reach.
      if (width < 640) await page.setViewportSize({ width, height: TALL });
      expect.soft(await faultsOf(page), what).toEqual([]);
    }
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${what}.png`), fullPage: true });
  }
}

/** Tab by tab, as somebody without a mouse goes there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not come to ${String(target)}`);
}

/** Each network says in its own words what is its own. */
async function says(page: Page, language: Language): Promise<void> {
  const words = WORDS[language];
  await page.setViewportSize({ width: 1280, height: HEIGHT });
  await visit(page, 'home');
  await expect(main(page).getByText(words.home)).toBeVisible();
  await visit(page, 'work');
  for (const what of [words.task, words.job, words.lease]) {
    await expect(main(page).getByRole('row').filter({ hasText: what }).first(), what).toBeVisible({
      timeout: FIRST_MS,
    });
  }
  await visit(page, 'network');
  for (const title of ['IICP', 'Parcel']) await expect(main(page).getByText(title).first()).toBeVisible();
  await visit(page, 'network/parcel');
  await expect(main(page).getByText(words.fact)).toBeVisible();
  await visit(page, 'setup/join');
  await expect(page.getByText(words.sends)).toBeVisible();
  await expect(page.getByText(words.promise)).toBeVisible();
}

test('two networks practise side by side, and each says what is its own', async () => {
  const reason = await whyNot('console');
  test.skip(reason !== undefined, reason);
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/test-networks.mjs')], { encoding: 'utf8' });
  expect(built.status, built.stderr).toBe(0);
  const data = mkdtempSync(join(tmpdir(), 'hearth-two-networks-'));
  const server = await launchConsole({ data, args: ['--practice'], cli: CLI });
  const browser = await openBrowser();
  const hearth = async (...words: string[]) =>
    (await promisify(execFile)(process.execPath, [CLI, ...words, '--practice', '--data', data])).stdout;
  const errors: string[] = [];
  try {
    const page = await (await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' })).newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(server.link);
    await expect(main(page)).toBeVisible({ timeout: FIRST_MS });

    await says(page, 'en');
    for (const place of PLACES) {
      await visit(page, place);
      await looked(page, place, 'en');
    }

    // Money of the two is never one sum.
    await page.setViewportSize({ width: 1280, height: HEIGHT });
    await visit(page, 'earnings');
    const text = await main(page).innerText();
    expect(text).toMatch(/Parcel[\s\S]*stamp/);
    expect(text).toMatch(/IICP[\s\S]*credit/);

    // Left and joined again without a mouse; its history says so, and IICP goes on.
    await visit(page, 'network/parcel');
    const joined = page.getByRole('switch', { name: /Parcel/ });
    await tabTo(page, joined);
    await page.keyboard.press('Space');
    await expect(joined).not.toBeChecked();
    await expect(main(page).getByRole('link', { name: /IICP/ })).toContainText('Online');
    await expect.poll(() => hearth('parcel', 'history')).toContain('left');
    await tabTo(page, joined);
    await page.keyboard.press('Space');
    await expect(joined).toBeChecked();
    await expect.poll(async () => (await hearth('parcel', 'history')).match(/joined/g)?.length).toBe(2);
    expect(JSON.parse(await hearth('parcel', 'waiting', '--json'))).toEqual({ parcels: expect.any(Number) });

    await hearth('settings', 'set', 'ui.language', 'de');
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await says(page, 'de');
    for (const place of PLACES) {
      await visit(page, place);
      await looked(page, place, 'de');
    }
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
});
