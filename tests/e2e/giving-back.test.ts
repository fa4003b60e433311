// What somebody does who wants the computer back, now or by rule or by calendar: the release with its proof, the rules with what
// they read, hours out to a file and in from one. In both hosts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { axe } from './axe.ts';
import { canSave, FIRST_MS, PAGE_HOSTS, type Started, start, whyNot } from './support.ts';

const region = (page: Page, name: string) => page.getByRole('main').getByRole('region', { name });

/** Two hours on Tuesday nights, and one event that does not repeat. */
const CALENDAR = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//journey//EN',
  'BEGIN:VEVENT',
  'UID:weekly@journey',
  'DTSTAMP:20260101T000000Z',
  'DTSTART:20260106T220000',
  'DTEND:20260107T000000',
  'RRULE:FREQ=WEEKLY;BYDAY=TU',
  'SUMMARY:Share',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:once@journey',
  'DTSTAMP:20260101T000000Z',
  'DTSTART:20260105T100000',
  'DTEND:20260105T110000',
  'SUMMARY:Dentist',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

for (const host of PAGE_HOSTS) {
  const test = base.extend<{ started: Started; page: Page; saved: Started['saved'] }>({
    started: async ({}, use) => {
      const reason = await whyNot(host);
      base.skip(reason !== undefined, reason);
      const data = mkdtempSync(join(tmpdir(), 'hearth-back-'));
      const started = await start(host, data);
      const { page, close } = started;
      await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible({ timeout: FIRST_MS });
      await page.getByRole('link', { name: 'Availability', exact: true }).click();
      await use(started);
      await close();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
    page: ({ started }, use) => use(started.page),
    saved: ({ started }, use) => use(started.saved),
  });

  test.describe(host, () => {
    test('the computer is given back with its proof, and stays so until sharing is resumed', async ({ page }) => {
      const card = region(page, 'Stop now and free memory');
      await card.getByRole('button', { name: 'Give me my PC back' }).click();
      await expect(card).toContainText('It’s all yours again');
      const proof = card.getByRole('list', { name: 'What was done' }).getByRole('listitem');
      const stopped = /Stopped taking tasks after ([\d\u202F]+) ms\./.exec((await proof.first().innerText()) ?? '');
      expect(Number(stopped?.[1]?.replace('\u202F', ''))).toBeLessThan(1000);
      await expect(proof.last()).toContainText(/graphics memory/);
      expect(await proof.count()).toBeGreaterThanOrEqual(3);
      const sharing = page.getByRole('switch', { name: 'Sharing' });
      await expect(sharing).not.toBeChecked();
      await sharing.click();
      await expect(sharing).toBeChecked();
    });

    test('rules are switched on and off where they are read, with a limit that says what is wrong with it', async ({
      page,
    }) => {
      const rules = region(page, 'Rules');
      const rule = (name: string) => rules.getByRole('listitem').filter({ hasText: name });
      const data = rule('Daily data limit');
      const toggle = data.getByRole('switch');
      if (!(await toggle.isChecked())) await toggle.click();
      await expect(toggle).toBeChecked();
      await expect(data).toContainText(/ of .* used/);
      const limit = data.getByRole('textbox', { name: 'Gigabytes a day' });
      await limit.fill('0');
      await limit.press('Enter');
      await expect(data).toContainText('A number from 0.1 to 100');
      await limit.fill('2,5');
      await limit.press('Enter');
      await expect(data).toContainText(/ of 2\.5 GB used/);

      const apps = rule('Stop while these apps run');
      const only = apps.getByRole('switch', { name: 'Stop while these apps run' });
      if (!(await only.isChecked())) await only.click();
      await expect(apps).toContainText('No app listed yet.');
      await apps.getByRole('textbox', { name: 'Program name' }).fill('factorio');
      await apps.getByRole('button', { name: 'Add' }).click();
      await expect(apps).toContainText(/None of them is running\.|can’t be read/);
      const unload = apps.getByRole('switch', { name: 'Free memory for them' });
      await unload.click();
      await expect(unload).not.toBeChecked();
      await only.click();
      await expect(only).not.toBeChecked();
      await expect(apps).not.toContainText('None of them is running.');
    });

    test('on the smallest screen each half hour is large enough to press, day and night', async ({ page }) => {
      // As it opens, where whatever happens to lie half under the bar at the bottom would count as small; then in a window that is
      // high enough for all of it, where sizes count.
      for (const height of [640, 5000]) {
        await page.setViewportSize({ width: 320, height });
        await expect(region(page, 'Your week').getByRole('gridcell', { name: /^Monday, 00:00/ })).toBeVisible();
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          const without = height === 640 ? ['target-size'] : [];
          const found = await axe(page, { coloursOnly: colorScheme === 'dark', without });
          expect(found, `${colorScheme}, ${height} high`).toEqual([]);
        }
      }
      const sizes = await page.evaluate(() =>
        [...document.querySelectorAll('[data-spot]')].map((cell) => {
          const { width, height } = cell.getBoundingClientRect();
          return Math.min(width, height);
        }),
      );
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(24);
    });

    test('hours come in from a calendar and go out into one', async ({ page, saved }) => {
      const week = region(page, 'Your week');
      const choose = async (file: { name: string; mimeType: string; buffer: Buffer }) => {
        await week.getByRole('button', { name: 'Calendar' }).click();
        const chooser = page.waitForEvent('filechooser');
        await page.getByRole('menuitem', { name: 'Import from a file…' }).click();
        await (await chooser).setFiles(file);
      };
      const file = (text: string) => ({ name: 'hours.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) });
      const asked = page.getByRole('dialog', { name: 'Take hours from a calendar?' });

      await choose(file('this is no calendar'));
      await asked.getByRole('radio', { name: /^Off/ }).check();
      await asked.getByRole('button', { name: 'Take these hours' }).click();
      await expect(asked.getByRole('alert')).toBeVisible();
      await asked.getByRole('button', { name: 'Cancel' }).click();

      await choose(file(CALENDAR));
      await asked.getByRole('radio', { name: /^Off/ }).check();
      await asked.getByRole('button', { name: 'Take these hours' }).click();
      await expect(asked).toHaveCount(0);
      await expect(week).toContainText('2 of 168 hours a week.');
      await expect(page.getByText('1 event taken.')).toBeVisible();

      test.skip(!canSave(host), 'only a person can answer the dialog of the system');
      const { name, body } = await saved(async () => {
        await week.getByRole('button', { name: 'Calendar' }).click();
        await page.getByRole('menuitem', { name: 'Export as a file' }).click();
      });
      expect(name).toMatch(/\.ics$/);
      const text = body.toString('utf8');
      expect(text).toMatch(/^BEGIN:VCALENDAR\r\n/);
      expect(text).toContain('RRULE:FREQ=WEEKLY');
      await choose(file(text));
      await asked.getByRole('button', { name: 'Take these hours' }).click();
      await expect(asked).toHaveCount(0);
      await expect(week).toContainText('2 of 168 hours a week.');
    });
  });
}
