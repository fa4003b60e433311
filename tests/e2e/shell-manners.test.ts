// Manners of a desktop app: closing and quitting, coming back, links, login, notifications, sleep.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Host } from '../host/launch.ts';
import { ask, clickTray, command, journal, test, tray } from './shell-help.ts';

interface Box {
  readonly kind: string;
  readonly options: { readonly message: string; readonly detail: string; readonly buttons: string[] };
}

const boxes = async (host: Host) => ((await journal(host, 'dialog')) as Box[]).map(({ options }) => options);
const answer = (host: Host, response: number) =>
  host.evaluate(({ standIn }, index) => standIn?.answerNextDialog({ response: index }), response);
const windows = (host: Host) => host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
const closeWindow = (host: Host) => host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
/** The window takes the focus when it first shows itself, and only then can it be taken from it. */
async function lookAway(host: Host): Promise<void> {
  const focused = () => host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isFocused());
  await expect.poll(focused).toBe(true);
  await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur());
}
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('the first closing asks, the answer is remembered, and the node serves on without a window', async ({
  data,
  start,
}) => {
  const host = await start();
  const page = await host.firstWindow();
  await ask(page, 'node.get');
  await closeWindow(host);
  await expect.poll(() => boxes(host)).toHaveLength(1);
  expect((await boxes(host))[0]).toMatchObject({
    message: 'Keep serving in the background, or quit?',
    buttons: ['Keep serving', 'Quit', 'Cancel'],
  });
  expect(await windows(host)).toBe(1);

  await answer(host, 0);
  await closeWindow(host);
  await expect.poll(() => windows(host)).toBe(0);
  expect((await tray(host)).toolTip).toBe('Not sharing with any network');
  expect(await command(data, 'settings', 'get', 'desktop.closeKeepsServing')).toMatchObject({ value: 'keep' });

  await clickTray(host, 'Open Hearth…');
  await expect.poll(() => windows(host)).toBe(1);
  await expect.poll(() => host.windows().length).toBe(1);
});

test('a closed window comes back at the place where it was', async ({ data, start }) => {
  const host = await start();
  const page = await host.firstWindow();
  await ask(page, 'settings.set', { path: 'desktop.closeKeepsServing', value: 'keep' });
  await page.evaluate(() => {
    location.hash = '#/availability';
  });
  await host.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 50, width: 900, height: 700 }),
  );
  await expect.poll(() => host.addressOf(page)).toContain('#/availability');
  // Where no tray can be shown it asks in any case.
  await answer(host, 0);
  await closeWindow(host);
  await expect.poll(() => windows(host)).toBe(0);
  await host.evaluate(({ app }) => app.emit('activate'));
  const again = await host.windowAt('#/availability');
  expect(host.addressOf(again)).toBe('app://ui/index.html#/availability');
  const bounds = await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  expect(bounds).toEqual({ x: 40, y: 50, width: 900, height: 700 });
  await host.close();
  const next = await start();
  await next.firstWindow();
  expect(await next.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toEqual(bounds);
  expect(existsSync(join(data, 'window', 'place.json'))).toBe(true);
});

test('quitting asks nothing where nothing runs', async ({ start }) => {
  const host = await start();
  await host.firstWindow();
  await clickTray(host, 'Quit (stops sharing)').catch(() => {});
  await expect.poll(() => isAlive(host.pid)).toBe(false);
});

test('quitting while tasks run says how many, and goes on as it is where it is cancelled', async ({ start }) => {
  const host = await start({ args: ['--practice'] });
  const page = await host.firstWindow();
  await expect
    .poll(async () => (await ask(page, 'work.get')).value.recent.length, { timeout: 90_000 })
    .toBeGreaterThan(0);
  await expect
    .poll(
      async () => {
        // Tasks of practice are short: one has to run at the very moment.
        if ((await ask(page, 'node.get')).value.working === 0) return 0;
        await host.evaluate(({ app }) => app.quit());
        return (await boxes(host)).length;
      },
      { timeout: 60_000, intervals: [20] },
    )
    .toBeGreaterThan(0);
  const [box] = await boxes(host);
  expect(box?.message).toBe('Stop sharing and quit?');
  expect(box?.detail).toMatch(/^(1 task is|\d+ tasks are) running( \(about \d+ (s|min) left\))?\. /);
  expect(box?.buttons).toEqual(['Finish, then quit', 'Quit now', 'Cancel']);
  expect((await ask(page, 'node.get')).value.sharing).toBe(true);

  // Once it stops, the tray says so; with a short task it may be gone before anybody looks.
  const leaving = async () => {
    if (!isAlive(host.pid)) return true;
    if ((await ask(page, 'node.get')).value.working > 0) {
      await answer(host, 0);
      await host.evaluate(({ app }) => app.quit());
    }
    return (await tray(host)).toolTip.startsWith('Stopping');
  };
  await expect.poll(() => leaving().catch(() => !isAlive(host.pid)), { timeout: 60_000, intervals: [20] }).toBe(true);
  await expect.poll(() => isAlive(host.pid), { timeout: 60_000 }).toBe(false);
});

