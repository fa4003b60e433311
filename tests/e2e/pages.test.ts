// Every place: reached by mouse, keyboard, address and name; in both languages; with nothing for axe to find in light, dark and
// forced colours; and whole on a small or much enlarged screen. The same bodies in console mode and in the desktop app.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { axe, LOOKS } from './axe.ts';
import { FIRST_MS, PAGE_HOSTS, start, whyNot } from './support.ts';

const PLACES = ['Home', 'Work', 'Earnings', 'Capacity', 'Availability', 'Network', 'Settings'] as const;
type PlaceName = (typeof PLACES)[number];
interface Opened {
  readonly page: Page;
  /** What went wrong in the page by itself. */
  readonly errors: string[];
}

/** The name of the place that is shown: its link in the rail says so. */
const here = (page: Page) => page.getByRole('navigation').locator('[aria-current="page"]');
const main = (page: Page) => page.getByRole('main');

async function visit(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place.toLowerCase()}`);
  await expect(main(page).getByRole('heading', { level: 1 })).toBeVisible();
}

/** Settled: nothing of the page is still on its way. */
async function ready(page: Page): Promise<void> {
  await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible({ timeout: FIRST_MS });
  await expect(main(page).getByRole('list', { name: 'Finished' }).getByRole('listitem').first()).toBeVisible({
    timeout: FIRST_MS,
  });
}

async function wide(page: Page): Promise<[content: number, window: number]> {
  return page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
}

for (const host of PAGE_HOSTS) {
  const test = base.extend<{ opened: Opened }>({
    opened: async ({}, use) => {
      const reason = await whyNot(host);
      base.skip(reason !== undefined, reason);
      const data = mkdtempSync(join(tmpdir(), 'hearth-pages-'));
      const { page, close } = await start(host, data);
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await ready(page);
      await use({ page, errors });
      await close();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  });

  test.describe(host, () => {
    test('every place is reached by mouse, by its number, by name and by its address', async ({
      opened: { page, errors },
    }) => {
      const links = page.getByRole('navigation', { name: 'Places' }).getByRole('link');
      await expect(links).toHaveText([...PLACES]);
      for (const place of PLACES) {
        await links.and(page.getByRole('link', { name: place, exact: true })).click();
        await expect(here(page)).toHaveText(place);
        await expect(page).toHaveTitle(`${place} · Hearth`);
        await expect(main(page).getByRole('heading', { level: 1 })).toBeVisible();
        expect(new URL(page.url()).hash).toBe(`#/${place.toLowerCase()}`);
      }
      for (const [index, place] of PLACES.entries()) {
        await page.keyboard.press(`Control+${index + 1}`);
        await expect(here(page)).toHaveText(place);
        await expect(main(page)).toBeFocused();
      }
      await page.keyboard.press('Control+,');
      await expect(here(page)).toHaveText('Settings');
      await page.goBack();
      await expect(here(page)).toHaveText('Network');

      await page.keyboard.press('Control+k');
      await page.keyboard.type('earn');
      await page.keyboard.press('Enter');
      await expect(here(page)).toHaveText('Earnings');
      await expect(page.getByRole('dialog')).toHaveCount(0);

      await page.reload();
      await expect(here(page)).toHaveText('Earnings');
      for (const nonsense of ['nowhere', 'work/1/2', '%E0%A4%A', 'work/<b>x']) {
        await page.evaluate((hash) => {
          location.hash = `#/${hash}`;
        }, nonsense);
        await expect(main(page).getByRole('heading', { level: 1 })).toBeVisible();
      }
      expect(errors).toEqual([]);
    });

    test('the keyboard alone goes round, and what has the focus is never covered', async ({
      opened: { page, errors },
    }) => {
      await page.setViewportSize({ width: 900, height: 640 });
      await page.keyboard.press('Tab');
      await expect(page.getByRole('button', { name: 'Skip to the page' })).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(main(page)).toBeFocused();
      await visit(page, 'Settings');
      await page.reload();
      await expect(page.getByRole('combobox', { name: 'Language' })).toBeVisible();
      const stops = new Set<string>();
      for (let step = 0; step < 80; step += 1) {
        await page.keyboard.press('Tab');
        const seen = await page.evaluate(() => {
          const focused = document.activeElement;
          if (!(focused instanceof HTMLElement) || focused === document.body) return undefined;
          const box = focused.getBoundingClientRect();
          const over = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 200) / 2);
          const name = focused.getAttribute('aria-label') ?? focused.textContent;
          return { name, covered: !focused.contains(over) && !over?.contains(focused) };
        });
        if (seen === undefined) break;
        expect(seen, 'covered').toMatchObject({ covered: false });
        stops.add(seen.name);
      }
      expect([...stops]).toEqual(expect.arrayContaining(['Home', 'Sharing', 'Commands', 'Help']));
      expect(errors).toEqual([]);
    });

    test('shortcuts pause and resume, list themselves, help, and give the keys back', async ({
      opened: { page, errors },
    }) => {
      const sharing = page.getByRole('switch', { name: 'Sharing' });
      const bar = page.getByRole('banner');
      await page.keyboard.press('Control+p');
      await expect(sharing).not.toBeChecked();
      await expect(bar).toContainText(/Paused until you resume|Finishing/);
      await page.keyboard.press('Control+p');
      await expect(sharing).toBeChecked();

      await page.keyboard.press('Control+Shift+P');
      const pause = page.getByRole('dialog', { name: 'Pause for how long?' });
      await pause.getByRole('button', { name: '1 hour' }).click();
      await expect(sharing).not.toBeChecked();
      await expect(bar).toContainText(/Paused until \d{1,2}:\d\d|Finishing/);
      await sharing.click();
      await expect(sharing).toBeChecked();

      await page.keyboard.press('?');
      const keys = page.getByRole('dialog', { name: 'Shortcuts' });
      await expect(keys).toContainText('Ctrl+K');
      await page.keyboard.press('Control+2');
      await expect(keys).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(keys).toHaveCount(0);
      await expect(here(page)).toHaveText('Home');

      await page.keyboard.press('F1');
      const help = page.getByRole('dialog', { name: 'Help: Home' });
      await expect(help).toContainText('whether you are sharing');
      await help.getByRole('button', { name: 'Close' }).click();

      await page.getByRole('button', { name: 'Commands' }).click();
      await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('button', { name: 'Commands' })).toBeFocused();

      await visit(page, 'Settings');
      const single = page.getByRole('switch', { name: 'Single-key shortcuts' });
      await single.click();
      await expect(single).not.toBeChecked();
      await page.keyboard.press('?');
      await page.keyboard.press('F1');
      await expect(page.getByRole('dialog')).toHaveCount(1);
      await expect(page.getByRole('dialog', { name: 'Help: Settings' })).toBeVisible();
      expect(errors).toEqual([]);
    });

    test('why nothing comes is told, with a button that mends it', async ({ opened: { page, errors } }) => {
      const sharing = page.getByRole('switch', { name: 'Sharing' });
      await sharing.click();
      await expect(main(page).getByRole('heading', { level: 1 })).toHaveText('Paused until you resume', {
        timeout: FIRST_MS,
      });
      await page.keyboard.press('Control+k');
      await page.keyboard.type('why idle');
      await page.keyboard.press('Enter');
      const ladder = page.getByRole('dialog', { name: 'Why no tasks?' });
      await expect(ladder.getByRole('listitem').first()).toContainText('Sharing is switched off');
      await ladder.getByRole('button', { name: 'Resume sharing' }).click();
      await expect(ladder).not.toContainText('Sharing is switched off');
      await page.keyboard.press('Escape');
      await expect(ladder).toHaveCount(0);
      await expect(sharing).toBeChecked();
      expect(errors).toEqual([]);
    });

    test('language and theme change at once, are kept, and say so to the browser', async ({
      opened: { page, errors },
    }) => {
      await visit(page, 'Settings');
      const html = page.locator('html');
      await expect(html).toHaveAttribute('lang', /^en/);
      await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
      await expect(here(page)).toHaveText('Einstellungen');
      await expect(html).toHaveAttribute('lang', /^de/);
      await expect(html).toHaveAttribute('dir', 'ltr');
      await expect(page).toHaveTitle('Einstellungen · Hearth');
      await page.getByRole('combobox', { name: 'Darstellung' }).selectOption('dark');
      await expect(html).toHaveAttribute('data-theme', 'dark');
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await ground();
      await page.reload();
      await expect(here(page)).toHaveText('Einstellungen');
      expect(await ground()).toBe(dark);
      await page.getByRole('combobox', { name: 'Darstellung' }).selectOption('light');
      await expect(html).toHaveAttribute('data-theme', 'light');
      expect(await ground()).not.toBe(dark);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('english');
      // Before it is there Enter presses nothing.
      await expect(page.getByRole('dialog').getByRole('combobox')).toHaveValue('english');
      await page.keyboard.press('Enter');
      await expect(here(page)).toHaveText('Settings');
      expect(errors).toEqual([]);
    });

    test('axe finds nothing on any page, in light, dark and forced colours', async ({ opened: { page } }) => {
      const layers: readonly (PlaceName | 'Home/idle' | 'keys' | 'palette')[] = [
        ...PLACES,
        'Home/idle',
        'keys',
        'palette',
      ];
      await page.emulateMedia({ reducedMotion: 'reduce' });
      for (const [n, look] of LOOKS.entries()) {
        await page.emulateMedia(look);
        for (const layer of layers) {
          const over = layer === 'keys' || layer === 'palette';
          await visit(page, over ? 'Home' : layer);
          if (layer === 'keys') await page.keyboard.press('?');
          if (layer === 'palette') await page.keyboard.press('Control+k');
          if (over) await expect(page.getByRole('dialog')).toBeVisible();
          expect(await axe(page, { coloursOnly: n > 0 }), `${layer}, ${JSON.stringify(look)}`).toEqual([]);
          if (over) await page.keyboard.press('Escape');
        }
      }
    });

    test('pause, quiet and the computer back are there on every page and at every width, in both languages', async ({
      opened: { page, errors },
    }) => {
      const bar = page.getByRole('banner');
      const said = [
        { language: 'en', pause: 'Pause', quiet: 'Quiet', back: 'Give me my PC back', practice: 'Practice' },
        { language: 'de', pause: 'Anhalten', quiet: 'Leise', back: 'Computer zurückgeben', practice: 'Übung' },
      ] as const;
      for (const { language, pause, quiet, back, practice } of said) {
        await visit(page, 'Settings');
        await page.getByRole('combobox', { name: /Language|Sprache/ }).selectOption(language);
        await expect(page.locator('html')).toHaveAttribute('lang', new RegExp(`^${language}`));
        for (const width of [1280, 900, 640, 320]) {
          await page.setViewportSize({ width, height: 640 });
          for (const place of PLACES) {
            await visit(page, place);
            for (const name of [pause, quiet, back]) {
              await expect(bar.getByRole('button', { name, exact: true }), `${name} at ${width}`).toBeInViewport();
            }
            await expect(bar.getByText(practice, { exact: true }), `${width}`).toBeInViewport();
          }
          const [content, window] = await wide(page);
          expect(content, `${language} at ${width}`).toBeLessThanOrEqual(window);
        }
      }
      expect(errors).toEqual([]);
    });

    test('a pause with an end, quiet and the computer back take a press or two on the smallest screen', async ({
      opened: { page, errors },
    }) => {
      await page.setViewportSize({ width: 320, height: 640 });
      await visit(page, 'Work');
      const bar = page.getByRole('banner');
      const sharing = page.getByRole('switch', { name: 'Sharing' });
      // By keyboard: open, to the second time, press.
      await bar.getByRole('button', { name: 'Pause', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await expect(page.getByRole('button', { name: '1 hour' })).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('button', { name: '1 hour' })).toBeHidden();
      await expect(sharing).not.toBeChecked();
      await expect(bar).toContainText(/Paused until \d{1,2}:\d\d|Finishing/);
      // It ends where it was begun.
      await bar.getByRole('button', { name: 'Pause', exact: true }).click();
      await page.getByRole('button', { name: 'Resume sharing' }).click();
      await expect(sharing).toBeChecked();

      const quiet = bar.getByRole('button', { name: 'Quiet', exact: true });
      await quiet.click();
      await expect(quiet).toHaveAttribute('aria-pressed', 'true');
      await quiet.click();
      await expect(quiet).toHaveAttribute('aria-pressed', 'false');

      await bar.getByRole('button', { name: 'Give me my PC back' }).click();
      await expect(page.getByText(/Your computer is yours/)).toBeVisible({ timeout: FIRST_MS });
      await expect(sharing).not.toBeChecked();
      expect(errors).toEqual([]);
    });

    test('the day, the gauges and each network are told in words, too, and lead to what happened', async ({
      opened: { page, errors },
    }) => {
      await visit(page, 'Home');
      const today = main(page).getByRole('region', { name: 'Today', exact: true });
      await expect(today).toContainText('Today so far:');
      await today.getByText('Show as table').click();
      const row = today.getByRole('row').filter({ hasText: 'Working' });
      await row.first().getByRole('link').click();
      await expect(here(page)).toHaveText('Work');
      await visit(page, 'Home');
      await main(page).getByRole('region', { name: 'Networks' }).getByRole('link', { name: 'IICP' }).click();
      await expect(page).toHaveURL(/#\/network\/iicp$/);
      await main(page).getByRole('tab', { name: 'Money' }).click();
      // Any total opens its entries.
      await main(page).getByRole('tabpanel').getByRole('link').first().click();
      await expect(here(page)).toHaveText('Earnings');
      await expect(page).toHaveURL(/of%3Dentries/);
      expect(errors).toEqual([]);
    });

    test('nothing is wider than a small screen, a doubled one, or one that reads from the right', async ({
      opened: { page, errors },
    }, info) => {
      for (const [width, height, dir] of [
        [320, 640, 'ltr'],
        [640, 400, 'ltr'],
        [900, 640, 'rtl'],
        [320, 256, 'ltr'],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.evaluate((direction) => {
          document.documentElement.dir = direction;
        }, dir);
        for (const place of PLACES) {
          await visit(page, place);
          const [content, window] = await wide(page);
          expect(content, `${place} at ${width}`).toBeLessThanOrEqual(window);
        }
        await page.screenshot({ path: info.outputPath(`${width}x${height}-${dir}.png`), fullPage: true });
      }
      expect(errors).toEqual([]);
    });
  });
}
