// Model servers by hand: one added, a wrong address, a key that never comes back, models in and out of memory, and servers whose
// names for things mean harm. In both hosts, with practice servers that speak their makes' real protocols.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { systemClock } from '../../src-main/base/clock.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../src-main/practice/model-server.ts';
import { FIRST_MS, PAGE_HOSTS, start, whyNot } from './support.ts';

const KEY = 'sk-ant-journey-never-shown-1';
/** Nothing listens there: the discard port of a computer that has none. */
const NOBODY = 'http://127.0.0.1:9';
const DOUBLE_CLICK_MS = 200;

interface Fixtures {
  readonly serve: (options: ModelServerOptions) => Promise<ModelServer>;
  readonly page: Page;
}

const card = (page: Page) => page.getByRole('main').getByRole('region', { name: 'Model servers' });
const serverAt = (page: Page, url: string) => card(page).getByRole('listitem').filter({ hasText: url }).first();

/** Opens the form, chooses the make and types the address. */
async function fillForm(page: Page, make: string, url: string) {
  await card(page).getByRole('button', { name: 'Add a server' }).click();
  const form = page.getByRole('dialog', { name: 'Add a model server' });
  await form.getByRole('combobox', { name: 'Type' }).selectOption(make);
  await form.getByLabel('Address').fill(url);
  return form;
}

for (const host of PAGE_HOSTS) {
  const test = base.extend<Fixtures>({
    serve: async ({}, use) => {
      const started: ModelServer[] = [];
      await use(async (options) => {
        const server = await startModelServer({ clock: systemClock }, options);
        started.push(server);
        return server;
      });
      for (const server of started) await server.stop();
    },
    page: async ({}, use) => {
      const reason = await whyNot(host);
      base.skip(reason !== undefined, reason);
      const data = mkdtempSync(join(tmpdir(), 'hearth-by-hand-'));
      const { page, close } = await start(host, data);
      await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible({ timeout: FIRST_MS });
      await page.getByRole('link', { name: 'Capacity', exact: true }).click();
      await use(page);
      await close();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  });

  test.describe(host, () => {
    test('a server is added by its address, its model goes into memory and out, and it is removed', async ({
      page,
      serve,
    }) => {
      // Else a task of the practice network may wake the model first.
      await page.getByRole('switch', { name: 'Sharing' }).click();
      const server = await serve({ shape: 'ollama', models: ['llama3.2:3b'] });
      const form = await fillForm(page, 'ollama', 'ftp://127.0.0.1/');
      await form.getByRole('button', { name: 'Add it' }).click();
      await expect(form).toContainText('The address must start with http:// or https://.');
      await form.getByLabel('Address').fill('http://me:secret@127.0.0.1:1');
      await expect(form).toContainText('No user name or password in the address');
      await form.getByLabel('Address').fill(server.url);
      await form.getByRole('button', { name: 'Add it' }).click();
      await expect(form).toHaveCount(0);

      const row = serverAt(page, server.url);
      const model = row.getByRole('listitem').filter({ hasText: 'llama3.2:3b' });
      await expect(model).toContainText('not in memory', { timeout: FIRST_MS });
      // A double click loads, and does not unload what has just been loaded.
      const load = model.getByRole('button', { name: /^Load/ });
      const second = await load.evaluateHandle((button: HTMLElement, afterMs) => {
        const clicked = Promise.withResolvers<void>();
        const again = () => {
          button.click();
          clicked.resolve();
        };
        button.addEventListener('click', () => setTimeout(again, afterMs), { once: true });
        return { clicked: clicked.promise };
      }, DOUBLE_CLICK_MS);
      await load.click();
      await second.evaluate(({ clicked }) => clicked);
      const unload = model.getByRole('button', { name: /^Unload/ });
      await expect(unload).toBeEnabled();
      await expect(model).toContainText('In memory after');
      await unload.click();
      await expect(model).toContainText(/not in memory|Out of memory after/);

      await row.getByRole('button', { name: /^Remove/ }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await expect(card(page)).not.toContainText(server.url);
    });

    test('an address at which nobody answers is told plainly, and is not added twice', async ({ page }) => {
      const form = await fillForm(page, 'openai', NOBODY);
      await form.getByRole('button', { name: 'Add it' }).click();
      await expect(form).toHaveCount(0);
      const row = serverAt(page, NOBODY);
      await expect(row).toContainText(
        'Nothing answers at http://127.0.0.1:9. Start the model server, or correct its address.',
        { timeout: FIRST_MS },
      );
      const again = await fillForm(page, 'openai', `${NOBODY}/`);
      await again.getByRole('button', { name: 'Add it' }).click();
      await expect(again).toContainText('This address is already listed.');
    });

    test('what costs money needs a budget and a key, and the key never comes back to the page', async ({
      page,
      serve,
    }) => {
      const server = await serve({ shape: 'anthropic', models: ['claude-practice'], apiKey: KEY });
      const heard: string[] = [];
      page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))));
      await page.reload();
      await page.getByRole('link', { name: 'Capacity', exact: true }).click();
      const form = await fillForm(page, 'anthropic', `${server.url}/v1`);
      await expect(form).toContainText('Anthropic charges for every token.');
      const use = form.getByRole('switch', { name: 'Use it' });
      await expect(use).not.toBeChecked();
      await use.click();
      await form.getByLabel('Key', { exact: true }).fill(KEY);
      await form.getByRole('button', { name: 'Add it' }).click();
      await expect(form).toContainText('Paid servers need a budget');
      await form.getByLabel('Tokens a day').fill('50 000');
      await form.getByRole('button', { name: 'Add it' }).click();
      await expect(form).toHaveCount(0);
      const row = serverAt(page, server.url);
      await expect(row).toContainText('claude-practice', { timeout: FIRST_MS });
      expect(server.requests().length).toBeGreaterThan(0);

      await row.getByRole('button', { name: /^Settings of Anthropic/ }).click();
      const edit = page.getByRole('dialog', { name: /^Settings of/ });
      await expect(edit.getByLabel('Key', { exact: true })).toHaveValue('');
      await expect(edit).toContainText('Leave empty to keep the current one.');
      expect(await page.content()).not.toContain(KEY);
      const told =
        host === 'console'
          ? heard.join()
          : await page.evaluate(async () => JSON.stringify(await window.hearth.invoke('settings.get', undefined)));
      expect(told).toContain('apiKeySet');
      expect(told).not.toContain(KEY);
    });

    test('names that mean harm are shown as text, and the page goes on', async ({ page, serve }) => {
      const harmful = '<img src=x onerror="window.harmed=1"><b>bold</b>';
      const turned = 'safe\u202Egnp.exe';
      const server = await serve({ shape: 'ollama', models: [harmful, turned, 'm'.repeat(1_000_000)] });
      const form = await fillForm(page, 'ollama', server.url);
      await form.getByRole('button', { name: 'Add it' }).click();
      const row = serverAt(page, server.url);
      await expect(row).toContainText(harmful.slice(0, 40), { timeout: FIRST_MS });
      const text = await page.getByRole('main').innerText();
      expect(text).not.toMatch(/[\u202A-\u202E]/);
      expect(text.length).toBeLessThan(100_000);
      expect(await page.evaluate(() => 'harmed' in window || document.querySelector('img, main b'))).toBeFalsy();
      await page.getByRole('link', { name: 'Home', exact: true }).click();
      await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
    });
  });
}
