// What keeps a page in its place: the sandbox, the policy, permissions, navigation, new windows, and who may ask the engine.
import { expect } from '@playwright/test';
import { REQUEST_CHANNEL } from '../../src-preload/contract/names.ts';
import { ask, journal, test } from './shell-help.ts';

test('the window is sandboxed and isolated, and has nothing of Node', async ({ start }) => {
  const host = await start();
  const page = await host.firstWindow();
  expect(await host.evaluate(({ standIn }) => standIn?.webPreferences())).toEqual([
    expect.objectContaining({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    }),
  ]);
  expect(await journal(host, 'unsafe-web-preferences')).toEqual([]);
  const globals = await page.evaluate(() => ({
    node: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
    bridge: Object.keys(window.hearth).sort(),
    frozen: Object.isFrozen(window.hearth),
  }));
  expect(globals).toEqual({ node: [], bridge: ['invoke', 'on'], frozen: true });
});

test('the policy of the pages lets no other script, frame, form, connection or object in', async ({ start }) => {
  const host = await start();
  const page = await host.firstWindow();
  const headers = await page.evaluate(async () => Object.fromEntries((await fetch('index.html')).headers));
  const policy = headers['content-security-policy'] ?? '';
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|https?:|\*/);
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });

  // A frame's refusal comes after its document has tried to load: all of them are waited for.
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => seen.push(effectiveDirective));
  });
  const planted = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.planted = true';
    const frame = document.createElement('iframe');
    frame.src = 'https://elsewhere.invalid/';
    const image = new Image();
    image.src = 'https://elsewhere.invalid/pixel.png';
    document.body.append(script, frame, image);
    const fetched = await fetch('https://elsewhere.invalid/').then(String, () => 'refused');
    const worker = await new Promise((done) => {
      try {
        new Worker('data:text/javascript,postMessage(1)').onerror = () => done('refused');
      } catch {
        done('refused');
      }
    });
    return { ran: 'planted' in window, fetched, worker };
  });
  expect(planted).toEqual({ ran: false, fetched: 'refused', worker: 'refused' });
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { seen: string[] }).seen))
    .toEqual(expect.arrayContaining(['connect-src', 'frame-src', 'img-src', 'script-src-elem']));
  expect(await journal(host, 'network-blocked')).toEqual([]);
});

test('no permission is granted but copying text out of a page of ours', async ({ start }) => {
  const host = await start();
  await host.firstWindow();
  const answers = await host.evaluate(async ({ standIn }) => {
    const ui = 'app://ui/index.html';
    const names = [
      'media',
      'geolocation',
      'notifications',
      'fullscreen',
      'openExternal',
      'clipboard-read',
      'usb',
      'hid',
    ];
    const denied = await Promise.all(names.map(async (name) => standIn?.askPermission(name, ui)));
    return {
      denied: denied.filter((each) => each?.request || each?.check).length,
      own: await standIn?.askPermission('clipboard-sanitized-write', ui),
      frame: await standIn?.askPermission('clipboard-sanitized-write', ui, false),
      strange: await standIn?.askPermission('clipboard-sanitized-write', 'https://elsewhere.invalid/'),
      handlers: standIn?.journal.filter(({ kind }) => kind === 'permission-handler').map(({ detail }) => detail),
    };
  });
  const no = { request: false, check: false };
  expect(answers).toEqual({
    denied: 0,
    own: { request: true, check: true },
    frame: no,
    strange: no,
    handlers: ['request', 'check', 'device'],
  });
});

test('a page goes nowhere else, and opens no window of its own', async ({ start }) => {
  const host = await start();
  const page = await host.firstWindow();
  await page.evaluate(() => {
    document.title = 'still here';
  });
  for (const url of ['https://elsewhere.invalid/', 'http://127.0.0.1:1/', 'app://passphrase/x/', 'app://other/']) {
    await page.evaluate(
      (to) => {
        const link = document.createElement('a');
        link.href = to;
        document.body.append(link);
        link.click();
      },
      url.replace(/^app:\/\/([^/]+)/, (whole, name) =>
        host.kind === 'stand-in' ? `https://${name}.app.stand-in` : whole,
      ),
    );
    await expect
      .poll(async () => (await journal(host, 'navigation-cancelled')).map((each) => (each as { url: string }).url))
      .toContain(url);
  }
  expect(host.addressOf(page)).toMatch(/^app:\/\/ui\//);

  const opened = await page.evaluate(() =>
    [
      'https://elsewhere.invalid/help',
      'http://elsewhere.invalid/',
      'file:///etc/passwd',
      'app://ui/index.html',
      'about:blank',
    ].map((url) => window.open(url)),
  );
  expect(opened).toEqual([null, null, null, null, null]);
  await expect.poll(() => journal(host, 'open-external')).toEqual(['https://elsewhere.invalid/help']);
  expect(await host.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  expect((await ask(page, 'node.get')).value.mode).toBe('desktop');
});

test('only the page itself is answered: no frame in it, no other page, no frame that is gone', async ({ start }) => {
  const host = await start();
  await host.firstWindow();
  const replies = await host.evaluate(async ({ standIn }, channel) => {
    const ui = 'app://ui/index.html';
    const frames = [
      { url: ui, parent: null },
      { url: ui, parent: { url: ui } },
      { url: 'https://elsewhere.invalid/', parent: null },
      { url: 'app://passphrase/x/', parent: null },
      { url: 'app://ui.elsewhere.invalid/', parent: null },
      null,
    ];
    const all = await Promise.all(
      frames.map(async (frame) => standIn?.invokeAs(frame, channel, 'node.get', undefined)),
    );
    return all.map((reply) => {
      const { ok, failure } = reply as { ok: boolean; failure?: { code: string } };
      return ok ? 'answered' : failure?.code;
    });
  }, REQUEST_CHANNEL);
  expect(replies[0]).toBe('answered');
  expect(new Set(replies.slice(1)).size).toBe(1);
  expect(replies[1]).toMatch(/untrusted/);
});

test('a page saves what it made itself, and nothing from elsewhere', async ({ start }) => {
  const host = await start();
  const page = await host.firstWindow();
  const give = (href: string | undefined) =>
    page.evaluate((address) => {
      const link = document.createElement('a');
      link.href = address ?? URL.createObjectURL(new Blob(['x']));
      link.download = 'x.txt';
      link.click();
    }, href);
  const downloads = async () => (await journal(host, 'download')) as { url: string; let: boolean }[];
  await give('data:text/plain,x');
  await expect.poll(downloads).toEqual([{ url: 'data:text/plain,x', name: 'x.txt', let: false }]);
  await give(undefined);
  await expect.poll(async () => (await downloads()).map((each) => each.let)).toEqual([false, true]);
  expect((await downloads())[1]!.url).toMatch(/^blob:app:\/\/ui\/[0-9a-f-]{36}$/);
});
