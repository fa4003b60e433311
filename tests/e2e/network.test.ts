// A network joined, its settings in place, and its history: a heartbeat that failed, and the one after it. With a directory that
// fails when it is told to. In console mode and in the desktop app.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { type Directory, startDirectory } from '../../src-main/practice/iicp/directory.ts';
import { startModelServer } from '../../src-main/practice/model-server.ts';
import { axeInColours } from './axe.ts';
import { confirmedInTerminal, FIRST_MS, leaveFirstRun, PAGE_HOSTS, start, whyNot } from './support.ts';

const own = { clock: systemClock, random: systemRandom };
/** A first heartbeat comes half a minute after a node was listed; the next ones as soon as a directory may ask for them. */
const BEAT_MS = 60_000;

const main = (page: Page) => page.getByRole('main');

for (const host of PAGE_HOSTS) {
  const test = base.extend<{ directory: Directory; page: Page }>({
    directory: async ({}, use) => {
      const directory = await startDirectory(own, { allowPrivateEndpoints: true, dialBack: false, nextHeartbeatMs: 1 });
      await use(directory);
      await directory.stop();
    },
    page: async ({}, use) => {
      const reason = await whyNot(host);
      base.skip(reason !== undefined, reason);
      const data = mkdtempSync(join(tmpdir(), 'hearth-network-'));
      const model = await startModelServer(own, { shape: 'ollama' });
      const { page, close } = await start(host, data, { args: [], env: { OLLAMA_HOST: model.url } });
      await leaveFirstRun(page);
      await use(page);
      await close();
      await model.stop();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  });

  test.describe(host, () => {
    test('a network is joined by its switch, and its history tells of a failed heartbeat and the next one', async ({
      page,
      directory,
    }) => {
      await page.evaluate(() => {
        location.hash = '#/network';
      });
      const card = main(page).getByRole('region', { name: 'IICP', exact: true });
      const history = main(page).getByRole('region', { name: 'IICP activity' });
      const tab = (name: string) => card.getByRole('tab', { name, exact: true }).click();
      const technical = () => card.getByText('Technical', { exact: true }).click();
      await expect(card).toContainText('It is switched off.');
      await technical();
      await expect(history).toContainText('Nothing has happened yet.');
      await tab('Settings');
      const type = async (label: string, value: string) => {
        await card.getByLabel(label, { exact: true }).fill(value);
        await page.keyboard.press('Enter');
      };
      await type('Address of the directory', directory.url);
      await type('Listens on', '127.0.0.1');
      await type('Port', '0');
      // What is no address is refused, and stays to be mended.
      await type('Public address of this computer', 'nowhere');
      await expect(page.getByRole('alert').filter({ hasText: 'address' })).toBeVisible();
      await expect(card.getByLabel('Public address of this computer')).toHaveValue('nowhere');
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await type('Public address of this computer', 'http://127.0.0.1:9484');
      // The switch leads to what is agreed to, and joins nothing by itself.
      const joined = card.getByRole('switch', { name: 'Take part in IICP' });
      await joined.click();
      await expect(card).toContainText('Electricity and your internet connection. No fee, no deposit.');
      await expect(joined).not.toBeChecked();
      await card.getByRole('button', { name: 'Agree and join IICP' }).click();
      await expect(joined).toBeChecked();
      await expect(card).toContainText('Online', { timeout: FIRST_MS });
      await technical();
      const [node] = directory.nodes();
      await expect(card).toContainText(node!.nodeId);
      await expect(history.getByRole('row').filter({ hasText: 'Registered' })).toBeVisible();

      await tab('Settings');
      // Another key for what clients seal, told to the directory at once.
      const keyOf = () => directory.nodes()[0]!.registration.cx_public_key;
      const before = keyOf();
      await card.getByRole('button', { name: 'Replace the key' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Replace the key' }).click();
      if (host === 'console') await confirmedInTerminal(page);
      await expect(page.getByText('The key was replaced.')).toBeVisible({ timeout: FIRST_MS });
      await expect.poll(keyOf, { timeout: FIRST_MS }).not.toEqual(before);
      // What opens more: peers beside the facts, and the rules for parts of split work.
      await card.getByRole('switch', { name: 'Exchange peers with other nodes' }).click();
      await tab('Overview');
      await technical();
      await expect(card).toContainText('none has answered yet');
      await tab('Settings');
      await card.getByRole('switch', { name: /Apply rules to parts of work/ }).click();
      await expect(card.getByLabel('Parts at once')).toHaveValue('2');
      await card.getByRole('switch', { name: 'Tell the directory whose node this is' }).click();
      await type('Name of the operator', 'Ada');
      await expect
        .poll(() => directory.nodes()[0]!.registration.operator_display_name, { timeout: FIRST_MS })
        .toBe('Ada');

      await tab('Overview');
      await technical();
      await expect(card).toContainText(/saw this computer .*ago/);
      const failed = history.getByRole('row').filter({ hasText: /failed/ });
      await expect(history.getByRole('row').filter({ hasText: /^Heartbeat/ })).toContainText('ms', {
        timeout: BEAT_MS,
      });
      directory.fault({ status: 500 }, { route: '/v1/heartbeat' });
      await expect(failed).toBeVisible({ timeout: BEAT_MS });
      await expect(card.getByText(/The next try is/)).toBeVisible();
      directory.fault(null);
      // The newest row is a heartbeat again, above the one that failed.
      await expect(history.getByRole('row').nth(1)).toContainText(/Heartbeat(?! failed)/, { timeout: BEAT_MS });
      await history.getByRole('combobox', { name: 'Shown' }).selectOption('failures');
      await expect(history.getByRole('row')).toHaveCount(2);
      await expect(failed).toBeVisible();

      expect(await axeInColours(page)).toEqual([]);
      await page.setViewportSize({ width: 320, height: 640 });
      const widths = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(widths[0]).toBeLessThanOrEqual(widths[1]!);

      await joined.click();
      await expect(card).toContainText('It is switched off.', { timeout: FIRST_MS });
      await history.getByRole('combobox', { name: 'Shown' }).selectOption('all');
      await expect(history.getByRole('row').nth(1)).toContainText('Gave up its place', { timeout: FIRST_MS });
    });
  });
}
