// Who keeps the key of the data folder: the file, the desktop's keychain, a passphrase that is asked for in a window of its own.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { Host } from '../host/launch.ts';
import { ask, journal, test } from './shell-help.ts';

const WORDS = 'correct horse & battery ümläut';

const holder = async (page: Page) => (await ask(page, 'node.get')).value.keyHolder;
const asking = (host: Host) => host.windowAt('app://passphrase/');

async function give(page: Page, fields: readonly string[], button: string): Promise<void> {
  const inputs = page.locator('input[type=password]');
  await expect(inputs).toHaveCount(fields.length);
  for (const [at, words] of fields.entries()) await inputs.nth(at).fill(words);
  await page.getByRole('button', { name: button }).click();
}

/** Everything that the app has written, but for Chromium's own files. */
function written(data: string): string {
  return readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'lock')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test('the keychain takes the key, and gives it back at the next start and nowhere else', async ({ data, start }) => {
  const host = await start();
  const page = await host.firstWindow();
  await expect.poll(async () => (await ask(page, 'desktop.get')).value?.keychain.state).toBe('protects');
  expect(await holder(page)).toBe('file');
  await ask(page, 'desktop.moveKey', { to: 'keychain' });
  expect(await holder(page)).toBe('keychain');
  expect(readdirSync(join(data, 'keys')).sort()).toEqual(['data.keychain', 'holder.json']);
  await host.close();

  const next = await start();
  const shown = await next.firstWindow();
  expect(await holder(shown)).toBe('keychain');
  await ask(shown, 'desktop.moveKey', { to: 'file' });
  expect(await holder(shown)).toBe('file');
  expect(existsSync(join(data, 'keys', 'data.keychain'))).toBe(false);
});

test('a desktop without a keychain that protects says so plainly, and is given no key', async ({ start }) => {
  const host = await start({ env: { STAND_IN_NO_KEYRING: '1' } });
  const page = await host.firstWindow();
  await expect.poll(async () => (await ask(page, 'desktop.get')).value?.keychain.state).toBe('plain');
  expect((await ask(page, 'desktop.get')).value?.keychain.says).toContain('Use a passphrase');
  await expect(ask(page, 'desktop.moveKey', { to: 'keychain' })).rejects.toMatchObject({
    code: 'secrets.keychain-closed',
  });
  expect(await holder(page)).toBe('file');
});

test('a passphrase is asked for in a window of its own, twice when it is new, and is written nowhere', async ({
  data,
  start,
}) => {
  const host = await start({ args: ['--log-level', 'debug'] });
  const page = await host.firstWindow();
  const moved = ask(page, 'desktop.moveKey', { to: 'passphrase' });
  const fresh = await asking(host);
  const [, preferences] = (await host.evaluate(({ standIn }) => standIn?.webPreferences())) ?? [];
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    javascript: false,
  });
  expect(preferences).not.toHaveProperty('preload');
  await give(fresh, [WORDS, 'something else'], 'Use this passphrase');
  await expect(fresh.getByRole('alert')).toHaveText('The two are not the same. Nothing was changed.');
  expect(await holder(page)).toBe('file');
  await give(fresh, [WORDS, WORDS], 'Use this passphrase');
  await moved;
  expect(await holder(page)).toBe('passphrase');
  await expect.poll(() => host.windows().length).toBe(1);
  await host.close();

  const next = await start({ args: ['--log-level', 'debug'] });
  const known = await asking(next);
  await give(known, ['not the passphrase'], 'Open');
  // It is asked again in another window, and this one may still be on its way out.
  await expect.poll(() => known.isClosed()).toBe(true);
  const again = await asking(next);
  await expect(again.getByRole('alert')).toHaveText('That is not the passphrase. Try again.');
  await give(again, [WORDS], 'Open');
  const shown = await next.windowAt('app://ui/');
  expect(await holder(shown)).toBe('passphrase');
  expect(await journal(next, 'console')).toEqual([]);
  await next.close();
  const all = written(data);
  for (const secret of [
    WORDS,
    encodeURIComponent(WORDS),
    'correct+horse',
    'not the passphrase',
    'not+the+passphrase',
  ]) {
    expect(all).not.toContain(secret);
  }
});

test('a passphrase that is not given changes nothing, and without it the app ends', async ({ data, start }) => {
  const host = await start();
  const page = await host.firstWindow();
  const refused = ask(page, 'desktop.moveKey', { to: 'passphrase' }).catch((error: { code: string }) => error.code);
  const fresh = await asking(host);
  await fresh.getByRole('button', { name: 'Cancel' }).click();
  expect(await refused).toBe('desktop.not-given');
  expect(await holder(page)).toBe('file');
  const moved = ask(page, 'desktop.moveKey', { to: 'passphrase' });
  await give(await asking(host), [WORDS, WORDS], 'Use this passphrase');
  await moved;
  await host.close();

  const next = await start();
  await (await asking(next)).getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => next.evaluate(() => 'alive').catch(() => 'gone')).toBe('gone');
  expect(readdirSync(join(data, 'keys')).sort()).toEqual(['data.json', 'holder.json']);
});

test('no other page can answer in the user’s name', async ({ start }) => {
  const host = await start();
  const page = await host.firstWindow();
  const moved = ask(page, 'desktop.moveKey', { to: 'passphrase' }).catch((error: { code: string }) => error.code);
  const fresh = await asking(host);
  const guessed = await page.evaluate(
    (url) => fetch(url, { method: 'POST', body: 'words=guessed1&again=guessed1' }).then(String, () => 'refused'),
    'https://passphrase.app.stand-in/open',
  );
  expect(guessed).toBe('refused');
  await fresh.getByRole('button', { name: 'Cancel' }).click();
  expect(await moved).toBe('desktop.not-given');
});
