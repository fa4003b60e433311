// A new version, from its feed to its first minute, by the updater that the app is packed with. The feed is a server of the
// test's own; the AppImages are files that are only looked at.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { keysFile, makeFeed, makeReleaseKey } from '../support/release.ts';
import { ask, test as base, clickTray, journal, tray } from './shell-help.ts';

const ROOT = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string; main: string };
const { version: VERSION } = manifest;
const NEWER = '99.0.0';
const [inUse, spare, unknown] = [makeReleaseKey(), makeReleaseKey(), makeReleaseKey()];

interface Feed {
  /** What was asked of it, in order. */
  readonly asked: { path: string; agent: string | undefined; staging: string | string[] | undefined }[];
  /** Serves this for the new version, whatever the list says of it. */
  file: string;
  list: ReturnType<typeof makeFeed>;
  /** The app as it is packed with this test's keys. */
  readonly folder: string;
  readonly env: Record<string, string>;
  /** The AppImage that runs. */
  readonly place: string;
}

const test = base.extend<{ feed: Feed }>({
  feed: async ({ data }, use) => {
    const place = join(data, 'apps', 'Hearth-0.1.0.AppImage');
    const resources = join(data, 'resources');
    mkdirSync(join(data, 'apps'));
    mkdirSync(resources);
    writeFileSync(place, 'the program that runs', { mode: 0o755 });
    const folder = packedWithKeys(join(data, 'packed'));
    const feed = { asked: [] as Feed['asked'], file: 'the new program', list: makeFeed(inUse) };
    const server: Server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://feed').pathname;
      const { 'user-agent': agent, 'x-user-staging-id': staging } = request.headers;
      feed.asked.push({ path, agent, staging });
      if (path === '/latest-linux.yml') response.end(feed.list.bytes);
      else if (path === '/latest-linux.yml.minisig') response.end(feed.list.signature);
      else if (path === '/Hearth.AppImage') response.end(feed.file);
      else response.writeHead(404).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(
      join(resources, 'app-update.yml'),
      `provider: generic\nurl: ${url}\nupdaterCacheDirName: hearth-updater\n`,
    );
    const env = {
      STAND_IN_PACKAGED: '1',
      STAND_IN_RESOURCES: resources,
      APPIMAGE: place,
      XDG_CACHE_HOME: join(data, 'cache'),
      TEST_UPDATER_ARCH: 'x64',
    };
    await use(Object.assign(feed, { env, place, folder }));
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  },
});

/** The build of this checkout, in a folder of its own with the keys of a release beside it. */
function packedWithKeys(folder: string): string {
  mkdirSync(join(folder, 'build'), { recursive: true });
  const main = relative(folder, join(ROOT, manifest.main));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, main }));
  writeFileSync(join(folder, 'build/release-keys'), keysFile(inUse, spare));
  return folder;
}

const updates = async (page: Page) => (await ask(page, 'desktop.get')).value!.updates;
const gone = (alive: () => Promise<unknown>) =>
  expect
    .poll(
      () =>
        alive().then(
          () => false,
          () => true,
        ),
      { timeout: 30_000 },
    )
    .toBe(true);

test('a new version is found without giving oneself away, told of, and not fetched unasked', async ({
  start,
  feed,
}) => {
  const host = await start({ env: feed.env, folder: feed.folder });
  const page = await host.firstWindow();
  expect(await updates(page)).toMatchObject({ state: 'idle', version: null });
  expect(feed.asked).toEqual([]);
  await expect
    .poll(() => host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isFocused()))
    .toBe(true);
  await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur());
  await ask(page, 'desktop.checkForUpdate');
  expect(await updates(page)).toMatchObject({ state: 'available', version: NEWER, reason: null });
  const same = { agent: 'hearth', staging: undefined };
  const looked = [
    { path: '/latest-linux.yml', ...same },
    { path: '/latest-linux.yml.minisig', ...same },
  ];
  expect(feed.asked).toEqual(looked);
  expect(await journal(host, 'notification')).toEqual([
    { title: `Hearth ${NEWER} is there`, body: 'Nothing is installed before you say so.' },
  ]);
  await host.evaluate(({ standIn }, title) => standIn?.clickNotification(title), `Hearth ${NEWER} is there`);
  await expect.poll(() => host.addressOf(page)).toContain('#/settings/updates');
  await expect
    .poll(async () => (await tray(host)).menu.map(({ label }) => label))
    .toContain(`Version ${NEWER} is there…`);
  await clickTray(host, `Version ${NEWER} is there…`);
  expect(feed.asked).toEqual(looked);
});

test('it takes the old one’s place under the same name, with copies for the way back', async ({
  data,
  start,
  feed,
}) => {
  const host = await start({ env: feed.env, folder: feed.folder });
  const page = await host.firstWindow();
  await ask(page, 'settings.set', { path: 'node.name', value: 'attic' });
  // It may be gone before it has answered.
  await ask(page, 'desktop.installUpdate').catch(() => undefined);
  await gone(() => host.evaluate(() => 'alive'));
  expect(readFileSync(feed.place, 'utf8')).toBe('the new program');
  expect(statSync(feed.place).mode & 0o777).toBe(0o755);
  expect(readdirSync(join(data, 'apps'))).toEqual(['Hearth-0.1.0.AppImage']);
  const record = JSON.parse(readFileSync(join(data, 'window', 'update.json'), 'utf8')) as Record<string, unknown>;
  expect(record).toMatchObject({ from: VERSION, to: NEWER, phase: 'installing' });
  expect(readFileSync(join(data, 'window', 'previous.AppImage'), 'utf8')).toBe('the program that runs');
  expect(existsSync(join(data, 'backups', String(record.copy)))).toBe(true);
});

