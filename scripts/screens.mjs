// `npm run screens`: every page in light and dark at three widths, in build/screens, for a person to look at. With the practice
// network, so that there is something on them. Arguments: a language (en, de), and places to leave the others out; `forced` adds
// forced colours; `two` has the network of the tests beside the shipped one, and `five` those of the drawings, made of fixtures;
// `wallet` shows Home and a used wallet, `mesh` FIPS with neighbours and without, of a node that does not practise. `npm run screens -- readme` makes the three pictures of the
// README again instead, in docs/images.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { drawnBefore } from '../tests/e2e/drawn-networks.ts';
import { inboundBefore } from '../tests/e2e/inbound-page.ts';
import { meshJoined } from '../tests/e2e/mesh-page.ts';
import { walletUsed } from '../tests/e2e/wallet-page.ts';
import { launchConsole, openBrowser } from '../tests/host/console.ts';
import { INBOUND_STATES, inboundShown } from '../tests/support/inbound-states.ts';
import { buildDrawnNetworksWhenNeeded, buildTestNetworksWhenNeeded, buildWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';

const STEPS = ['found', 'gently', 'join', 'ready'];
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
  'network/fips',
  'network/fips.settings',
  'network/paygress',
  'network/paygress.settings',
  ...SECTIONS.map((section) => `settings/${section}`),
  ...STEPS.map((step) => `setup/${step}`),
  // The Network page in each way that the way in can be.
  ...INBOUND_STATES.map((state) => `inbound/${state}`),
];
/** Something lies over the page there: the window is shown, not the whole page. */
const OVER = ['home/idle'];
/** Of a node that does not practise, and has been used. */
const USED = {
  wallet: { places: ['home', 'earnings/wallet'], make: walletUsed },
  mesh: { places: ['network/fips', 'network/fips.settings'], make: meshJoined },
};
const README = ['home', 'availability', 'earnings'];
const WIDTHS = [1280, 900, 320];
const HEIGHT = 860;
/** Enough finished tasks to see a list. */
const FIRST_TASKS_MS = 90_000;

const words = process.argv.slice(2);
const language = words.find((word) => ['en', 'de'].includes(word)) ?? 'en';
const named = PLACES.filter((place) => words.some((word) => place === word || place.startsWith(`${word}/`)));
const readme = words.includes('readme');
const used = Object.entries(USED).find(([word]) => words.includes(word))?.[1];
const several = ['two', 'five'].find((word) => words.includes(word));
const looks = [
  { name: 'light', colorScheme: 'light', forcedColors: 'none' },
  { name: 'dark', colorScheme: 'dark', forcedColors: 'none' },
  { name: 'forced', colorScheme: 'light', forcedColors: 'active' },
].filter(({ name }) => (readme ? name === 'light' : name !== 'forced' || words.includes('forced')));
const widths = readme ? [1280] : WIDTHS;
const folder = join(ROOT, readme ? 'docs/images' : 'build/screens');

const node = join(ROOT, 'node_modules/.bin/node');
const [folderOfBuild, buildIt] = {
  two: ['build/test-networks', buildTestNetworksWhenNeeded],
  five: ['build/drawn-networks', buildDrawnNetworksWhenNeeded],
}[several] ?? ['build/app', buildWhenNeeded];
buildIt(node);
mkdirSync(folder, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'hearth-screens-'));
const cli = join(ROOT, folderOfBuild, 'main/cli.js');
const server = await launchConsole({ data, args: used ? [] : ['--practice'], cli });
const made = await used?.make(data);
const browser = await openBrowser();
try {
  const page = await (await browser.newContext({ locale: language, reducedMotion: 'reduce' })).newPage();
  page.on('pageerror', (error) => process.stderr.write(`${error.stack}\n`));
  page.on('console', (message) => message.type() === 'error' && process.stderr.write(`${message.text()}\n`));
  // One stands between page and engine at a time.
  const inbound = several === 'five' ? undefined : await inboundBefore(page);
  if (!inbound) await drawnBefore(page, Date.now());
  await page.goto(server.link);
  if (!used) await page.locator('li:has(a[href^="#/work/"])').nth(5).waitFor({ timeout: FIRST_TASKS_MS });
  if (readme) await makeFull(page);
  const wanted = used ? used.places : readme ? README : named.length > 0 ? named : PLACES;
  for (const place of wanted.filter((each) => inbound || !each.startsWith('inbound/'))) {
    const [part, state] = place.split('/');
    const shown = part === 'inbound' ? await inboundShown(state, Date.now()) : undefined;
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      `#/${shown ? 'network' : place}`,
    );
    await page.locator('h1').waitFor();
    if (shown) await showInbound(page, inbound, shown);
    await page.waitForLoadState('networkidle');
    // What stands where something will be; a place that has one for good is shown with it.
    await page
      .waitForFunction(() => !document.querySelector('.appear-late'), undefined, { timeout: 5000 })
      .catch(() => {});
    for (const { name, ...media } of looks) {
      await page.emulateMedia(media);
      for (const width of widths) {
        await page.setViewportSize({ width, height: HEIGHT });
        const view = `${several ? `${several}-` : ''}${place.replace('/', '-')}-${name}-${width}${language === 'en' ? '' : `-${language}`}`;
        const path = join(folder, `${readme ? place : view}.png`);
        await page.screenshot({ path, fullPage: !readme && !OVER.includes(place) });
      }
    }
  }
  process.stdout.write(`${folder}\n`);
} finally {
  await browser.close();
  await server.stop();
  await made?.stop();
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
}

/** With its advice open, where it has some. */
async function showInbound(page, inbound, shown) {
  inbound.show(shown);
  await page.waitForLoadState('networkidle');
  const coach = page.locator('details').filter({ has: page.locator('option[value=fritzbox]') });
  if ((await coach.count()) > 0 && !(await coach.evaluate(({ open }) => open))) await coach.locator('summary').click();
  await page.evaluate(() => scrollTo(0, 0));
}

/** What somebody has who has used it for a while: hours of their own, and more than the first tasks. */
async function makeFull(page) {
  await page.evaluate(() => {
    location.hash = '#/availability';
  });
  const week = page.getByRole('region', { name: 'Your week' });
  await week.getByText('Type the hours instead').click();
  const hours = 'Mon-Fri 22:00-07:00 full\nMon-Fri 07:00-22:00 low\nSat-Sun 00:00-24:00 normal';
  await week.getByRole('textbox', { name: 'Hours, one line each' }).fill(hours);
  await week.getByRole('button', { name: 'Use these hours' }).click();
  await week.getByText('Type the hours instead').click();
  await page.getByRole('button', { name: 'Save hours' }).click();
  await page.evaluate(() => {
    location.hash = '#/home';
  });
  await page.getByText(/\b(?:[4-9]\d|\d{3,}) done/).waitFor({ timeout: FIRST_TASKS_MS });
}
