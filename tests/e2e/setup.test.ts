// The first run, from an empty data folder: in few clicks and words, by keyboard alone, by mouse with a restart in the middle, and
// from a backup; each step with nothing for axe to find and whole on a small screen. The same bodies in console mode and in the desktop app.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { systemClock } from '../../src-main/base/clock.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../src-main/practice/model-server.ts';
import { axe, axeInColours } from './axe.ts';
import { countEffort } from './effort.ts';
import { FIRST_MS, HOSTS, PAGE_HOSTS, type Started, start, whyNot } from './support.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');
const PASSPHRASE = 'a warm hearth in winter';
const STEPS = [
  ['found', 'Found on this computer'],
  ['gently', 'How gently'],
  ['join', 'Join a network'],
  ['ready', 'Ready'],
] as const;

/** As the plan for the pages has it: the whole first run, with care and without. */
const MOST_WORDS = 350;
const CLICKS_WITH_CARE = 10;
const CLICKS = 5;

interface Status {
  readonly node: { readonly sharing: boolean };
  readonly work: { readonly today: { readonly done: number } };
  readonly networks: readonly {
    readonly enabled: boolean;
    readonly detail: { readonly listening: string | null };
    readonly nodeId: string | null;
  }[];
}

async function hearth(data: string, ...words: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [CLI, ...words, '--data', data])).stdout;
}

async function status(data: string): Promise<Status> {
  return JSON.parse(await hearth(data, 'status', '--json')) as Status;
}

/** What no first run asks for and a test needs: ports that are free, and nobody told. */
async function stayAtHome(data: string): Promise<void> {
  await hearth(data, 'settings', 'set', 'networks.iicp.bind', '127.0.0.1');
  await hearth(data, 'settings', 'set', 'networks.iicp.port', '0');
}

const heading = (page: Page) => page.getByRole('main').getByRole('heading', { level: 1 });
const named = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** A desktop of X11's own kind, on which nobody has touched the keyboard for an hour; its program for that is in `folder`. */
function readableIdle(folder: string): Record<string, string> {
  writeFileSync(join(folder, 'xprintidle'), '#!/bin/sh\necho 3600000\n', { mode: 0o755 });
  return { HEARTH_SENSORS: '', DISPLAY: ':99', WAYLAND_DISPLAY: '', PATH: `${folder}${delimiter}${process.env.PATH}` };
}

/** A server on a busy computer may answer too late for one search: the user searches again. */
async function foundAtLast(page: Page, again: () => Promise<void>): Promise<void> {
  const list = page.getByRole('list', { name: 'Model servers' });
  await expect(async () => {
    if (!(await list.isVisible())) await again();
    await expect(list).toContainText('Ollama');
  }).toPass();
}

/** At a step: its heading says so, and has the focus. */
async function at(page: Page, title: string): Promise<void> {
  const number = STEPS.findIndex(([, name]) => name === title) + 1;
  await expect(heading(page)).toHaveText(`Step ${number} of ${STEPS.length} ${title}`, { timeout: FIRST_MS });
  await expect(heading(page)).toBeFocused();
}

