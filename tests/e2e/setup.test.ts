// The first run, from an empty data folder: by keyboard alone, by mouse with a restart in the middle, and from a backup; each
// step with nothing for axe to find and whole on a small screen. The same bodies in console mode and in the desktop app.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { systemClock } from '../../src-main/base/clock.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../src-main/practice/model-server.ts';
import { FIRST_MS, HOSTS, type Started, start, whyNot } from './support.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');
const PASSPHRASE = 'a warm hearth in winter';
const STEPS = [
  ['welcome', 'Welcome'],
  ['found', 'What we found'],
  ['computer', 'This computer'],
  ['when', 'When'],
  ['networks', 'Networks'],
  ['reach', 'Reaching you'],
  ['price', 'What it pays'],
  ['identity', 'Identity and backup'],
  ['safety', 'Safety'],
  ['rehearsal', 'Rehearsal'],
  ['live', 'Go live'],
] as const;

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

/** A server on a busy computer may answer too late for one search: the user searches again. */
async function foundAtLast(page: Page, again: () => Promise<void>): Promise<void> {
  const list = page.getByRole('list', { name: 'Model servers on this computer' });
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

async function clean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  expect(found, what).toEqual([]);
}

async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, named(page, name));
  await page.keyboard.press('Enter');
}

for (const host of HOSTS) {
  const test = base.extend<{
    folder: () => string;
    serve: (options: ModelServerOptions) => Promise<ModelServer>;
    open: (data: string, ollama?: ModelServer) => Promise<Started & { errors: string[] }>;
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
      await use(async (data, ollama) => {
        // Tests run on laptops too, on battery and on the train; and they look for Ollama where theirs is.
        const env = {
          HEARTH_SENSORS: 'none',
          HEARTH_REACHABILITY: 'none',
          OLLAMA_HOST: ollama ? `127.0.0.1:${new URL(ollama.url).port}` : '127.0.0.1:9',
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
    test('goes from an empty folder to a node that serves, by keyboard alone', async ({ folder, serve, open }) => {
      test.setTimeout(300_000);
      const models = ['llama3.2:3b', 'nomic-embed-text:latest'];
      // Slow enough to be seen at work.
      const ollama = await serve({ shape: 'ollama', models, loaded: models, delayMs: 200 });
      const others = [
        { make: 'LM Studio', server: await serve({ shape: 'lmstudio', models: ['qwen3-8b'] }) },
        { make: 'vLLM', server: await serve({ shape: 'vllm', models: ['gpt-oss-20b'] }) },
      ];
      const data = folder();
      const { page, confirmed, errors } = await open(data, ollama);
      await at(page, 'Welcome');
      await page.keyboard.press('F1');
      await expect(page.getByRole('dialog', { name: 'Help: Setup' })).toContainText('one step at a time');
      await page.keyboard.press('Escape');
      await press(page, 'Set up');

      await at(page, 'What we found');
      const list = page.getByRole('list', { name: 'Model servers on this computer' });
      await foundAtLast(page, () => press(page, 'Search again'));
      for (const { make, server } of others) {
        await press(page, 'Add address');
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
      await expect(page.getByRole('status').filter({ hasText: '3 model servers with 4 models' })).toBeVisible();
      await press(page, 'Next');

      await at(page, 'This computer');
      await expect(page.getByRole('radio', { name: /^Everything/ })).toBeChecked();
      await tabTo(page, page.getByRole('radio', { name: /^Everything/ }));
      await page.keyboard.press('ArrowLeft');
      await expect(page.getByRole('radio', { name: /^Balanced/ })).toBeChecked();
      const tasks = page.getByRole('slider', { name: 'Tasks at once' });
      await expect(tasks).toHaveValue('2');
      await tabTo(page, tasks);
      await page.keyboard.press('ArrowRight');
      await expect(tasks).toHaveAttribute('aria-valuetext', '3 tasks');
      await press(page, 'Next');
      await expect.poll(() => hearth(data, 'settings', 'get', 'capacity.maxConcurrent')).toContain('3');

      await at(page, 'When');
      await tabTo(page, page.getByRole('radio', { name: 'Always' }));
      await page.keyboard.press('ArrowRight');
      await expect(page.getByRole('radio', { name: /^When I’m away/ })).toBeChecked();
      await page.keyboard.press('ArrowLeft');
      await expect(page.getByRole('radio', { name: 'Always' })).toBeChecked();
      await expect(page.getByRole('switch', { name: 'Stop on battery' })).toBeChecked();
      await press(page, 'Next');

      await at(page, 'Networks');
      await stayAtHome(data);
      const join = page.getByRole('checkbox', { name: /^Join IICP/ });
      await expect(join).not.toBeChecked();
      await tabTo(page, join);
      await page.keyboard.press('Space');
      await expect(join).toBeChecked();
      await press(page, 'Next');

      await at(page, 'Reaching you');
      await press(page, 'Try it now');
      await expect(page.getByText('This computer asks no one outside.')).toBeVisible();
      await press(page, 'Stop trying');
      await expect(named(page, 'Try it now')).toBeVisible();
      await press(page, 'Next');

      await at(page, 'What it pays');
      await press(page, 'Next');

      await at(page, 'Identity and backup');
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
      expect((await status(data)).networks[0]).toMatchObject({ enabled: false, detail: { listening: null } });
      await press(page, 'Next');

      await at(page, 'Safety');
      const speech = page.getByRole('switch', { name: 'Take: Speech' });
      await tabTo(page, speech);
      await page.keyboard.press('Space');
      await expect(speech).not.toBeChecked();
      await press(page, 'Next');

      await at(page, 'Rehearsal');
      await press(page, 'Rehearse');
      await expect(page.getByRole('progressbar', { name: 'Rehearsal' })).toBeVisible();
      await expect(
        page.getByRole('listitem').filter({ hasText: 'A directory lists this computer: works' }),
      ).toBeVisible();
      await expect(page.getByText('It works.')).toBeVisible({ timeout: FIRST_MS });
      await expect(page.getByRole('listitem').filter({ hasText: 'Nothing of it is left: works' })).toBeVisible();
      await press(page, 'Next');

      await at(page, 'Go live');
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

    test('is left out step by step, goes back, and goes on after a restart, by mouse', async ({
      folder,
      serve,
      open,
    }) => {
      test.setTimeout(300_000);
      const ollama = await serve({ shape: 'ollama', models: ['llama3.2:3b'] });
      const data = folder();
      const first = await open(data, ollama);
      await at(first.page, 'Welcome');
      await named(first.page, 'Set up').click();
      await at(first.page, 'What we found');
      await foundAtLast(first.page, () => named(first.page, 'Search again').click());
      await named(first.page, 'Next').click();
      await at(first.page, 'This computer');
      await first.page.getByRole('radio', { name: /^Quiet/ }).click();
      await expect(first.page.getByRole('radio', { name: /^Quiet/ })).toBeChecked();
      await first.page.getByRole('slider', { name: 'For tasks and earnings' }).fill('3');
      await named(first.page, 'Back').click();
      await at(first.page, 'What we found');
      await named(first.page, 'Next').click();
      await at(first.page, 'This computer');
      await expect(first.page.getByRole('slider', { name: 'For tasks and earnings' })).toHaveValue('3');
      await first.page.getByRole('radio', { name: /^Quiet/ }).click();
      await expect(first.page.getByRole('radio', { name: /^Quiet/ })).toBeChecked();
      await named(first.page, 'Next').click();

      await at(first.page, 'When');
      await first.page.getByRole('radio', { name: 'In my hours' }).click();
      const week = first.page.getByRole('region', { name: 'Your week' });
      await week.getByRole('button', { name: 'Fill in' }).click();
      await first.page.getByRole('menuitem', { name: 'Nights' }).click();
      await named(first.page, 'Next').click();
      await expect(week).toContainText('Choose what happens at other times.');
      await expect(named(first.page, 'Skip this step')).toBeVisible();
      await week
        .getByRole('radio', { name: /^Off, no tasks/ })
        .last()
        .check();
      await named(first.page, 'Next').click();
      await at(first.page, 'Networks');
      await first.page.getByRole('checkbox', { name: /^Join IICP/ }).check();
      await expect.poll(() => hearth(data, 'settings', 'get', 'setup.networks')).toContain('iicp');
      await named(first.page, 'Finish later').click();
      await first.page.getByRole('link', { name: 'Go on with setup' }).click();
      await at(first.page, 'Networks');
      expect(first.errors).toEqual([]);
      await first.close();

      const second = await open(data, ollama);
      await at(second.page, 'Networks');
      await expect(second.page.getByRole('checkbox', { name: /^Join IICP/ })).toBeChecked();
      await stayAtHome(data);
      await named(second.page, 'Back').click();
      await at(second.page, 'When');
      await expect(second.page.getByRole('radio', { name: 'In my hours' })).toBeChecked();
      await expect(second.page.getByRole('region', { name: 'Your week' })).toContainText('63 of 168 hours a week.');
      await second.page.getByRole('radio', { name: 'Always' }).click();
      await named(second.page, 'Next').click();
      await at(second.page, 'Networks');
      await named(second.page, 'Next').click();
      await at(second.page, 'Reaching you');
      await named(second.page, 'Next').click();
      await at(second.page, 'What it pays');
      await named(second.page, 'Next').click();
      await at(second.page, 'Identity and backup');
      await named(second.page, 'Remind me later').click();
      await at(second.page, 'Safety');
      await named(second.page, 'Next').click();
      await at(second.page, 'Rehearsal');
      await named(second.page, 'Skip this step').click();
      await at(second.page, 'Go live');
      await expect(second.page.getByRole('region', { name: 'What you chose' })).toContainText('IICP');
      // In an hour and a half, as the clock of the wall has it: a pause until then, which the next start still finds.
      const later = new Date(Date.now() + 90 * 60_000);
      const time = `${String(later.getHours()).padStart(2, '0')}:${String(later.getMinutes()).padStart(2, '0')}`;
      await second.page.getByLabel('Or begin later, at').fill(time);
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
      await at(third.page, 'Welcome');
      await named(third.page, 'Just look around').click();
      await expect(third.page.getByText('Setup is in the list of commands')).toBeVisible();
      await third.page.evaluate(() => {
        location.hash = '#/settings';
      });
      await third.page.getByRole('link', { name: 'Run setup again' }).click();
      await at(third.page, 'Welcome');
      expect(third.errors).toEqual([]);
    });

    test('begins with a backup, and is the same node then', async ({ folder, serve, open }) => {
      test.setTimeout(300_000);
      const ollama = await serve({ shape: 'ollama', models: ['llama3.2:3b'] });
      const [lost, fresh] = [folder(), folder()];
      const before = await open(lost, ollama);
      await at(before.page, 'Welcome');
      await stayAtHome(lost);
      await hearth(lost, 'settings', 'set', 'networks.iicp.enabled', 'true');
      await expect.poll(async () => (await status(lost)).networks[0]?.nodeId, { timeout: FIRST_MS }).toBeTruthy();
      const { nodeId } = (await status(lost)).networks[0]!;
      await before.page.evaluate(() => {
        location.hash = '#/setup/identity';
      });
      await before.page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
      await before.page.getByLabel('Once more').fill(PASSPHRASE);
      await named(before.page, 'Make a backup and prove it').click();
      await before.confirmed();
      await expect(before.page.getByText('The backup works.')).toBeVisible({ timeout: FIRST_MS });
      await before.close();
      const [file] = readdirSync(join(lost, 'backups')).filter((name) => name.endsWith('.hearth-backup'));

      const { page, confirmed, errors } = await open(fresh, ollama);
      await at(page, 'Welcome');
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
      await clean(page, 'the restore');
      await dialog.getByRole('button', { name: 'Restore this backup' }).click();
      await confirmed();
      await expect(page.getByText('The backup is restored.')).toBeVisible({ timeout: FIRST_MS });
      expect(new URL(page.url()).hash).toBe('#/home');
      await expect.poll(async () => (await status(fresh)).networks[0]?.nodeId, { timeout: FIRST_MS }).toBe(nodeId);
      expect(errors).toEqual([]);
    });

    test('has nothing for axe to find and is whole on a small screen, step by step', async ({
      folder,
      serve,
      open,
    }) => {
      test.setTimeout(300_000);
      const { page, confirmed } = await open(folder(), await serve({ shape: 'ollama', models: ['llama3.2:3b'] }));
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await at(page, 'Welcome');
      const looks = [
        { colorScheme: 'light', forcedColors: 'none' },
        { colorScheme: 'dark', forcedColors: 'none' },
        { colorScheme: 'light', forcedColors: 'active' },
      ] as const;
      for (const [id, title] of STEPS) {
        await page.evaluate((step) => {
          location.hash = `#/setup/${step}`;
        }, id);
        await at(page, title);
        if (id === 'when') await page.getByRole('radio', { name: 'In my hours' }).click();
        if (id === 'identity') {
          await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
          await page.getByLabel('Once more').fill(PASSPHRASE);
          await named(page, 'Make a backup and prove it').click();
          await confirmed();
          await expect(page.getByText('The backup works.')).toBeVisible({ timeout: FIRST_MS });
        }
        if (id === 'rehearsal') {
          await named(page, 'Rehearse').click();
          await expect(page.getByText('It works.')).toBeVisible({ timeout: FIRST_MS });
        }
        if (id === 'computer') await expect(page.getByRole('slider').first()).toBeVisible();
        for (const look of looks) {
          await page.emulateMedia(look);
          await clean(page, `${id}, ${JSON.stringify(look)}`);
        }
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
