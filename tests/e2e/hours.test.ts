// The hours of the week by keyboard, by mouse, by two presses and typed; models switched off and on. In both hosts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { FIRST_MS, PAGE_HOSTS, start, whyNot } from './support.ts';

async function visit(page: Page, place: string): Promise<void> {
  await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible({ timeout: FIRST_MS });
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
}

for (const host of PAGE_HOSTS) {
  const test = base.extend<{ page: Page }>({
    page: async ({}, use) => {
      const reason = await whyNot(host);
      base.skip(reason !== undefined, reason);
      const data = mkdtempSync(join(tmpdir(), 'hearth-hours-'));
      const { page, close } = await start(host, data);
      await use(page);
      await close();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  });

  test.describe(host, () => {
    test('hours are painted by keyboard and mouse, typed, asked for what holds outside, and kept', async ({ page }) => {
      await page.setViewportSize({ width: 1280, height: 900 });
      await visit(page, 'availability');
      const week = page.getByRole('region', { name: 'Your week' });
      const cell = (name: string) => week.getByRole('gridcell', { name, exact: false });
      const schedule = (name: string) => week.getByRole('radio', { name, exact: true });
      await expect(schedule('Always')).toBeChecked({ timeout: FIRST_MS });
      await expect(week).toContainText('All the time.');

      await schedule('Weekends').check();
      await expect(week).toContainText('48 of 168 hours a week.');
      await week.getByRole('button', { name: 'Fill in' }).click();
      await page.getByRole('menuitem', { name: 'Clear the week' }).click();
      await expect(schedule('Own hours')).toBeChecked();
      await expect(week).toContainText('Never.');

      await cell('Monday, 22:00 to 22:30').focus();
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('3');
      await expect(week).toContainText('2 of 168 hours a week.');
      await expect(cell('Tuesday, 22:30 to 23:00')).toHaveAccessibleName(/: Full/);
      await page.keyboard.press('1');
      await expect(cell('Tuesday, 22:30 to 23:00')).toHaveAccessibleName(/: Low/);

      // Aimed at anew on the way, as a hand does: what stands above may change its height meanwhile.
      await cell('Friday, 10:00 to 10:30').hover();
      await page.mouse.down();
      await cell('Friday, 11:30 to 12:00').hover();
      await cell('Saturday, 11:30 to 12:00').hover();
      await page.mouse.up();
      await expect(week).toContainText('6 of 168 hours a week');

      await week.getByText('How to paint').click();
      await week.getByRole('radio', { name: 'from … to' }).check();
      await cell('Sunday, 08:00 to 08:30').click();
      await expect(week).toContainText('From Sunday, 08:00.');
      await cell('Sunday, 08:30 to 09:00').click();
      await expect(week).toContainText('7 of 168 hours a week');

      await week.getByText('Type the hours instead').click();
      const text = week.getByRole('textbox', { name: 'Hours, one line each' });
      await text.fill('Mon-Fri 22:15-07:00 full\nMoon 1-2');
      await week.getByRole('button', { name: 'Use these hours' }).click();
      await expect(week.getByRole('alert').filter({ hasText: 'Line 1' })).toContainText('22:15');
      await text.fill('Mon-Fri 22:00-07:00 full');
      await week.getByRole('button', { name: 'Use these hours' }).click();
      await expect(week).toContainText('45 of 168 hours a week.');

      await week.getByRole('button', { name: 'Save hours' }).click();
      await expect(page.getByText('Hours saved.')).toBeVisible();
      await page.reload();
      await expect(week).toContainText('45 of 168 hours a week.', { timeout: FIRST_MS });
      // Outside of what is painted nothing is shared, unless something else is chosen.
      await expect(week.getByRole('radio', { name: /^Off, no tasks/ }).last()).toBeChecked();

      // Nights in two clicks.
      await schedule('Nights').check();
      await week.getByRole('button', { name: 'Save hours' }).click();
      await expect(week).toContainText('63 of 168 hours a week.');
      await expect(schedule('Nights')).toBeChecked();

      // Away is the rule on idle time over a whole week, where this desktop tells of idle time; else it can't be chosen.
      const away = week.getByRole('radio', { name: /^When I’m away/ });
      const rule = page
        .getByRole('region', { name: 'Rules' })
        .getByRole('switch', { name: 'Only when this computer isn’t used' });
      await expect(away.or(rule).first()).toBeVisible();
      if (await rule.isEnabled()) {
        await away.check();
        await week.getByRole('button', { name: 'Save hours' }).click();
        await expect(rule).toBeChecked();
        await schedule('Always').check();
        await week.getByRole('button', { name: 'Save hours' }).click();
        await expect(rule).not.toBeChecked();
      } else {
        await expect(away).toBeDisabled();
        await expect(away).toHaveAccessibleName(/can’t be read here/);
      }
    });

    test('a model is switched off and on, and a limit is typed', async ({ page }) => {
      await visit(page, 'capacity');
      const servers = page.getByRole('region', { name: 'Model servers' });
      const offer = servers.getByRole('switch', { name: 'Offer' }).first();
      await expect(offer).toBeChecked({ timeout: FIRST_MS });
      await offer.click();
      await expect(offer).not.toBeChecked();
      await offer.click();
      await expect(offer).toBeChecked();

      const limits = page.getByRole('region', { name: 'How much at once' });
      const atOnce = limits.getByRole('textbox', { name: 'Tasks at once' });
      await atOnce.fill('900');
      await atOnce.press('Enter');
      await expect(limits).toContainText('A whole number from 0 to 256.');
      await atOnce.fill('2');
      await atOnce.press('Enter');
      await expect(limits).toContainText('of 2)');
    });
  });
}
