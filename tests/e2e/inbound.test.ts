// How others reach this computer, on the pages: each way that it can be, as the real service tells it, with its advice, test and
// report; with nothing for axe to find, whole at 320 px, and by keyboard alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { launchConsole, openBrowser } from '../host/console.ts';
import { INBOUND_STATES, type InboundState, inboundShown } from '../support/inbound-states.ts';
import { axe, axeInColours } from './axe.ts';
import { type InboundBefore, inboundBefore } from './inbound-page.ts';
import { FIRST_MS, whyNot } from './support.ts';

interface Opened {
  readonly page: Page;
  readonly inbound: InboundBefore;
  readonly errors: string[];
}

/** What each says: the sentence, the links of the chain, and what to do. */
const SAYS: Record<InboundState, readonly [sentence: RegExp, chain: readonly string[], advice?: RegExp]> = {
  off: [/can’t be reached from outside/, ['Not asked', 'Not asked', 'No', 'Not asked'], /forward the port there/],
  looking: [/Finding out how others/, ['Yes', 'Not yet', 'Not yet', 'Not asked']],
  reached: [/through your router/, ['Yes', 'Yes', 'Yes', 'Yes']],
  unproven: [/not yet confirmed from outside/, ['Yes', 'Yes', 'Not yet', 'Not yet']],
  'not-reached': [
    /can’t be reached from outside/,
    ['Yes', 'Yes', 'No', 'Not yet'],
    /Check the firewall of this computer/,
  ],
  refused: [
    /can’t be reached from outside/,
    ['Yes', 'No', 'No', 'Not asked'],
    /Allow programs to open ports in its settings/,
  ],
  cgnat: [
    /can’t be reached from outside/,
    ['Yes', 'No', 'Not yet', 'Not yet'],
    /Use a relay, or ask the provider for a public IPv4/,
  ],
  'double-nat': [/can’t be reached from outside/, ['Yes', 'No', 'No', 'Not yet'], /bridge mode/],
  'no-router': [/can’t be reached from outside/, ['No', 'Not asked', 'No', 'Not asked'], /network cable or the Wi-Fi/],
  tunnel: [/by a tunnel that runs here/, ['Yes', 'No', 'Yes', 'Not asked']],
  forwarded: [/through your router/, ['Yes', 'Yes', 'Yes', 'Not needed']],
};

