// The palette by the keyboard alone, as fast as a person types who knows it: no letter is lost, and nothing runs that was not asked for.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect, type Page } from '@playwright/test';
import { FIRST_MS, PAGE_HOSTS, type Started, start, whyNot } from './support.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');

const field = (page: Page) => page.getByRole('combobox', { name: 'Commands' });

for (const host of PAGE_HOSTS) {
  const test = base.extend<{ opened: Started & { quiet: () => Promise<boolean> } }>({
    opened: async ({}, use) => {
      const reason = await whyNot(host);
      base.skip(reason !== undefined, reason);
      const data = mkdtempSync(join(tmpdir(), 'hearth-palette-'));
      const app = await start(host, data);
      await app.page.getByRole('switch', { name: 'Sharing' }).waitFor({ timeout: FIRST_MS });
      const quiet = async () => {
        const args = [CLI, 'settings', 'get', 'availability.quiet', '--json', '--practice', '--data', data];
        const { stdout } = await promisify(execFile)(process.execPath, args);
        return (JSON.parse(stdout) as { value: boolean }).value;
      };
      await use({ ...app, quiet });
      await app.close();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  });

  test.describe(host, () => {
    test('takes every letter from the first on, at every opening', async ({ opened: { page, quiet } }) => {
      for (const on of [true, false, true]) {
        await page.keyboard.press('Control+k');
        await page.keyboard.type('quiet');
        await expect(field(page)).toHaveValue('quiet');
        await page.keyboard.press('Enter');
        await expect(page.getByRole('dialog')).toHaveCount(0);
        await expect.poll(quiet).toBe(on);
      }
    });

    test('keeps what is typed while it is fetched, and does at Enter what was asked for', async ({ opened }) => {
      test.skip(host === 'desktop', 'nothing can be held up on the desktop’s own addresses');
      const { page, quiet } = opened;
      const held = Promise.withResolvers<void>();
      await page.route(/palette-[^/]*\.js/, async (route) => {
        await held.promise;
        await route.continue();
      });
      await page.reload();
      await page.getByRole('switch', { name: 'Sharing' }).waitFor({ timeout: FIRST_MS });
      await page.keyboard.press('Control+k');
      await page.keyboard.type('quiett');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Enter');
      await page.keyboard.type('x');
      expect(await quiet()).toBe(false);
      held.resolve();
      await expect.poll(quiet).toBe(true);
      await expect(page.getByRole('dialog')).toHaveCount(0);
    });

    test('runs nothing that changes something before a word of it is typed', async ({ opened: { page } }) => {
      await page.keyboard.press('Control+k');
      await expect(field(page)).toBeFocused();
      const listed = await page.getByRole('option').allTextContents();
      expect(listed.length).toBeGreaterThan(5);
      for (const changing of ['Pause sharing', 'Give me my PC back', 'out of memory', 'theme', 'quiet']) {
        expect(listed.filter((text) => text.includes(changing))).toEqual([]);
      }
      await page.keyboard.press('Enter');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    });

    test('asks whether another word was meant, and searches for it', async ({ opened: { page } }) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('batery');
      await expect(page.getByRole('option')).toHaveText('Did you mean “battery”?');
      await page.keyboard.press('Enter');
      await expect(field(page)).toHaveValue('battery');
      await expect(page.getByRole('option').filter({ hasText: 'availability.battery' })).toBeVisible();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('navigation').locator('[aria-current="page"]')).toHaveText('Availability');
    });

    test('leaves a note of what was done that covers no button at a page’s end', async ({ opened: { page } }) => {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.keyboard.press('Control+k');
      await page.keyboard.type('give me my pc back');
      await page.keyboard.press('Enter');
      const note = page.getByText(/Your computer is yours/);
      await expect(note).toBeVisible({ timeout: FIRST_MS });
      const covered = await page.evaluate(async () => {
        const found: string[] = [];
        for (const place of ['home', 'settings/general', 'settings/privacy', 'settings/remove']) {
          location.hash = `#/${place}`;
          await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
          window.scrollTo(0, document.documentElement.scrollHeight);
          for (const element of document.querySelectorAll('main a, main button, main input, main select')) {
            // What lies folded away has a place in the layout all the same.
            if (!element.checkVisibility()) continue;
            const { x, y, width, height } = element.getBoundingClientRect();
            const above = document.elementFromPoint(x + width / 2, y + height / 2);
            if (above?.closest('[role=status]') && !element.closest('[role=status]'))
              found.push(`${place}: ${element.outerHTML}`);
          }
        }
        return found;
      });
      expect(covered).toEqual([]);
      await expect(note).toBeVisible();
    });
  });
}
