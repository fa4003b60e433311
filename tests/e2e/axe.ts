// What axe finds on a page, in the words of a failure; nothing where all is well.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Of their rules those that read colours. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

interface AxeOptions {
  /** The page was held against all rules in other colours, and nothing else of it has changed. */
  readonly coloursOnly?: boolean;
  /** Rules that do not count here. */
  readonly without?: readonly string[];
}

/** Without a page of axe's own, which a desktop app has no place for; there are no frames to gather. */
export async function axe(page: Page, { coloursOnly = false, without = [] }: AxeOptions = {}): Promise<string[]> {
  // A megabyte and a half, which is there already after the first time in a document.
  const isThere = await page.evaluate(() => 'axe' in window);
  // Only what is wrong is described: axe takes long to say where all else is.
  const builder = new AxeBuilder({ page, ...(isThere && { axeSource: ';' }) })
    .setLegacyMode()
    .options({ resultTypes: ['violations'], selectors: false, preload: false })
    .disableRules([...without]);
  const { violations } = await (coloursOnly ? builder.withRules(COLOURS) : builder.withTags(TAGS)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
}

/** Light, dark and forced colours; the first is looked at by all rules. */
export const LOOKS = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'light', forcedColors: 'active' },
] as const;

/**
 * What axe finds in each of these looks, named by them. Without motion from then on: in the middle of a change of
 * colours it would read one that nobody is meant to read.
 */
export async function axeInColours(page: Page, looks: readonly Look[] = LOOKS): Promise<string[]> {
  const found: string[] = [];
  for (const [n, look] of looks.entries()) {
    await page.emulateMedia({ ...look, reducedMotion: 'reduce' });
    for (const each of await axe(page, { coloursOnly: n > 0 })) found.push(`${JSON.stringify(look)}: ${each}`);
  }
  return found;
}

type Look = NonNullable<Parameters<Page['emulateMedia']>[0]>;
