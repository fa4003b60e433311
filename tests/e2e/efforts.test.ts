// What the things that are wanted most cost in clicks and in words to read, from Home on, each held to a measure: whoever makes a page
// longer or hides a button deeper hears of it here. In practice, where there is something on the pages.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { countEffort } from './effort.ts';
import { FIRST_MS, type Started, start, whyNot } from './support.ts';

const test = base.extend<object, { practising: Started }>({
  practising: [
    async ({}, use) => {
      const reason = await whyNot('console');
      base.skip(reason !== undefined, reason);
      const data = mkdtempSync(join(tmpdir(), 'hearth-efforts-'));
      const app = await start('console', data);
      await app.page.locator('li:has(a[href^="#/work/"])').nth(3).waitFor({ timeout: FIRST_MS });
      await use(app);
      await app.close();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker' },
  ],
});

test.use({ actionTimeout: 15_000 });

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).first();
const place = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true });

interface Wanted {
  readonly what: string;
  readonly clicks: number;
  /** On what is read until it is done: Home, and what opens. */
  readonly words: number;
  readonly run: (page: Page, read: () => Promise<unknown>, confirmed: () => Promise<void>) => Promise<void>;
}

const wanted: readonly Wanted[] = [
  {
    what: 'a pause of an hour',
    clicks: 2,
    words: 200,
    async run(page, read) {
      await button(page, 'Pause').click();
      await read();
      await page.getByText('1 hour', { exact: true }).click();
      await expect(page.getByText(/^Paused until/).first()).toBeVisible();
      await page.keyboard.press('Control+p');
    },
  },
  {
    what: 'quiet mode',
    clicks: 1,
    words: 200,
    async run(page, read) {
      await read();
      const quiet = button(page, 'Quiet');
      await quiet.click();
      await expect(quiet).toHaveAttribute('aria-pressed', 'true');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('quiet mode off');
      await page.keyboard.press('Enter');
      await expect(quiet).toHaveAttribute('aria-pressed', 'false');
    },
  },
  {
    what: 'the computer back',
    clicks: 1,
    words: 200,
    async run(page, read) {
      await read();
      await button(page, 'Give me my PC back').click();
      await expect(page.getByText(/Your computer is yours/)).toBeVisible({ timeout: FIRST_MS });
      await page.keyboard.press('Control+p');
    },
  },
  {
    what: 'where an amount comes from',
    clicks: 1,
    words: 200,
    async run(page, read) {
      await read();
      await page
        .getByRole('banner')
        .getByRole('link', { name: /credit/ })
        .first()
        .click();
      await expect(page).toHaveURL(/#\/(earnings|work)\//);
      await expect(page.getByRole('row').nth(1)).toBeVisible();
    },
  },
  {
    what: 'why no tasks come',
    clicks: 1,
    words: 260,
    async run(page, read) {
      // Between two tasks: while one runs, what runs stands there instead.
      await page.getByRole('main').getByRole('link', { name: 'Why no tasks?' }).click();
      const answer = page.getByRole('dialog', { name: 'Why no tasks?' });
      await expect(answer.getByRole('listitem').first()).toBeVisible();
      await read();
      await page.keyboard.press('Escape');
      await expect(answer).toHaveCount(0);
    },
  },
  {
    what: 'nights alone',
    clicks: 3,
    words: 550,
    async run(page, read) {
      await place(page, 'Availability').click();
      await page.getByRole('radio', { name: 'Nights' }).click();
      await read();
      await button(page, 'Save hours').click();
      await expect(page.getByText('63 of 168 hours a week.')).toBeVisible();
    },
  },
  {
    what: 'another price',
    clicks: 4,
    words: 300,
    async run(page, read) {
      await place(page, 'Network').click();
      await page.getByRole('tab', { name: 'Money' }).click();
      await page.getByRole('switch', { name: 'Free' }).click();
      await read();
      await page.getByRole('button', { name: /free/i }).last().click();
      await expect(page.getByRole('button', { name: 'Back to', exact: false })).toHaveCount(0);
    },
  },
  {
    what: 'another language',
    clicks: 2,
    words: 220,
    async run(page, read) {
      await place(page, 'Settings').click();
      await read();
      await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
      await expect(page.locator('html')).toHaveAttribute('lang', /^de/);
      await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en');
      await expect(page.locator('html')).toHaveAttribute('lang', /^en/);
    },
  },
  {
    what: 'a backup that is proven',
    clicks: 4,
    words: 200,
    async run(page, read, confirmed) {
      await place(page, 'Settings').click();
      await page.getByRole('link', { name: /Identity/ }).click();
      await read();
      await page.getByLabel('Passphrase', { exact: true }).click();
      await page.keyboard.type('a warm hearth in winter');
      await page.keyboard.press('Tab');
      await page.keyboard.type('a warm hearth in winter');
      await button(page, 'Make a backup and prove it').click();
      await confirmed();
      await expect(page.getByText('The backup works.')).toBeVisible({ timeout: FIRST_MS });
    },
  },
];

for (const { what, clicks, words, run } of wanted) {
  test(`${what}: ${clicks} clicks and ${words} words at most`, async ({ practising: { page, confirmed } }) => {
    await page.evaluate(() => {
      location.hash = '#/home';
    });
    await expect(page.getByRole('navigation').locator('[aria-current="page"]')).toHaveText('Home');
    const effort = await countEffort(page);
    await run(page, () => effort.read(), confirmed);
    expect(await effort.clicks()).toBeLessThanOrEqual(clicks);
    expect(effort.words()).toBeLessThanOrEqual(words);
  });
}