/** Tab by tab, as somebody without a mouse goes there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`the keyboard does not come to ${String(target)}`);
}

async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, named(page, name));
  await page.keyboard.press('Enter');
}

for (const host of HOSTS) {
  const test = base.extend<{
    folder: () => string;
    serve: (options: ModelServerOptions) => Promise<ModelServer>;
    open: (data: string, ollama?: ModelServer, env?: Record<string, string>) => Promise<Started & { errors: string[] }>;
  }>({
    folder: async ({}, use) => {
      const folders: string[] = [];
      await use(() => {
        folders.push(mkdtempSync(join(tmpdir(), 'hearth-setup-')));
        return folders.at(-1)!;
      });
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    serve: async ({}, use) => {
      const servers: ModelServer[] = [];
      await use(async (options) => {
        servers.push(await startModelServer({ clock: systemClock }, options));
        return servers.at(-1)!;
      });
      for (const server of servers) await server.stop();
    },
    open: async ({}, use) => {
      const reason = await whyNot(host);
      base.skip(reason !== undefined, reason);
      const opened: Started[] = [];
      await use(async (data, ollama, more) => {
        // Tests run on laptops too, on battery and on the train; and they look for Ollama where theirs is.
        const env = {
          HEARTH_SENSORS: 'none',
          HEARTH_REACHABILITY: 'none',
          OLLAMA_HOST: ollama ? `127.0.0.1:${new URL(ollama.url).port}` : '127.0.0.1:9',
          ...more,
        };
        const app = await start(host, data, { args: [], env });
        opened.push(app);
        const errors: string[] = [];
        app.page.on('pageerror', (error) => errors.push(error.message));
        app.page.on('console', (message) => {
          if (message.type() === 'error') errors.push(message.text());
        });
        return { ...app, errors, close: async () => void (await opened.splice(opened.indexOf(app), 1)[0]?.close()) };
      });
      for (const app of opened) await app.close();
    },
  });

  test.describe(host, () => {
    test('is the first thing that is seen: no page stands there before it', async ({ folder, open }) => {
      const { page } = await open(folder());
      await at(page, 'Found on this computer');
      await page.addInitScript(() => {
        const seen: string[] = [];
        Object.assign(window, { seen });
        new MutationObserver((changes) => {
          for (const { addedNodes } of changes) {
            for (const node of addedNodes) if (node instanceof Element) seen.push(node.outerHTML);
          }
        }).observe(document, { childList: true, subtree: true });
      });
      // As in a browser that has not been here yet.
      await page.evaluate(() => {
        localStorage.clear();
        history.replaceState(null, '', location.pathname);
      });
      await page.reload();
      await at(page, 'Found on this computer');
      const seen = await page.evaluate(() => (window as Window & { seen?: string[] }).seen ?? []);
      expect(seen.some((html) => html.includes('Found on this computer'))).toBe(true);
      expect(seen.filter((html) => /<nav|role="switch"/.test(html))).toEqual([]);
    });

    test('goes from an empty folder to a node that serves, by keyboard alone', async ({ folder, serve, open }) => {
      const models = ['llama3.2:3b', 'nomic-embed-text:latest'];
      // Slow enough to be seen at work.
      const ollama = await serve({ shape: 'ollama', models, loaded: models, delayMs: 200 });
      const others = [
        { make: 'LM Studio', server: await serve({ shape: 'lmstudio', models: ['qwen3-8b'] }) },
        { make: 'vLLM', server: await serve({ shape: 'vllm', models: ['gpt-oss-20b'] }) },
      ];
      const data = folder();
      const { page, confirmed, errors } = await open(data, ollama);
      await at(page, 'Found on this computer');
      await expect(page.getByRole('navigation')).toHaveCount(0);
      await page.keyboard.press('F1');
      await expect(page.getByRole('dialog', { name: 'Help: Setup' })).toContainText('four screens');
      await page.keyboard.press('Escape');
      const list = page.getByRole('list', { name: 'Model servers' });
      await foundAtLast(page, () => press(page, 'Search again'));
      for (const { make, server } of others) {
        await press(page, 'Add a server');
        const form = page.getByRole('dialog');
        await tabTo(page, form.getByRole('combobox', { name: 'Type' }));
        await page.keyboard.type(make);
        await tabTo(page, form.getByRole('textbox', { name: 'Address' }));
        await page.keyboard.press('Control+a');
        await page.keyboard.type(server.url);
        await page.keyboard.press('Enter');
        await expect(form).toHaveCount(0);
        await expect(list).toContainText(new URL(server.url).host);
      }
      await press(page, 'Next');

      // Nothing of this desktop can be read: nights stand in for being away, which can't be chosen and says so.
      await at(page, 'How gently');
      await expect(page.getByRole('radio', { name: /^When I’m away/ })).toBeDisabled();
      await expect(page.getByText('can’t be read here; choose hours')).toBeVisible();
      await expect(
        page.getByText(/^Can’t be read here: battery, metered connection,? and full-screen apps/),
      ).toBeVisible();
      await expect(page.getByText(/^Temperatures can’t be read here/)).toBeVisible();
      await expect(page.getByRole('radio', { name: /^Nights/ })).toBeChecked();
      await expect(page.getByRole('radio', { name: /^Quiet/ })).toBeChecked();
      await tabTo(page, page.getByRole('radio', { name: /^Quiet/ }));
      await page.keyboard.press('ArrowRight');
      await expect(page.getByRole('radio', { name: /^Balanced/ })).toBeChecked();
      await tabTo(page, page.getByRole('radio', { name: /^Nights/ }));
      await page.keyboard.press('ArrowRight');
      await expect(page.getByRole('radio', { name: 'Always' })).toBeChecked();
      await tabTo(page, page.locator('summary').filter({ hasText: 'Fine-tune' }));
      await page.keyboard.press('Enter');
      const tasks = page.getByRole('slider', { name: 'Tasks at once' });
      await expect(tasks).toHaveValue('2');
      await expect(page.getByRole('slider', { name: 'Graphics card no warmer than' })).toBeDisabled();
      await tabTo(page, tasks);
      await page.keyboard.press('ArrowRight');
      await expect(tasks).toHaveAttribute('aria-valuetext', '3 tasks');
      await press(page, 'Next');
      await expect.poll(() => hearth(data, 'settings', 'get', 'capacity.maxConcurrent')).toContain('3');

      await at(page, 'Join a network');
      await stayAtHome(data);
      const join = page.getByRole('checkbox', { name: /^Join IICP/ });
      await expect(join).not.toBeChecked();
      await tabTo(page, page.locator('summary').filter({ hasText: 'Kinds of tasks' }));
      await page.keyboard.press('Enter');
      const speech = page.getByRole('switch', { name: 'Take: Speech' });
      await tabTo(page, speech);
      await page.keyboard.press('Space');
      await expect(speech).not.toBeChecked();
      await tabTo(page, join);
      await page.keyboard.press('Space');
      await expect(join).toBeChecked();
      await press(page, 'Next');

      await at(page, 'Ready');
      await expect(page.getByRole('progressbar', { name: 'Rehearsal' })).toBeVisible();
      await expect(page.getByText('It works.').first()).toBeVisible({ timeout: FIRST_MS });
      await press(page, 'Back up now');
      await tabTo(page, page.getByLabel('Passphrase', { exact: true }));
      await page.keyboard.type(PASSPHRASE);
      await page.keyboard.press('Tab');
      await page.keyboard.type(`${PASSPHRASE}?`);
      await press(page, 'Make a backup and prove it');
      await expect(page.getByText('The two are not the same.')).toBeVisible();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Control+a');
      await page.keyboard.type(PASSPHRASE);
      await page.keyboard.press('Enter');
      await confirmed();
      await expect(page.getByText('The backup works.')).toBeVisible({ timeout: FIRST_MS });
      await page.keyboard.press('Escape');
      expect((await status(data)).networks[0]).toMatchObject({ enabled: false, detail: { listening: null } });
      await tabTo(page, page.locator('summary').filter({ hasText: 'What was looked at' }));
      await page.keyboard.press('Enter');
      await expect(page.getByRole('listitem').filter({ hasText: 'Nothing of it is left: works' })).toBeVisible();
      await expect(page.getByRole('switch', { name: 'Open at login' })).toHaveCount(host === 'desktop' ? 1 : 0);
      if (host === 'desktop') {
        await expect(page.getByRole('switch', { name: 'Open at login' })).not.toBeChecked();
      }
      await press(page, 'Start sharing');
      await expect(page.getByText('Sharing has begun.')).toBeVisible();
      expect(new URL(page.url()).hash).toBe('#/home');

      await expect
        .poll(async () => (await status(data)).networks[0]?.detail.listening, { timeout: FIRST_MS })
        .toBeTruthy();
      const before = await status(data);
      expect(before.node.sharing).toBe(true);
      const reply = await fetch(`http://${before.networks[0]!.detail.listening}/v1/task`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          task_id: 'the-first-task',
          intent: 'urn:iicp:intent:llm:chat:v1',
          payload: { messages: [{ role: 'user', content: 'Good evening, hearth.' }], max_tokens: 12 },
        }),
      });
      expect(reply.status).toBe(200);
      await expect.poll(async () => (await status(data)).work.today.done).toBe(1);
      expect(errors).toEqual([]);
    });

    test('begins with a backup, and is the same node then', async ({ folder, serve, open }) => {
      const ollama = await serve({ shape: 'ollama', models: ['llama3.2:3b'] });
      const [lost, fresh] = [folder(), folder()];
      const before = await open(lost, ollama);
      await at(before.page, 'Found on this computer');
      await stayAtHome(lost);
      await hearth(lost, 'settings', 'set', 'networks.iicp.enabled', 'true');
      await expect.poll(async () => (await status(lost)).networks[0]?.nodeId, { timeout: FIRST_MS }).toBeTruthy();
      const { nodeId } = (await status(lost)).networks[0]!;
      await before.page.evaluate(() => {
        location.hash = '#/settings/identity';
      });
      await before.page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
      await before.page.getByLabel('Once more').fill(PASSPHRASE);
      await named(before.page, 'Make a backup and prove it').click();
      await before.confirmed();
      await expect(before.page.getByText('The backup works.')).toBeVisible({ timeout: FIRST_MS });
      await before.close();
      const [file] = readdirSync(join(lost, 'backups')).filter((name) => name.endsWith('.hearth-backup'));

      const { page, confirmed, errors } = await open(fresh, ollama);
      await at(page, 'Found on this computer');
      await named(page, 'I have a backup').click();
      const dialog = page.getByRole('dialog', { name: 'Restore a backup' });
      await dialog.getByRole('button', { name: 'Look into it' }).click();
      await expect(dialog).toContainText('Choose the file first');
      await dialog.getByLabel('Backup file').setInputFiles(join(lost, 'backups', file!));
      await dialog.getByLabel('Its passphrase').fill('another one');
      await dialog.getByRole('button', { name: 'Look into it' }).click();
      await expect(dialog.getByRole('alert').filter({ hasText: 'That is not the passphrase' })).toBeVisible({
        timeout: FIRST_MS,
      });
      await dialog.getByLabel('Its passphrase').fill(PASSPHRASE);
      await dialog.getByRole('button', { name: 'Look into it' }).click();
      await expect(dialog).toContainText(nodeId!, { timeout: FIRST_MS });
      expect(await axe(page), 'the restore').toEqual([]);
      await dialog.getByRole('button', { name: 'Restore this backup' }).click();
      await confirmed();
      await expect(page.getByText('The backup is restored.')).toBeVisible({ timeout: FIRST_MS });
      expect(new URL(page.url()).hash).toBe('#/home');
      await expect.poll(async () => (await status(fresh)).networks[0]?.nodeId, { timeout: FIRST_MS }).toBe(nodeId);
      expect(errors).toEqual([]);
    });

    // The same in both.
    if (!PAGE_HOSTS.includes(host)) return;

    test('takes five clicks, ten with care, and 350 words in all', async ({ folder, serve, open }) => {
      const models = ['llama3.2:3b', 'nomic-embed-text:latest'];
      const ollama = await serve({ shape: 'ollama', models, loaded: models });
      const [hasty, careful] = [folder(), folder()];
      const quick = await open(hasty, ollama, readableIdle(folder()));
      await at(quick.page, 'Found on this computer');
      await foundAtLast(quick.page, () => named(quick.page, 'Search again').click());
      await stayAtHome(hasty);
      const effort = await countEffort(quick.page);
      await effort.read();
      await named(quick.page, 'Next').click();
      await at(quick.page, 'How gently');
      await expect(quick.page.getByRole('radio', { name: /^Quiet/ })).toBeChecked();
      await expect(quick.page.getByRole('radio', { name: /^When I’m away/ })).toBeChecked();
      await effort.read();
      await named(quick.page, 'Next').click();
      await at(quick.page, 'Join a network');
      await quick.page.getByRole('checkbox', { name: 'Join IICP when I start' }).click();
      await effort.read();
      await named(quick.page, 'Next').click();
      await at(quick.page, 'Ready');
      await expect(quick.page.getByText('It works.').first()).toBeVisible({ timeout: FIRST_MS });
      await expect(quick.page.getByText('Whether others can reach this computer isn’t known.')).toBeVisible();
      await effort.read();
      await named(quick.page, 'Start sharing').click();
      await expect(quick.page.getByText('Sharing has begun.')).toBeVisible();
      expect(await effort.clicks()).toBeLessThanOrEqual(CLICKS);
      expect(effort.words()).toBeLessThanOrEqual(MOST_WORDS);
      const chosen = await Promise.all(
        ['capacity.maxConcurrent', 'storage.megabytes', 'availability.idle', 'setup.consents'].map((path) =>
          hearth(hasty, 'settings', 'get', path),
        ),
      );
      expect(chosen.map((text) => text.trim())).toEqual([
        '1',
        '512',
        '{"on":true,"minutes":10}',
        expect.stringMatching(/^\[\{"network":"iicp","version":\d+,"at":\d+\}\]$/),
      ]);
      expect(quick.errors).toEqual([]);
      await quick.close();

      const slow = await open(careful, ollama, readableIdle(folder()));
      await at(slow.page, 'Found on this computer');
      await foundAtLast(slow.page, () => named(slow.page, 'Search again').click());
      await stayAtHome(careful);
      const care = await countEffort(slow.page);
      await named(slow.page, 'Next').click();
      await slow.page.getByRole('radio', { name: /^Balanced/ }).click();
      await slow.page.getByRole('radio', { name: /^Nights/ }).click();
      await named(slow.page, 'Next').click();
      await slow.page.getByText('Change the price').click();
      await slow.page.getByRole('switch', { name: 'Free' }).click();
      await slow.page.getByRole('button', { name: /free/i }).last().click();
      await slow.page.getByRole('checkbox', { name: 'Join IICP when I start' }).click();
      await named(slow.page, 'Next').click();
      await expect(slow.page.getByText('It works.').first()).toBeVisible({ timeout: FIRST_MS });
      await slow.page.getByRole('button', { name: /^Start at 22:00/ }).click();
      await expect(slow.page.getByText(/^Sharing begins at .*22:00/)).toBeVisible();
      expect(await care.clicks()).toBeLessThanOrEqual(CLICKS_WITH_CARE);
      await expect.poll(() => hearth(careful, 'settings', 'get', 'pricing.iicp.multiplier')).toBe('0\n');
      expect(slow.errors).toEqual([]);
    });

    test('is left and goes back, and goes on after a restart, by mouse', async ({ folder, serve, open }) => {
      const ollama = await serve({ shape: 'ollama', models: ['llama3.2:3b'] });
      const data = folder();
      const first = await open(data, ollama);
      await at(first.page, 'Found on this computer');
      await foundAtLast(first.page, () => named(first.page, 'Search again').click());
      await named(first.page, 'Next').click();
      await at(first.page, 'How gently');
      await first.page.getByText('Fine-tune').click();
      await first.page.getByRole('slider', { name: 'Disk space for tasks and earnings' }).fill('3');
      await named(first.page, 'Back').click();
      await at(first.page, 'Found on this computer');
      await named(first.page, 'Next').click();
      await at(first.page, 'How gently');
      await first.page.getByText('Fine-tune').click();
      await expect(first.page.getByRole('slider', { name: 'Disk space for tasks and earnings' })).toHaveValue('3');
      await first.page.getByRole('radio', { name: /^Quiet/ }).click();
      await expect(first.page.getByRole('radio', { name: /^Quiet/ })).toBeChecked();

      await first.page.getByRole('radio', { name: 'My hours' }).click();
      const week = first.page.getByRole('region', { name: 'Your week' });
      await week.getByRole('button', { name: 'Fill in' }).click();
      await first.page.getByRole('menuitem', { name: 'Weekend' }).click();
      await expect(week).toContainText('48 of 168 hours a week.');
      await first.page.getByRole('radio', { name: 'Always' }).click();
      await named(first.page, 'Next').click();
      await at(first.page, 'Join a network');
      await first.page.getByRole('checkbox', { name: /^Join IICP/ }).check();
      await expect.poll(() => hearth(data, 'settings', 'get', 'setup.networks')).toContain('iicp');
      await named(first.page, 'Finish later').click();
      await first.page.getByRole('link', { name: /setup/i }).first().click();
      await at(first.page, 'Join a network');
      expect(first.errors).toEqual([]);
      await first.close();

      const second = await open(data, ollama);
      await at(second.page, 'Join a network');
      await expect(second.page.getByRole('checkbox', { name: /^Join IICP/ })).toBeChecked();
      await stayAtHome(data);
      await named(second.page, 'Back').click();
      await at(second.page, 'How gently');
      await expect(second.page.getByRole('radio', { name: 'Always' })).toBeChecked();
      await named(second.page, 'Next').click();
      await at(second.page, 'Join a network');
      await named(second.page, 'Next').click();
      await at(second.page, 'Ready');
      await expect(second.page.getByRole('region', { name: 'What you chose' })).toContainText('IICP');
      // In an hour and a half, as the clock of the wall has it: a pause until then, which the next start still finds.
      const later = new Date(Date.now() + 90 * 60_000);
      const time = `${String(later.getHours()).padStart(2, '0')}:${String(later.getMinutes()).padStart(2, '0')}`;
      await second.page.getByText('Another time').click();
      await second.page.getByLabel('Start at', { exact: true }).fill(time);
      await named(second.page, `Start at ${time}`).click();
      await expect(second.page.getByText(`Sharing begins at ${time}.`)).toBeVisible();
      await expect.poll(async () => (await status(data)).networks[0]?.enabled, { timeout: FIRST_MS }).toBe(true);
      expect(second.errors).toEqual([]);
      await second.close();

      const third = await open(data, ollama);
      await expect(third.page.getByRole('switch', { name: 'Sharing' })).toBeVisible({ timeout: FIRST_MS });
      expect((await status(data)).node).toMatchObject({
        sharing: true,
        state: 'paused',
        sentence: `Paused until ${time}`,
      });
      await expect(third.page.getByRole('navigation').locator('[aria-current="page"]')).toHaveText('Home');
      await third.page.keyboard.press('Control+k');
      await third.page.keyboard.type('setup');
      await third.page.keyboard.press('Enter');
      await at(third.page, 'Found on this computer');
      await named(third.page, 'Finish later').click();
      await third.page.evaluate(() => {
        location.hash = '#/settings';
      });
      await third.page.getByRole('link', { name: 'Run setup again' }).click();
      await at(third.page, 'Found on this computer');
      expect(third.errors).toEqual([]);
    });

    test('joins from the Network page on the same terms, once agreed to', async ({ folder, serve, open }) => {
      const data = folder();
      const { page, errors } = await open(data, await serve({ shape: 'ollama', models: ['llama3.2:3b'] }));
      await at(page, 'Found on this computer');
      await stayAtHome(data);
      await named(page, 'Finish later').click();
      await page.evaluate(() => {
        location.hash = '#/network';
      });
      const joined = page.getByRole('switch', { name: /IICP/ }).first();
      // The switch leads to the terms, and joins nothing by itself.
      await joined.click();
      const terms = page.getByRole('tabpanel').filter({ hasText: 'learns your public address' });
      await expect(terms).toBeVisible();
      expect(await axe(page), 'the terms').toEqual([]);
      await expect(joined).not.toBeChecked();
      expect(await hearth(data, 'settings', 'get', 'setup.consents')).toBe('[]\n');
      const agree = terms.getByRole('button', { name: 'Agree and join IICP' });
      await agree.click();
      await expect(joined).toBeChecked();
      expect(await hearth(data, 'settings', 'get', 'setup.consents')).toContain('"network":"iicp"');
      await joined.click();
      await expect(joined).not.toBeChecked();
      await joined.click();
      await expect(joined).toBeChecked();
      await expect(agree).toHaveCount(0);
      expect(errors).toEqual([]);
    });

    test('has nothing for axe to find and is whole on a small screen, step by step', async ({
      folder,
      serve,
      open,
    }) => {
      const { page } = await open(folder(), await serve({ shape: 'ollama', models: ['llama3.2:3b'] }));
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await at(page, 'Found on this computer');
      for (const [id, title] of STEPS) {
        await page.evaluate((step) => {
          location.hash = `#/setup/${step}`;
        }, id);
        await at(page, title);
        if (id === 'gently') await page.getByText('Fine-tune').click();
        if (id === 'gently') await page.getByRole('radio', { name: 'My hours' }).click();
        if (id === 'join') {
          await page.getByRole('checkbox', { name: /^Join IICP/ }).check();
          // Terms of further networks are read by those who want them.
          await page.getByText('Spatial jobs, such as mapping rooms.').click();
          await expect(page.getByRole('checkbox', { name: 'Join Posemesh when I start' })).not.toBeChecked();
          for (const more of ['Change the price', 'Connection', 'Kinds of tasks'])
            await page.getByText(more, { exact: true }).click();
        }
        if (id === 'ready') {
          await expect(page.getByText('It works.').first()).toBeVisible({ timeout: FIRST_MS });
          await page.getByText('What was looked at').first().click();
          await page.getByText('Another time').click();
        }
        expect(await axeInColours(page), id).toEqual([]);
        for (const [width, dir] of [
          [320, 'ltr'],
          [900, 'rtl'],
          [1280, 'ltr'],
        ] as const) {
          await page.setViewportSize({ width, height: 640 });
          await page.evaluate((direction) => {
            document.documentElement.dir = direction;
          }, dir);
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(over, `${id} at ${width}`).toBeLessThanOrEqual(0);
        }
      }
    });
  });
}
