// `npm run screens`: every page in light and dark at two widths, in build/screens, for somebody to look at. With the practice
// network, so that there is something on them. Arguments: a language (en, de), and places to leave the others out.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchConsole, openBrowser } from '../tests/host/console.ts';
import { buildWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';

const STEPS = ['welcome', 'found', 'computer', 'when', 'networks', 'price', 'identity', 'safety', 'rehearsal', 'live'];
const SECTIONS = [
  'general',
  'notifications',
  'privacy',
  'identity',
  'updates',
  'diagnostics',
  'remove',
  'about',
  'all',
];
const PLACES = [
  'home',
  'home/idle',
  'work',
  'earnings',
  'capacity',
  'availability',
  'network',
  ...SECTIONS.map((section) => `settings/${section}`),
  ...STEPS.map((step) => `setup/${step}`),
];
/** What lies over a page is as high as the window. */
const OVER = ['home/idle'];
const SCHEMES = ['light', 'dark'];
const WIDTHS = [1280, 900, 320];
const HEIGHT = 860;
/** Enough finished tasks to see a list. */
const FIRST_TASKS_MS = 90_000;

const words = process.argv.slice(2);
const language = words.find((word) => ['en', 'de'].includes(word)) ?? 'en';
const named = PLACES.filter((place) => words.some((word) => place === word || place.startsWith(`${word}/`)));
const folder = join(ROOT, 'build/screens');

buildWhenNeeded(join(ROOT, 'node_modules/.bin/node'));
mkdirSync(folder, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'hearth-screens-'));
const server = await launchConsole({ data, args: ['--practice'] });
const browser = await openBrowser();
try {
  const page = await (await browser.newContext({ locale: language, reducedMotion: 'reduce' })).newPage();
  page.on('pageerror', (error) => process.stderr.write(`${error.stack}\n`));
  page.on('console', (message) => message.type() === 'error' && process.stderr.write(`${message.text()}\n`));
  await page.goto(server.link);
  await page.locator('li:has(a[href^="#/work/"])').nth(5).waitFor({ timeout: FIRST_TASKS_MS });
  for (const place of named.length > 0 ? named : PLACES) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${place}`);
    await page.locator('h1').waitFor();
    await page.waitForLoadState('networkidle');
    for (const scheme of SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHT });
        const file = `${place.replace('/', '-')}-${scheme}-${width}${language === 'en' ? '' : `-${language}`}.png`;
        await page.screenshot({ path: join(folder, file), fullPage: !OVER.includes(place) });
      }
    }
  }
  process.stdout.write(`${folder}\n`);
} finally {
  await browser.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
}
