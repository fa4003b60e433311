// What was done and what it brought, with a real engine that practises: tasks are filtered, gone through by keyboard and opened,
// totals lead to their entries and check out, power is counted, a file is saved. In console mode and in the desktop app.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { dayCardIn } from '../../src-main/engine/day-card.ts';
import { axe } from './axe.ts';
import { canSave, FIRST_MS, HOSTS, PAGE_HOSTS, type Started, start, whyNot } from './support.ts';

const main = (page: Page) => page.getByRole('main');
const grid = (page: Page) => main(page).getByRole('grid');
const rows = (page: Page) =>
  grid(page)
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });

async function visit(page: Page, address: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${address}`);
  await expect(main(page).getByRole('heading', { level: 1 })).toBeVisible();
}

async function isWhole(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
}

for (const host of HOSTS) {
  const test = base.extend<{ opened: { page: Page; errors: string[]; saved: Started['saved'] } }>({
    opened: async ({}, use) => {
      const reason = await whyNot(host);
      base.skip(reason !== undefined, reason);
      const data = mkdtempSync(join(tmpdir(), 'hearth-books-'));
      const { page, saved, close } = await start(host, data);
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await expect(main(page).getByRole('list', { name: 'Finished' }).getByRole('listitem').nth(3)).toBeVisible({
        timeout: FIRST_MS,
      });
      await use({ page, errors, saved });
      await close();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  });

  test.describe(host, () => {
    test('a year is saved as a file, and a day is signed', async ({ opened: { page, errors, saved } }) => {
      test.skip(!canSave(host), 'the dialog of the system waits for a person');
      await visit(page, 'earnings');
      await page.keyboard.press('Control+e');
      const dialog = page.getByRole('dialog', { name: 'Export earnings' });
      await expect(dialog).toBeVisible();
      for (const [format, start] of [
        ['csv', /^\uFEFF?\w+(,\w+)+/],
        ['json', /^\s*[[{]/],
      ] as const) {
        if (!(await dialog.isVisible())) await page.keyboard.press('Control+e');
        await dialog.getByRole('combobox', { name: 'As' }).selectOption(format);
        const file = await saved(() => dialog.getByRole('button', { name: 'Save the file' }).click());
        expect(file.name).toMatch(new RegExp(`\\.${format}$`));
        expect(file.body.toString()).toMatch(start);
        await expect(page.getByText(/^Saved /).last()).toBeVisible();
        await expect(dialog).toHaveCount(0);
      }

      // A day, signed: it holds for whoever gets it.
      await page.getByRole('button', { name: 'Day card' }).click();
      const signing = page.getByRole('dialog', { name: 'A signed day' });
      await signing.getByRole('combobox', { name: 'Day' }).selectOption({ index: 0 });
      const file = await saved(() => signing.getByRole('button', { name: 'Sign and save' }).click());
      expect(file.name).toMatch(/^hearth-day-\d{4}-\d{2}-\d{2}\.txt$/);
      const { card, lines } = dayCardIn(file.body.toString());
      expect(card.tasks.done).toBeGreaterThan(0);
      expect(lines.join('\n')).toMatch(/^- urn:iicp:intent:llm:chat:v1: \d+ done/m);
      await expect(page.getByText(/^Saved as .*hearth-day-/)).toBeVisible();
      expect(errors).toEqual([]);
    });

    // The same in both.
    if (!PAGE_HOSTS.includes(host)) return;

    test('tasks are filtered by their address and gone through by keyboard', async ({ opened: { page, errors } }) => {
      // What others could see is said of AI tasks, and the other network brings no such ones.
      await visit(page, 'work/network%3Diicp');
      const network = page.getByRole('combobox', { name: 'Network' });
      await expect(network.locator('option:checked')).toHaveText(/^IICP/);
      await expect(rows(page).nth(2)).toBeVisible({ timeout: FIRST_MS });
      const search = page.getByRole('searchbox', { name: 'Task ID' });
      await page.keyboard.press('Control+f');
      await expect(search).toBeFocused();
      await page.keyboard.press('ArrowDown');
      const focused = grid(page).locator('[role="row"]:focus');
      await expect(focused).toHaveCount(1);
      const first = await focused.getByRole('link').getAttribute('href');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      // Newer ones may come meanwhile: it is the row that has the focus, not its place.
      const opened = await focused.getByRole('link').getAttribute('href');
      expect(opened).not.toBe(first);
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(new RegExp(`${opened}$`));
      await expect(main(page)).toContainText('What others could see');
      await expect(main(page)).toContainText('Nothing. What this page shows is all there is.');
      await page.keyboard.press('Escape');
      await expect(rows(page).filter({ has: page.locator(`a[href="${opened}"]`) })).toBeFocused();
      await network.selectOption({ label: 'All' });
      await expect(page).toHaveURL(/#\/work$/);

      const states = await page.getByRole('combobox', { name: 'State' }).locator('option').allInnerTexts();
      const names = states.map((text) => text.replace(/ \(.*/, ''));
      expect(names).toEqual([...new Set(names)]);
      await page.getByRole('combobox', { name: 'State' }).focus();
      await page.getByRole('combobox', { name: 'State' }).selectOption('done');
      await expect(page).toHaveURL(/#\/work\/state%3Ddone$/);
      await expect(page.getByRole('combobox', { name: 'State' })).toBeFocused();
      await expect(rows(page).first()).toContainText('Done');
      await page.reload();
      await expect(page.getByRole('combobox', { name: 'State' })).toHaveValue('done');
      await expect(rows(page).first()).toContainText('Done');

      await search.fill('no task is called this');
      await expect(main(page)).toContainText('No finished task fits this filter.');
      await main(page).getByRole('button', { name: 'Show all' }).click();
      await expect(rows(page).first()).toBeVisible();
      await expect(search).toHaveValue('');

      for (const nonsense of ['work/999999999', 'work/state%3D%3Cb%3E%26from%3Dyesterday', 'work/%E2%80%AE%3Cimg%3E']) {
        await visit(page, nonsense);
      }
      await visit(page, 'work/999999999');
      await expect(main(page)).toContainText('There is no such task any more');
      expect(errors).toEqual([]);
    });

    test('every total checks out and leads to its entries, and each of those to its task', async ({
      opened: { page, errors },
    }) => {
      await visit(page, 'earnings');
      await expect(main(page)).toContainText(/Checked: [\d\u202F]+ entr(y|ies) add up to /, { timeout: FIRST_MS });
      await expect(main(page).getByRole('img', { name: /net from .* to / })).toBeVisible();
      await page.getByRole('combobox', { name: 'Shown as' }).selectOption('table');
      const twin = main(page).getByRole('table', { name: 'Over time' });
      await expect(twin.getByRole('row')).toHaveCount(31);
      await twin.getByRole('row').nth(1).getByRole('link').click();
      await expect(main(page).getByRole('heading', { level: 1 })).toHaveText('Entries');
      await expect(main(page)).toContainText(/Checked: /);
      await expect(rows(page).first()).toContainText(/credit/);
      await page.keyboard.press('Escape');
      for (const by of ['week', 'month', 'day']) {
        await page.getByRole('combobox', { name: 'Shown by' }).selectOption(by);
        await expect(main(page)).toContainText(/Checked: /);
      }
      await page.getByRole('button', { name: 'Earlier' }).click();
      await expect(main(page)).toContainText('Checked: no entries in this period');
      await page.getByRole('button', { name: 'Later' }).click();
      await expect(page.getByRole('button', { name: 'Later' })).toHaveCount(0);
      // Each unit has a total of its own, and that leads to the entries in this unit alone.
      const openTotals = () => main(page).locator('summary').filter({ hasText: 'Gross, fees and net' }).click();
      const totals = main(page).getByRole('table', { name: 'Gross, fees and net' }).getByRole('link');
      await openTotals();
      await totals.filter({ hasText: 'Auki credits' }).click();
      await expect(main(page)).toContainText(/Unit: .*Auki credits/);
      await expect(main(page)).toContainText(/Checked: [\d\u202F]+ entr(y|ies) add up to /);
      await expect(rows(page).first()).toContainText('Auki credits');
      await page.keyboard.press('Escape');
      await openTotals();
      await totals.filter({ hasNotText: 'Auki' }).click();
      await expect(rows(page).first()).toContainText('credit');
      await expect(rows(page).filter({ hasText: 'Auki' })).toHaveCount(0);
      await rows(page).first().getByRole('link').click();
      await expect(main(page)).toContainText('What was booked');
      await expect(main(page).getByRole('table', { name: 'What was booked' })).toContainText('credit');
      // Seen on its way before it is received.
      await expect(main(page)).toContainText(/Earned .+Received /, { timeout: FIRST_MS });
      expect(errors).toEqual([]);
    });

    test('the last month is tried again without a model, and prices get dates and models of their own', async ({
      opened: { page, errors },
    }) => {
      await visit(page, 'network/iicp.money');
      const again = main(page).getByRole('table', { name: 'What if?' });
      const tasks = again.getByRole('row', { name: /^Tasks / }).getByRole('cell');
      await expect(tasks.nth(1)).toHaveText(/[1-9]/, { timeout: FIRST_MS });
      await main(page)
        .getByRole('checkbox', { name: /practice-chat:1b/ })
        .uncheck();
      await expect
        .poll(async () => Number(await tasks.nth(1).innerText()) < Number(await tasks.nth(0).innerText()))
        .toBe(true);
      await page.getByText('More about the price').click();
      const until = page.getByLabel('Holds until', { exact: true });
      await until.fill('2031-05-01');
      await until.blur();
      const time = page.getByLabel('Holds until, time');
      await time.fill('7.30 am');
      await time.blur();
      await visit(page, 'work');
      await visit(page, 'network/iicp.money');
      await page.getByText('More about the price').click();
      await expect(until).toHaveValue('2031-05-01');
      // By the clock of the system's own language.
      await expect(time).toHaveValue(/^(07:30|7:30\sAM)$/);

      // A price of its own by keyboard: what is no price is kept and said, and it goes back to the node’s.
      await page.getByText('Prices by model').click();
      const own = page.getByRole('textbox', { name: 'practice-chat:1b' });
      await own.fill('dear');
      await own.press('Enter');
      await expect(
        main(page)
          .getByRole('alert')
          .filter({ hasText: /from 0 to 1/ }),
      ).toBeVisible();
      await expect(own).toHaveValue('dear');
      await own.fill('1,5');
      await own.press('Enter');
      await expect(main(page)).toContainText('1 model has a price of its own. The directory learns 1.5 × usual');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('status').filter({ hasText: 'this computer’s price again' })).toBeVisible();
      await expect(own).toHaveValue('');
      await expect(main(page)).not.toContainText('a price of its own');
      expect(errors).toEqual([]);
    });

    test('watts and price are typed in place, and what they cost is told', async ({ opened: { page, errors } }) => {
      await visit(page, 'earnings');
      const claim = main(page).getByRole('switch', { name: 'Claim what you earn' });
      await claim.click();
      await expect(main(page)).toContainText('Claiming is off');
      await claim.click();
      await expect(main(page)).toContainText('a signed receipt for every finished task');
      await page.getByText('Power use and electricity price').click();
      const save = page.getByRole('button', { name: 'Save watts and price' });
      await page.getByLabel('Watts when idle').fill('60');
      await expect(save).toHaveAttribute('aria-disabled', 'true');
      await page.getByLabel('Watts while working').fill('250');
      await page.getByRole('combobox', { name: 'Price of power' }).selectOption('flat');
      await page.getByLabel('Currency').fill('eur');
      await page.getByLabel('Price of a kilowatt hour').fill('0,32');
      await save.click();
      await expect(main(page)).toContainText(/Cost[\d.]+ EUR/);
      await expect(main(page)).toContainText('Estimate. Past days don’t promise future ones.');
      const kinds = main(page).getByRole('table', { name: 'Earnings by model' });
      const chat = kinds.getByRole('row', { name: /practice-chat:1b/ }).first();
      await expect(chat).toContainText(/kWh/);
      await chat.getByRole('link').nth(1).click();
      await expect(main(page)).toContainText(/Unit: .+practice-chat:1b/);
      await expect(main(page)).toContainText(/Checked: /);
      await page.keyboard.press('Escape');
      await chat.getByRole('link').first().click();
      await expect(rows(page).first()).toBeVisible();
      const chosen = page.getByRole('combobox', { name: 'Model' }).locator('option:checked');
      await expect(chosen).toHaveText(/practice-chat:1b/);
      expect(errors).toEqual([]);
    });

    test('axe finds nothing in what these pages open, and nothing is too wide', async ({ opened: { page } }) => {
      await visit(page, 'work/network%3Diicp');
      const task = await rows(page).first().getByRole('link').getAttribute('href');
      for (const address of [task!.slice(2), 'earnings', 'earnings/of%3Dentries', 'work/state%3Dtimeout']) {
        await visit(page, address);
        await expect(main(page).getByRole('heading', { level: 2 }).first()).toBeVisible();
        if (address === 'earnings') {
          await page.getByRole('combobox', { name: 'Shown as' }).selectOption('table');
          await page.getByText('Power use and electricity price').click();
        }
        for (const look of [{ colorScheme: 'light' }, { colorScheme: 'dark' }] as const) {
          await page.emulateMedia({ ...look, reducedMotion: 'reduce' });
          expect(
            await axe(page, { coloursOnly: look.colorScheme === 'dark' }),
            `${address}, ${look.colorScheme}`,
          ).toEqual([]);
        }
        await page.setViewportSize({ width: 320, height: 640 });
        await expect.poll(() => isWhole(page), { message: address }).toBe(true);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
    });
  });
}
