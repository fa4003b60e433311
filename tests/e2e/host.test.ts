// The host itself, on a small app made for it: what Hearth's journeys rely on has to be true of the stand-in first. The
// same bodies hold in Electron, apart from what only the stand-in can be asked.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { findChromium } from '../host/chromium.ts';
import { launchConsole, openBrowser } from '../host/console.ts';
import { electronBinary, type Host, launchDesktop } from '../host/launch.ts';

const folder = join(import.meta.dirname, '../host/fixture');

const test = base.extend<{ host: Host }>({
  host: async ({}, use) => {
    const found = electronBinary() ?? (await findChromium());
    base.skip(found === undefined, 'neither Electron nor a Chromium for the stand-in');
    const host = await launchDesktop({ folder });
    await use(host);
    await host.close();
  },
});

interface FixtureBridge {
  answer: number;
  echo(value: string): Promise<string>;
  fail(): Promise<void>;
  nobody(): Promise<void>;
  kinds(value: unknown): Promise<string>;
  double(value: number): number;
  requireFs(): object;
  clipboard(): object;
}

declare global {
  interface Window {
    readonly bridge: FixtureBridge;
    planted?: boolean;
  }
}

test('a page of the app’s own scheme reaches main through its preload and is pushed to', async ({ host }) => {
  const page = await host.firstWindow();
  expect(host.addressOf(page)).toBe('app://ui/index.html');
  await expect(page.locator('#reply')).toHaveText('hello from app://ui/index.html');
  await host.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send('push', 7);
  });
  await expect(page.locator('#pushed')).toHaveText('pushed 7');
});

test('the bridge is frozen, keeps types, carries errors and nothing of Node', async ({ host }) => {
  const page = await host.firstWindow();
  await expect(page.locator('#reply')).not.toBeEmpty();
  const seen = await page.evaluate(async () => {
    const { bridge } = window;
    const reason = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message);
    const thrown = (run: () => unknown) => {
      try {
        return String(run());
      } catch (error) {
        return (error as Error).message;
      }
    };
    return {
      frozen: Object.isFrozen(bridge),
      globals: ['require', 'process', 'module'].filter((name) => name in window),
      sync: bridge.double(bridge.answer),
      kinds: [
        await bridge.kinds(new Date()),
        await bridge.kinds(new Map([[1, new Set()]])),
        await bridge.kinds(undefined),
        await bridge.kinds(new Uint8Array(3)),
        await bridge.kinds(1n),
      ],
      failure: await reason(bridge.fail()),
      unheard: await reason(bridge.nobody()),
      node: thrown(() => bridge.requireFs()),
    };
  });
  expect(seen).toEqual({
    frozen: true,
    globals: [],
    sync: 84,
    kinds: ['[object Date]', '[object Map]', '[object Undefined]', '[object Uint8Array]', '[object BigInt]'],
    failure: "Error invoking remote method 'fail': Error: deliberate",
    unheard: "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
    node: expect.stringContaining('module not found'),
  });
});

test('the content security policy that main serves is enforced', async ({ host }) => {
  const page = await host.firstWindow();
  const planted = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.planted = true';
    document.head.append(script);
    return window.planted;
  });
  expect(planted).toBeUndefined();
  const fetched = await page.evaluate(() => fetch('https://elsewhere.invalid/').then(String, () => 'refused'));
  expect(fetched).toBe('refused');
});

test('a navigation that will-navigate prevents leaves the page as it is, and others go on', async ({ host }) => {
  const page = await host.firstWindow();
  await page.evaluate(() => {
    document.title = 'still the same document';
  });
  const refused = page.waitForEvent('requestfailed');
  await page.locator('#away').click();
  expect((await refused).url()).toBe('https://elsewhere.invalid/page');
  expect(await page.title()).toBe('still the same document');
  expect(host.addressOf(page)).toBe('app://ui/index.html');

  await page.locator('#within').click();
  await expect(page.getByRole('heading', { name: 'Second' })).toBeVisible();
  expect(host.addressOf(page)).toBe('app://ui/second.html');
  expect(await page.evaluate(() => window.bridge.echo('again'))).toBe('again from app://ui/second.html');
});