test('a signal ends it without a question', async ({ start }) => {
  const host = await start();
  await host.firstWindow();
  process.kill(host.pid, 'SIGTERM');
  await expect.poll(() => isAlive(host.pid)).toBe(false);
});

test('the end of the system is waited for by it, and by nobody', async ({ start }) => {
  const host = await start();
  await host.firstWindow();
  const waits = await host.evaluate(({ powerMonitor }) => {
    const event = { defaultPrevented: false, preventDefault: () => Object.assign(event, { defaultPrevented: true }) };
    powerMonitor.emit('shutdown', event);
    return event.defaultPrevented;
  });
  expect(waits).toBe(true);
  await expect.poll(() => isAlive(host.pid)).toBe(false);
});

test('before sleep nothing new is taken, and afterwards it is', async ({ start }) => {
  const host = await start();
  const page = await host.firstWindow();
  const bound = async () => (await ask(page, 'availability.get')).value.answer.bound;
  expect(await bound()).toBe(null);
  await host.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'));
  expect(await bound()).toBe('suspended');
  await host.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'));
  expect(await bound()).toBe(null);
});

for (const keepKeys of [true, false]) {
  test(`removing everything ${keepKeys ? 'but the keys ' : ''}ends the app, and its own files go too`, async ({
    data,
    start,
  }) => {
    const host = await start();
    const page = await host.firstWindow();
    await ask(page, 'node.get');
    const pid = await host.evaluate(() => process.pid);
    expect(existsSync(join(data, 'window'))).toBe(true);
    await ask(page, 'removal.run', { confirm: 'remove everything', keepKeys });
    // What was removed can still be read; closing it is the end.
    await closeWindow(host).catch(() => undefined);
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(existsSync(data) ? readdirSync(data).sort() : []).toEqual(keepKeys ? ['hearth.db', 'keys'] : []);
  });
}

test('a second start shows the window of the first, and takes no other window', async ({ data, start }) => {
  const host = await start();
  await host.firstWindow();
  const second = await start({ data, env: { STAND_IN_SECOND_INSTANCE: '1' } }).catch((error: Error) => error.message);
  expect(second).toContain('ended (0) before it was ready');
  await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  await host.evaluate(({ app }) => app.emit('second-instance', {}, [], '/', { background: true, atLogin: false }));
  expect(await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized())).toBe(true);
  await host.evaluate(({ app }) => app.emit('second-instance', {}, [], '/', 'nonsense'));
  expect(await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized())).toBe(false);
  expect(await windows(host)).toBe(1);
});

test('links show a place and do nothing else, and no flag beside them counts', async ({ data, start }) => {
  const host = await start({ args: ['--practice', '--log-level', 'nonsense', '--', 'hearth://job/17'] });
  const page = await host.windowAt('#/work/17');
  const before = (await ask(page, 'settings.get')).value;
  // The flags would have made it practice, or an error.
  expect((await ask(page, 'node.get')).value).toMatchObject({ practice: false, dataFolder: data });

  const follow = (link: string) =>
    host.evaluate(({ app }, given) => {
      app.emit('second-instance', {}, ['--', given], '/', { link: given, background: false, atLogin: false });
    }, link);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await follow('hearth://settings/network');
  await expect.poll(() => host.addressOf(page)).toBe('app://ui/index.html#/settings/network');
  for (const bad of ['hearth://job/17?pause=1', 'hearth://pause', 'javascript:alert(1)', 'hearth://job/../../x'])
    await follow(bad);
  expect(host.addressOf(page)).toBe('app://ui/index.html#/settings/network');
  await host.evaluate(({ app }) => app.emit('open-url', { preventDefault() {} }, 'hearth://job/3'));
  await expect.poll(() => host.addressOf(page)).toBe('app://ui/index.html#/work/3');
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
  expect((await ask(page, 'settings.get')).value).toEqual(before);
  expect(await journal(host, 'protocol-client')).toEqual([]);
});

test('only what was installed takes links, with what comes with them behind --', async ({ start }) => {
  const host = await start({ env: { STAND_IN_PACKAGED: '1', APPIMAGE: '/home/u/Hearth.AppImage' } });
  expect(await journal(host, 'protocol-client')).toEqual([
    { scheme: 'hearth', path: '/home/u/Hearth.AppImage', args: ['--'] },
  ]);
});

test('opening at login is off, and once chosen is proven by the next login', async ({ data, start }) => {
  const config = join(data, 'config');
  const entry = join(config, 'autostart', 'hearth-desktop.desktop');
  const env = { XDG_CONFIG_HOME: config };
  const host = await start({ env });
  const page = await host.firstWindow();
  const login = async (of = page) => (await ask(of, 'desktop.get')).value?.login;
  expect([await login(), existsSync(entry)]).toEqual([{ state: 'off', verifiedAt: null, reason: null }, false]);
  await ask(page, 'settings.set', { path: 'desktop.openAtLogin', value: true });
  await expect.poll(async () => (await login())?.state).toBe('on');
  expect(readFileSync(entry, 'utf8')).toMatch(/^Exec=.* --at-login$/m);
  await host.close();

  const next = await start({ env, args: ['--at-login'] });
  await expect
    .poll(() =>
      tray(next).then(
        ({ toolTip }) => toolTip,
        () => '',
      ),
    )
    .toMatch(/^Not sharing/);
  expect(await windows(next)).toBe(0);
  await clickTray(next, 'Open Hearth…');
  const shown = await next.firstWindow();
  await expect.poll(async () => (await login(shown))?.state).toBe('verified');
  await ask(shown, 'settings.set', { path: 'desktop.openAtLogin', value: false });
  await expect.poll(() => existsSync(entry)).toBe(false);
});

