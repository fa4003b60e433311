// What a page has to be however it is looked at: whole at every width, with nothing for axe to find, light and dark, and every part of it
// within reach of the keyboard.
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { axe as faultsOf } from './axe.ts';

/** With it a picture of each, to be looked at. */
const SHOTS = process.env.HEARTH_SHOTS;
const HEIGHT = 860;
/** Higher than any page. */
const TALL = 6000;
const WIDTHS = [1280, 900, 320] as const;

/** Tab by tab, as someone without a mouse goes there. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let step = 0; step < 150; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not come to ${String(target)}`);
}

export async function pressOn(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

const beyond = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** As it is now. `over`: a dialog lies over it, so the window is what counts. */
export async function looked(page: Page, what: string, { over = false } = {}): Promise<void> {
  for (const width of WIDTHS) {
    for (const colorScheme of ['light', 'dark'] as const) {
      // Nothing is wider for being dark, and axe reads colours: once each, on the widest and on the narrowest.
      const axe = (width === 1280) === (colorScheme === 'light') && width !== 900;
      if (!SHOTS && !axe && colorScheme === 'dark') continue;
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: HEIGHT });
      const name = `${what}-${colorScheme}-${width}`;
      await expect.poll(() => beyond(page), { message: name }).toBe(0);
      if (axe) {
        // Below this width places stand in a bar over the foot of the page: what is under it now would count as out of reach.
        if (width < 640) await page.setViewportSize({ width, height: TALL });
        expect.soft(await faultsOf(page), name).toEqual([]);
        await page.setViewportSize({ width, height: HEIGHT });
      }
      if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: !over });
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: HEIGHT });
}