const test = base.extend<{ opened: Opened }>({
  opened: async ({}, use) => {
    const reason = await whyNot('console');
    base.skip(reason !== undefined, reason);
    const data = mkdtempSync(join(tmpdir(), 'hearth-inbound-'));
    const server = await launchConsole({ data, args: ['--practice'] });
    const browser = await openBrowser();
    const page = await (await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' })).newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    const inbound = await inboundBefore(page, await inboundShown('looking', Date.now()));
    await page.goto(server.link);
    await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible({ timeout: FIRST_MS });
    await use({ page, inbound, errors });
    await browser.close();
    await server.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  },
});

const card = (page: Page) => page.getByRole('main').getByRole('region', { name: 'Reached from outside' });
const coach = (page: Page) => card(page).getByText(/^Show me where in the (first )?router/);
/** Where menus of a router can help. */
const COACHED: ReadonlySet<InboundState> = new Set(['off', 'not-reached', 'refused', 'double-nat', 'tunnel']);

async function visit(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
}

/** Scrolled, a button may be half under the bar at the top, which is no fault of its size. */
const toTop = (page: Page) => page.evaluate(() => scrollTo(0, 0));

const MIDDLE = Math.ceil(INBOUND_STATES.length / 2);
for (const states of [INBOUND_STATES.slice(0, MIDDLE), INBOUND_STATES.slice(MIDDLE)]) {
  test(`each way that the way in can be reads as it is, is accessible, and fits a small screen: ${states.join(', ')}`, async ({
    opened,
  }) => {
    const { page, inbound, errors } = opened;
    await visit(page, 'network/router');
    for (const state of states) {
      inbound.show(await inboundShown(state, Date.now()));
      const [sentence, chain, advice] = SAYS[state];
      await expect(card(page).getByRole('status'), state).toHaveText(sentence);
      const links = card(page).locator('ol').first().locator(':scope > li');
      await expect(links, state).toHaveCount(4);
      for (const [index, word] of chain.entries()) await expect(links.nth(index), state).toContainText(word);
      if (advice) await expect(card(page), state).toContainText(advice);
      await expect(coach(page), state).toHaveCount(COACHED.has(state) ? 1 : 0);
      if (COACHED.has(state)) await coach(page).click();
      await toTop(page);
      expect(await axeInColours(page), state).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
      await page.setViewportSize({ width: 320, height: 640 });
      const widths = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(widths[0], state).toBeLessThanOrEqual(widths[1]!);
      // As tall as the whole page: a button half under the bar at the foot is scrolled clear of it, and not too small.
      await page.setViewportSize({ width: 320, height: 4000 });
      await toTop(page);
      expect(await axe(page), `${state}, small`).toEqual([]);
      await page.setViewportSize({ width: 1280, height: 860 });
      if (COACHED.has(state)) await coach(page).click();
    }
    expect(errors).toEqual([]);
  });
}

test('the status bar and Home say the same, with the proof and what is in the way', async ({ opened }) => {
  const { page, inbound, errors } = opened;
  const word = page.getByRole('banner').getByRole('link', { name: /^Reachability/ });
  const row = page.getByRole('main').getByRole('row').filter({ hasText: 'Router' });
  const needs = page.getByRole('main').getByRole('region', { name: 'Needs you' });
  await visit(page, 'home');
  await expect(word).toHaveText('Looking');
  inbound.show(await inboundShown('reached', Date.now()));
  await expect(word).toHaveText('Reachable');
  await expect(row).toContainText('Reachable');
  await expect(needs).toHaveCount(0);
  inbound.show(await inboundShown('cgnat', Date.now()));
  await expect(word).toHaveText('Not reachable');
  await expect(row).toContainText('Not reachable');
  // Its row leads to the proof: who tried, when, and what stands in the way.
  await row.getByRole('link').first().click();
  await expect(card(page)).toContainText('Your provider shares one public address among several customers');
  inbound.show(await inboundShown('reached', Date.now()));
  await expect(card(page)).toContainText('Others reach this computer through your router.');
  await expect(card(page)).toContainText(/directory\.example/);
  await word.click();
  await expect(page).toHaveURL(/#\/network$/);
  expect(errors).toEqual([]);
});

test('testing, the report, the coach and the steps work by keyboard alone', async ({ opened }) => {
  const { page, inbound, errors } = opened;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await visit(page, 'network/router');
  const refused = await inboundShown('refused', Date.now());
  inbound.show(refused);
  const button = card(page).getByRole('button', { name: 'Test now' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => inbound.asked).toEqual(['reachability.test']);
  await expect(button).toBeEnabled();
  await expect(button).toBeFocused();
  inbound.show({ ...refused, view: { ...refused.view, testing: true } });
  await expect(card(page).getByRole('button', { name: 'Testing…' })).toHaveAttribute('aria-disabled', 'true');
  inbound.show(refused);

  await page.keyboard.press('Tab');
  await expect(card(page).getByRole('button', { name: 'Copy report' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('The report is copied. Public addresses were left out.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(refused.report);

  await page.keyboard.press('Tab');
  await expect(card(page).getByRole('button', { name: 'Use a relay' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const router = card(page).getByRole('combobox', { name: 'Router' });
  // The router says what it is: its menus are there at once.
  await expect(router).toHaveValue('fritzbox');
  await expect(card(page)).toContainText('Permit independent port sharing for this device');
  await page.keyboard.press('Tab');
  await expect(router).toBeFocused();
  await page.keyboard.press('N');
  await expect(router).toHaveValue('netgear');
  await expect(card(page)).toContainText('ADVANCED › Advanced Setup › UPnP');
  await expect(card(page)).toContainText('192.168.178.20');

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(
    card(page).getByRole('listitem').filter({ hasText: 'It was decided which address others are given' }).first(),
  ).toBeVisible();
  // It turns green by itself.
  inbound.show(await inboundShown('reached', Date.now()));
  await expect(card(page).getByRole('status')).toHaveText('Others reach this computer through your router.');
  await expect(coach(page)).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('the way is drawn, and each of its stops opens what it rests on by keyboard', async ({ opened }) => {
  const { page, inbound, errors } = opened;
  await visit(page, 'network');
  const way = page.getByRole('main').getByRole('region', { name: 'How others reach you' });
  inbound.show(await inboundShown('refused', Date.now()));
  const router = way.getByRole('button', { name: /^Router/ });
  await expect(router).toContainText('Blocks tasks');
  await expect(way.getByRole('button', { name: /^Internet/ })).toContainText('Nothing gets in');
  await expect(way.getByRole('listitem').filter({ hasText: 'IICP' }).last()).toContainText('Online');
  await expect(card(page)).toHaveCount(0);
  // Where nothing gets in, what can be done about it is said beside the picture, not only behind one of its stops.
  const how = way.getByRole('link', { name: 'Show me how' });
  await how.click();
  await expect(page).toHaveURL(/#\/network\/router$/);
  await expect(how).toHaveCount(0);
  await router.click();
  await expect(card(page)).toHaveCount(0);
  await router.focus();
  await page.keyboard.press('Enter');
  await expect(router).toHaveAttribute('aria-expanded', 'true');
  await expect(card(page)).toContainText('Allow programs to open ports in its settings');
  await expect(page).toHaveURL(/#\/network\/router$/);
  await router.click();
  await expect(card(page)).toHaveCount(0);
  await way.getByRole('button', { name: /^You/ }).click();
  await expect(page.getByRole('main').getByRole('region', { name: 'This computer' })).toContainText('Ollama');
  inbound.show(await inboundShown('reached', Date.now()));
  await expect(router).toContainText('Open');
  expect(errors).toEqual([]);
});

test('the first run shows the links as they come, and offers a relay and the coach where nobody gets in', async ({
  opened,
}) => {
  const { page, inbound, errors } = opened;
  await visit(page, 'setup/join');
  const tried = page.getByRole('main');
  await expect(tried.getByText('Testing whether others can reach this computer…')).toBeVisible();
  inbound.show(await inboundShown('refused', Date.now()));
  await expect(tried.getByText('Your router is blocking tasks.')).toBeVisible();
  await tried.getByRole('button', { name: 'Show me how' }).click();
  await expect(tried.getByRole('combobox', { name: 'Router' })).toHaveValue('fritzbox');
  await tried.getByRole('button', { name: 'Use a relay' }).click();
  await expect(tried).toContainText('Relay on as fallback');
  await toTop(page);
  expect(await axe(page)).toEqual([]);
  inbound.show(await inboundShown('forwarded', Date.now()));
  await expect(tried.getByText('Others can reach this computer.')).toBeVisible();
  await tried.getByText('Connection', { exact: true }).click();
  await expect(tried).toContainText('forwarded by hand');
  await expect(tried.getByRole('combobox', { name: 'Router' })).toHaveCount(0);
  const hand = page.getByRole('main').getByRole('region', { name: 'Manual connection' });
  // The same button stands where the provider lets nobody in, and knows what was chosen.
  await visit(page, 'network/router');
  inbound.show(await inboundShown('cgnat', Date.now()));
  await expect(card(page).getByText('Relay on as fallback')).toHaveCount(1);
  // A router that says nothing of itself is looked at when its menus are: its page tells more than who made it.
  const refused = await inboundShown('refused', Date.now());
  const router = { ...refused.view.router!, name: null, model: null, maker: 'AVM' };
  inbound.show({ ...refused, view: { ...refused.view, router }, title: 'NETGEAR R7000' });
  await expect(coach(page)).toBeVisible();
  expect(inbound.asked).not.toContain('reachability.routerTitle');
  await coach(page).click();
  await expect(card(page).getByRole('combobox', { name: 'Router' })).toHaveValue('netgear');
  await hand.getByText('Set it by hand').click();
  const stun = hand.getByLabel('STUN servers');
  await stun.fill('nowhere');
  await stun.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'a server as host:port' })).toBeVisible();
  await expect(stun).toHaveValue('nowhere');
  await stun.fill('stun.example:3478, [2a00::1]:3478');
  await stun.press('Enter');
  await expect(stun).toHaveValue('stun.example:3478, [2a00::1]:3478');
  await hand.getByLabel('Address translation before it').selectOption('symmetric');
  await expect(hand.getByLabel('Address translation before it')).toHaveValue('symmetric');
  const minutes = hand.getByLabel('Ask the router again after, in minutes');
  await minutes.fill('31');
  await minutes.press('Enter');
  await expect(hand).toContainText('A whole number from 1 to 30');
  await hand.getByRole('switch', { name: 'Use a tunnel that runs here' }).click();
  await expect(hand.getByRole('switch', { name: 'Use a tunnel that runs here' })).not.toBeChecked();
  await toTop(page);
  expect(await axe(page)).toEqual([]);
  // The setting is refused for the one that fits no server, and that is the only thing that went wrong.
  expect(errors).toEqual([]);
});
