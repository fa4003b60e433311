// Model servers as the page shows them: what warns about them, what they have, and where was looked for them.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect } from '@playwright/test';
import { systemClock } from '../../src-main/base/clock.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../src-main/practice/model-server.ts';
import { findChromium } from '../host/chromium.ts';
import { launchConsole, openBrowser } from '../host/console.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');

const test = base.extend<{ data: string; serve: (options: ModelServerOptions) => Promise<ModelServer> }>({
  data: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-servers-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  serve: async ({}, use) => {
    const started: ModelServer[] = [];
    await use(async (options) => {
      const server = await startModelServer({ clock: systemClock }, options);
      started.push(server);
      return server;
    });
    for (const server of started) await server.stop();
  },
});

test('servers show their models, warnings and budget, and the page tells where it looked', async ({
  data,
  serve,
}, info) => {
  test.skip(!(await findChromium()), 'there is no Chromium');
  const models = ['llama3.2:3b', 'qwen3:8b', 'nomic-embed-text:latest'];
  const open = await serve({ shape: 'ollama', models, loaded: ['llama3.2:3b'], host: '0.0.0.0' });
  const router = await serve({ shape: 'llamacpp', models: ['gpt-oss-20b', 'gemma-3-4b'], imitates: 'ollama' });
  const paid = await serve({ shape: 'openai', models: ['mistral-small'], headers: { server: 'uvicorn' } });
  const list = [
    { kind: 'llamacpp', url: router.url },
    { kind: 'openai', url: paid.url, dailyTokens: 50_000 },
  ];
  const setting = ['settings', 'set', 'backends.inference', JSON.stringify(list), '--data', data];
  await promisify(execFile)(process.execPath, [CLI, ...setting]);
  const host = `127.0.0.1:${new URL(open.url).port}`;
  const server = await launchConsole({ data, env: { OLLAMA_HOST: host } });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(server.link);
    await page.getByRole('link', { name: 'Capacity', exact: true }).click();
    const card = page.getByRole('main').getByRole('region', { name: 'Model servers' });
    const found = card.getByRole('listitem').filter({ hasText: `http://${host}` });
    const listed = found.first().getByRole('list', { name: 'Models' }).getByRole('listitem');
    await expect(listed.filter({ hasText: 'llama3.2:3b' })).toContainText(/(?<!not )in memory/);
    await expect(listed.filter({ hasText: 'qwen3:8b' })).toContainText('not in memory');
    await expect(card).toContainText('0 of 50\u202F000 tokens today');
    const cards = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    if (cards.some(({ internal, family }) => !internal && family === 'IPv4')) {
      await expect(found.first()).toContainText('Others in your network can use this model server at ');
      await expect(found.first()).toContainText('Let it listen on 127.0.0.1 only');
    }

    await card.getByText('Where Hearth looked').click();
    const places = card.getByRole('list', { name: 'Addresses' }).getByRole('listitem');
    await expect(places.filter({ hasText: `http://${host}` })).toContainText(
      `Ollama at \u2068http://${host}\u2069 (from OLLAMA_HOST)Its version and its list of models are Ollama's, and it has no signs of another make.`,
    );
    await expect(places.filter({ hasText: router.url })).toContainText(
      'It also answers as Ollama does, but only imitates it.',
    );
    await expect(places.filter({ hasText: paid.url })).toContainText('headers are ones that vLLM sends');
    await expect(places.filter({ hasText: 'Nothing listens' })).toContainText(
      /^Nothing listens at .*127\.0\.0\.1.*, ports? .*\d/,
    );
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1280, 900, 320]) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: info.outputPath(`${scheme}-${width}.png`), fullPage: true });
      }
    }

    await open.stop();
    await card.getByRole('button', { name: 'Search again' }).click();
    await expect(places.filter({ hasText: 'Nothing listens' })).toContainText(new URL(open.url).port);
    await expect(found.first()).toContainText('Not found');
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    await server.stop();
  }
});
