// What a user has to do and to read for something, counted in the page: presses of the mouse, and words in sight. What is folded
// away, off the screen or only for screen readers is not read with the eyes, and does not count.
import type { Locator, Page } from '@playwright/test';

export interface Effort {
  /** Since this began, in this document. */
  clicks(): Promise<number>;
  /** Adds what can be read now; answers how much that was. */
  read(what?: Locator): Promise<number>;
  /** All that was read. */
  words(): number;
}

/** Begins to count. A click on a label is one, though the browser makes two events of it. */
export async function countEffort(page: Page): Promise<Effort> {
  await page.evaluate(() => {
    const counted = window as unknown as { presses: number };
    counted.presses = 0;
    window.addEventListener('pointerdown', () => (counted.presses += 1), { capture: true });
  });
  let read = 0;
  return {
    clicks: () => page.evaluate(() => (window as unknown as { presses: number }).presses),
    async read(what = page.locator('body')) {
      const count = await what.evaluate(wordsIn);
      read += count;
      return count;
    },
    words: () => read,
  };
}

/** Runs in the page. A word has a letter or a figure in it. */
function wordsIn(root: Element): number {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let count = 0;
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode as Text;
    if (!parentElement?.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const { width, height } = parentElement.getBoundingClientRect();
    if (width < 2 || height < 2 || parentElement.closest('.sr-only, script, style')) continue;
    count += data.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  }
  return count;
}