test('what is not what the feed promised is not installed, and this version goes on', async ({ start, feed }) => {
  feed.file = 'the bad program';
  const host = await start({ env: feed.env, folder: feed.folder });
  const page = await host.firstWindow();
  await ask(page, 'desktop.checkForUpdate');
  await ask(page, 'desktop.installUpdate');
  await expect.poll(async () => (await updates(page)).state).toBe('failed');
  expect((await updates(page)).reason?.code).toBe('desktop.update-not-genuine');
  expect(readFileSync(feed.place, 'utf8')).toBe('the program that runs');
  expect((await ask(page, 'node.get')).value.state).toBe('off');
});

test('a list that is not signed by a key of ours, or older than one seen before, is refused in plain words', async ({
  start,
  feed,
}) => {
  const host = await start({ env: feed.env, folder: feed.folder });
  const page = await host.firstWindow();
  feed.list = makeFeed(unknown);
  await expect(ask(page, 'desktop.checkForUpdate')).rejects.toMatchObject({ code: 'desktop.update-unsigned' });
  feed.list = makeFeed(spare, { version: '99.1.0' });
  await ask(page, 'desktop.checkForUpdate');
  expect(await updates(page)).toMatchObject({ state: 'available', version: '99.1.0', signedAt: 1_800_000_000_000 });
  await host.close();

  const again = await start({ env: feed.env, folder: feed.folder });
  const shown = await again.firstWindow();
  feed.list = makeFeed(inUse, { version: NEWER });
  await expect(ask(shown, 'desktop.checkForUpdate')).rejects.toMatchObject({ code: 'desktop.update-older' });
  await again.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
  await shown.evaluate(() => {
    window.location.hash = '#/settings/updates';
  });
  await expect(shown.getByText('older than one that was seen before')).toBeVisible();
  await expect(shown.getByText('Newest version list signed')).toBeVisible();
  expect(feed.asked.map(({ path }) => path)).not.toContain('/Hearth.AppImage');
  expect(readFileSync(feed.place, 'utf8')).toBe('the program that runs');
});

test('an app that was packed without keys takes no updates, and says so', async ({ start, feed }) => {
  const host = await start({ env: feed.env });
  const page = await host.firstWindow();
  expect((await updates(page)).reason?.code).toBe('desktop.update-no-keys');
  await expect(ask(page, 'desktop.installUpdate')).rejects.toMatchObject({ code: 'desktop.update-no-keys' });
  expect(feed.asked).toEqual([]);
});

test('a feed that is away is said plainly, and nobody is asked where updates are off or the system’s', async ({
  start,
  feed,
}) => {
  const host = await start({ folder: feed.folder, env: { ...feed.env, APPIMAGE: '' } });
  const page = await host.firstWindow();
  expect(await updates(page)).toMatchObject({ state: 'unsupported', reason: { code: 'desktop.update-by-hand' } });
  await expect(ask(page, 'desktop.checkForUpdate')).rejects.toMatchObject({ code: 'desktop.update-by-hand' });
  await host.close();

  writeFileSync(join(feed.env.STAND_IN_RESOURCES!, 'package-type'), 'deb');
  const deb = await start({ env: feed.env, folder: feed.folder });
  const shown = await deb.firstWindow();
  expect((await updates(shown)).reason?.message).toBe('Your system updates this: Hearth came as one of its packages.');
  await ask(shown, 'settings.set', { path: 'desktop.updates', value: 'off' });
  expect(feed.asked).toEqual([]);
});

test('a new version takes no task in its first minute, and where it ends in it the way back is offered', async ({
  data,
  start,
  feed,
}) => {
  // A folder with a database, as the version before left it.
  const before = await start({ env: feed.env, folder: feed.folder });
  await ask(await before.firstWindow(), 'settings.set', { path: 'node.name', value: 'before' });
  await before.close();
  const folder = join(data, 'window');
  mkdirSync(join(data, 'backups'), { recursive: true });
  writeFileSync(join(data, 'backups', 'hearth-x-update.db'), readFileSync(join(data, 'hearth.db')));
  writeFileSync(join(folder, 'previous.AppImage'), 'the program before');
  const program = { kept: join(folder, 'previous.AppImage'), place: feed.place };
  const record = { from: '0.0.9', to: VERSION, at: 1, copy: 'hearth-x-update.db', program, phase: 'installing' };
  writeFileSync(join(folder, 'update.json'), JSON.stringify(record));

  const first = await start({ env: feed.env, folder: feed.folder });
  const page = await first.firstWindow();
  await ask(page, 'settings.set', { path: 'node.name', value: 'after' });
  await expect.poll(async () => (await updates(page)).trial?.from).toBe('0.0.9');
  const { accepting, bound, until } = (await ask(page, 'availability.get')).value.answer;
  expect([accepting, bound, until]).toEqual([false, 'trial', (await updates(page)).trial?.until]);
  process.kill(first.pid, 'SIGKILL');
  await gone(() => first.evaluate(() => 'alive'));

  const second = start({ folder: feed.folder, env: { ...feed.env, STAND_IN_ANSWERS: '[{"response":0}]' } });
  await second.then(
    (host) => gone(() => host.evaluate(() => 'alive')),
    () => undefined,
  );
  expect(readFileSync(feed.place, 'utf8')).toBe('the program before');
  expect(existsSync(join(folder, 'update.json'))).toBe(false);
  const third = await start({ env: feed.env, folder: feed.folder });
  const settings = (await ask(await third.firstWindow(), 'settings.get')).value;
  expect(settings.find(({ path }) => path === 'node.name')?.value).toBe('before');
});