test('trouble is told once, by the name that the window has for it, and a click shows the window', async ({
  start,
}) => {
  const host = await start();
  const page = await host.firstWindow();
  await lookAway(host);
  await ask(page, 'settings.set', { path: 'networks.iicp.port', value: 0 });
  await ask(page, 'settings.set', { path: 'networks.iicp.enabled', value: true });
  await expect.poll(async () => (await ask(page, 'node.get')).value.state).toBe('needs-you');
  const { sentence } = (await ask(page, 'node.get')).value;
  await expect.poll(() => journal(host, 'notification')).toHaveLength(1);
  const [notice] = (await journal(host, 'notification')) as { title: string; body: string }[];
  expect(notice?.title).toBe('Needs you');
  expect(notice?.body).toContain(sentence);
  const { toolTip, image } = await tray(host);
  expect(toolTip).toBe(sentence);
  await host.evaluate(({ standIn }) => standIn?.clickNotification('Needs you'));
  expect(await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isFocused())).toBe(true);
  await ask(page, 'node.pause');
  await expect.poll(async () => (await tray(host)).image).not.toBe(image);
});

test('the computer is given back from anywhere, by keys that were chosen', async ({ start }) => {
  const host = await start();
  const page = await host.firstWindow();
  expect(await journal(host, 'shortcut')).toEqual([]);
  await ask(page, 'settings.set', { path: 'desktop.releaseKeys', value: 'CommandOrControl+Alt+P' });
  await expect.poll(() => journal(host, 'shortcut')).toEqual([{ register: 'CommandOrControl+Alt+P' }]);
  await lookAway(host);
  await host.evaluate(({ standIn }) => standIn?.pressKeys('CommandOrControl+Alt+P'));
  await expect.poll(async () => (await ask(page, 'availability.get')).value.answer.bound).toBe('released');
  await expect
    .poll(() => journal(host, 'notification'))
    .toEqual([{ title: 'Your computer is yours', body: expect.stringMatching(/^0 models taken out of memory/) }]);
  const row = (await tray(host)).menu.find(({ label }) => label === 'Give me my PC back');
  expect(row?.keys).toBe('CommandOrControl+Alt+P');
});

test('a damaged database is said plainly, and its own copy brings the node back', async ({ data, start }) => {
  await command(data, 'settings', 'set', 'node.name', 'attic');
  const file = join(data, 'hearth.db');
  const name = 'hearth-20260101T000000000Z-daily.db';
  mkdirSync(join(data, 'backups'), { recursive: true });
  copyFileSync(file, join(data, 'backups', name));
  writeFileSync(file, 'no database any more '.repeat(1000));

  // Without a desktop: the copy is named.
  const refused = await command(data, 'settings', 'get').catch((error: { stderr: string }) => error.stderr);
  expect(refused).toContain('"storage.damaged"');
  expect(refused).toContain(`hearth restore ${name}`);

  const host = await start({ env: { STAND_IN_ANSWERS: '[{"response":0}]' } });
  const page = await host.firstWindow();
  const settings = (await ask(page, 'settings.get')).value;
  expect(settings.find(({ path }) => path === 'node.name')?.value).toBe('attic');
  const [box, ...more] = await boxes(host);
  expect(more).toEqual([]);
  expect(box?.message).toBe('The database of this node is damaged');
  expect(box?.buttons).toEqual([expect.stringMatching(/^Put back the copy of /), 'Restore from a backup…', 'Quit']);
  // What was damaged is there still.
  expect(readdirSync(join(data, 'backups')).filter((each) => each.endsWith('-aside.db'))).toHaveLength(1);
});

test('the command line puts back the copy that it names', async ({ data }) => {
  await command(data, 'settings', 'set', 'node.name', 'attic');
  const name = 'hearth-20260101T000000000Z-before.db';
  mkdirSync(join(data, 'backups'), { recursive: true });
  copyFileSync(join(data, 'hearth.db'), join(data, 'backups', name));
  await command(data, 'settings', 'set', 'node.name', 'cellar');
  const unsaid = await command(data, 'restore', name).catch((error: { stderr: string }) => error.stderr);
  expect(unsaid).toContain('command.not-confirmed');
  expect(await command(data, 'restore', name, '--replace')).toMatchObject({ copy: name, dataFolder: data });
  expect(await command(data, 'settings', 'get', 'node.name')).toMatchObject({ value: 'attic' });
});