test('a denied window never opens: by script, by link, with and without an opener', async ({ host }) => {
  test.skip(host.kind === 'electron', 'opening the address would start the real browser');
  const page = await host.firstWindow();
  const opened = await page.evaluate(() => [
    window.open('https://elsewhere.invalid/script'),
    window.open('https://elsewhere.invalid/alone', '_blank', 'noopener'),
    window.open('app://ui/second.html'),
  ]);
  expect(opened).toEqual([null, null, null]);
  await page.locator('#popup').click();
  await expect
    .poll(() =>
      host.evaluate(({ standIn }) =>
        standIn?.journal.filter(({ kind }) => kind === 'open-external').map((e) => e.detail),
      ),
    )
    .toEqual([
      'https://elsewhere.invalid/script',
      'https://elsewhere.invalid/alone',
      'https://elsewhere.invalid/popup',
    ]);
  // Asked in turn, main answers only after what went before: a popup would have sent its request by now.
  expect(await page.evaluate(() => window.bridge.echo('alive'))).toContain('alive');
  const requests = await host.evaluate(({ standIn }) =>
    standIn?.journal.filter(({ kind }) => kind === 'network-blocked'),
  );
  expect(requests).toEqual([]);
  expect(host.windows()).toHaveLength(1);
  expect(await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('the tray’s menu opens a second window that has its own size and page', async ({ host }) => {
  test.skip(host.kind === 'electron', 'Electron has no way to click a tray');
  await host.firstWindow();
  const menus = await host.evaluate(({ standIn }) => standIn?.trayMenus());
  expect(menus).toEqual([['Second window', '-', 'Quit']]);
  await host.evaluate(({ standIn }) => standIn?.clickTray('Second window'));
  const second = await host.windowAt('second.html');
  await expect(second.getByRole('heading', { name: 'Second' })).toBeVisible();
  expect(await second.evaluate(() => [window.innerWidth, window.innerHeight])).toEqual([400, 300]);
  expect(host.windows()).toHaveLength(2);
  await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(() => host.windows().map((page) => host.addressOf(page))).toEqual(['app://ui/second.html']);
});

test('permission handlers can be asked', async ({ host }) => {
  test.skip(host.kind === 'electron', 'the handlers are asked through the stand-in');
  await host.firstWindow();
  const asked = await host.evaluate(async ({ standIn }) => [
    await standIn?.askPermission('fullscreen'),
    await standIn?.askPermission('geolocation'),
  ]);
  expect(asked).toEqual([
    { request: true, check: false },
    { request: false, check: false },
  ]);
});

test('what the stand-in lacks names itself, in main and in the preload', async ({ host }) => {
  test.skip(host.kind === 'electron', 'Electron lacks nothing');
  const page = await host.firstWindow();
  const named = await host.evaluate((electron) => {
    const said = (run: () => unknown) => {
      try {
        return String(run());
      } catch (error) {
        return (error as Error).message;
      }
    };
    const [window] = electron.BrowserWindow.getAllWindows();
    return [
      said(() => electron.app.getFileIcon('x')),
      said(() => window?.setKiosk(true)),
      said(() => electron.Menu.sendActionToFirstResponder('x')),
      said(() => window?.webContents.printToPDF({})),
      said(() => electron.session.fromPath('x')),
      said(() => electron.session.defaultSession.cookies),
      said(() => electron.utilityProcess.fork('x')),
      said(() => new electron.View()),
    ];
  });
  expect(named).toEqual([
    'stand-in: app.getFileIcon is not implemented',
    'stand-in: BrowserWindow.prototype.setKiosk is not implemented',
    'stand-in: Menu.sendActionToFirstResponder is not implemented',
    'stand-in: webContents.printToPDF is not implemented',
    'stand-in: session.fromPath is not implemented',
    'stand-in: session.cookies is not implemented',
    'stand-in: utilityProcess.fork is not implemented',
    'stand-in: View is not implemented',
  ]);
  expect(await page.evaluate(() => typeof window.bridge.clipboard()).catch(String)).toContain(
    'stand-in: electron.clipboard is not implemented',
  );
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`after ${signal} Chromium and its profile are gone`, async () => {
    test.skip(electronBinary() !== undefined, 'Electron is its own browser');
    test.skip((await findChromium()) === undefined, 'no Chromium for the stand-in');
    const host = await launchDesktop({ folder });
    const chromium = await host.evaluate(({ standIn }) => standIn?.chromium);
    expect(existsSync(chromium?.profile ?? '')).toBe(true);
    const page = await host.firstWindow();
    const gone = new Promise((done) => page.context().browser()?.once('disconnected', done));
    process.kill(host.pid, signal);
    if (signal === 'SIGTERM') {
      process.kill(host.pid, signal); // twice, as when a process and then its group are asked
      await expect.poll(() => existsSync(chromium?.profile ?? '')).toBe(false);
    }
    await gone;
    await expect.poll(() => isAlive(chromium?.pid)).toBe(false);
    await host.close();
    expect(existsSync(chromium?.profile ?? '')).toBe(false);
  });
}

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}

test('the Chromium that npm carries opens a plain page', async () => {
  test.skip((await findChromium('npm')) === undefined, 'npm carries a Chromium for Linux x64 only');
  const server = createServer((_request, response) => response.end('<title>plain</title><p>page</p>'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const browser = await openBrowser('npm');
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await page.title()).toBe('plain');
    await expect(page.getByText('page')).toBeVisible();
    expect((await page.screenshot()).subarray(1, 4).toString()).toBe('PNG');
  } finally {
    await browser.close();
    server.close();
  }
});

test('console mode is started with its data folder, read for its link and stopped', async () => {
  test.skip((await findChromium()) === undefined, 'no Chromium');
  const cli = join(folder, 'console.mjs');
  const served = await launchConsole({ cli, data: '/data', args: ['--practice'] });
  const browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(served.link);
  expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#t=token$/);
  expect(await page.title()).toBe('serve --console --no-open --data /data --practice');
  await browser.close();
  await served.stop();
  expect(served.child.exitCode).toBe(0);
  await expect(launchConsole({ cli, data: '/data', args: ['--fail'] })).rejects.toThrow('the data folder is locked');
});

test('the stand-in runs on the Chromium that npm carries', async () => {
  test.skip(electronBinary() !== undefined, 'Electron is its own browser');
  test.skip((await findChromium('npm')) === undefined, 'npm carries a Chromium for Linux x64 only');
  const host = await launchDesktop({ folder, env: { HEARTH_CHROMIUM: 'npm' } });
  try {
    const page = await host.firstWindow();
    await expect(page.locator('#reply')).toHaveText('hello from app://ui/index.html');
    expect(page.context().browser()?.version()).toMatch(/^153\./);
  } finally {
    await host.close();
  }
});
