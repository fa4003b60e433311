// The stand-in may have less than Electron, never more: a test that passes on an API that Electron lacks proves nothing.
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { declared, exportedToMain } from './declarations.ts';

// The stand-in reads the app's package.json when it is loaded, and starts nothing.
vi.stubEnv('STAND_IN_APP', join(import.meta.dirname, '../../host/fixture'));
const surface = await import('../../host/surface.ts');
const { image } = await import('../../host/native-image.ts');
const { WebContents } = await import('../../host/web-contents.ts');
const { Session } = await import('../../host/session.ts');
const { DownloadItem } = await import('../../host/downloads.ts');
const { ClientRequest } = await import('../../host/network.ts');
afterAll(() => vi.unstubAllEnvs());

/** Members that only the stand-in has, for its own sake; apps never see them in Electron's types. */
const STAND_IN_ONLY = new Set(['EVENTS', 'Tray.shown', 'Notification.clickShown']);

const singletons: Record<string, object> = {
  App: surface.app,
  Clipboard: surface.clipboard,
  Dialog: surface.dialog,
  GlobalShortcut: surface.globalShortcut,
  IpcMain: surface.ipcMain,
  NativeTheme: surface.nativeTheme,
  Net: surface.net,
  PowerMonitor: surface.powerMonitor,
  PowerSaveBlocker: surface.powerSaveBlocker,
  Protocol: surface.protocol,
  SafeStorage: surface.safeStorage,
  Screen: surface.screen,
  Session: new Session(),
  Shell: surface.shell,
  WebRequest: new Session().webRequest,
};

const instances: Record<string, object> = {
  MenuItem: new surface.MenuItem({ label: 'x' }),
  Menu: new surface.Menu(),
  NativeImage: image(),
  Notification: new surface.Notification({}),
  Tray: new surface.Tray(image()),
};

const classes: Record<string, { prototype: object }> = {
  BrowserWindow: surface.BrowserWindow,
  ClientRequest,
  DownloadItem,
  Menu: surface.Menu,
  MenuItem: surface.MenuItem,
  Notification: surface.Notification,
  Tray: surface.Tray,
  WebContents,
};

/** What Electron declares as static members of a class but exports as an object. */
const statics: Record<string, object> = {
  ...classes,
  NativeImage: surface.nativeImage,
  Session: surface.session,
  WebContents: surface.webContents,
};

/** Names that an object has beyond what every object, function and emitter has. */
function offered(thing: object): string[] {
  const common = new Set([
    ...Object.getOwnPropertyNames(new EventEmitter()),
    ...Object.getOwnPropertyNames(EventEmitter.prototype),
    ...Object.getOwnPropertyNames(Object.prototype),
  ]);
  const names = new Set<string>();
  for (let level: object | null = thing; level !== null; level = Object.getPrototypeOf(level) as object | null) {
    for (const name of Object.getOwnPropertyNames(level)) if (!common.has(name)) names.add(name);
  }
  return [...names].filter((name) => !STAND_IN_ONLY.has(name));
}

const without = (names: Iterable<string>, known: ReadonlySet<string>) => [...names].filter((name) => !known.has(name));

describe('the stand-in has nothing that Electron lacks', () => {
  it.each(Object.entries({ ...singletons, ...instances }))('as members of %s', (type, object) => {
    expect(offered(object).length).toBeGreaterThan(0);
    expect(without(offered(object), declared(type).members)).toEqual([]);
  });

  it.each(Object.entries(classes))('as methods of %s', (type, { prototype }) => {
    expect(without(offered(prototype), declared(type).members)).toEqual([]);
  });

  it.each(Object.entries(statics))('as static members of %s', (type, object) => {
    const functionsHave = new Set(['length', 'name', 'prototype', ...Object.getOwnPropertyNames(EventEmitter)]);
    const names = Object.getOwnPropertyNames(object).filter(
      (name) => !functionsHave.has(name) && !STAND_IN_ONLY.has(name) && !STAND_IN_ONLY.has(`${type}.${name}`),
    );
    expect(without(names, declared(type).statics)).toEqual([]);
  });

  it.each([
    ['App', surface.app.constructor],
    ['AutoUpdater', surface.autoUpdater.constructor],
    ['BrowserWindow', surface.BrowserWindow],
    ['ClientRequest', ClientRequest],
    ['NativeTheme', surface.nativeTheme.constructor],
    ['Notification', surface.Notification],
    ['WebContents', WebContents],
  ])('as events of %s', (type, emitter) => {
    const { EVENTS } = emitter as unknown as { EVENTS: readonly string[] };
    expect(EVENTS.length).toBeGreaterThan(0);
    expect(without(EVENTS, declared(type).events)).toEqual([]);
  });
});

describe('what a main process can import', () => {
  it('is there by the same names, if only to say that it is not implemented', () => {
    expect(Object.keys(surface).sort()).toEqual([...exportedToMain()].sort());
  });

  it('says its name when an app uses what is missing', () => {
    expect(() => (surface.crashReporter as { start?: unknown }).start).toThrow(
      'stand-in: crashReporter.start is not implemented',
    );
    expect(() => (surface.app as { getFileIcon?: unknown }).getFileIcon).toThrow(
      'stand-in: app.getFileIcon is not implemented',
    );
    expect(() => (surface.BrowserWindow.prototype as { setKiosk?: unknown }).setKiosk).toThrow(
      'stand-in: BrowserWindow.prototype.setKiosk is not implemented',
    );
    expect(() => (surface.shell as { beep?: unknown }).beep).toThrow('stand-in: shell.beep is not implemented');
  });

  it('stays silent for questions that are asked of every object', async () => {
    expect(await Promise.resolve(surface.app)).toBe(surface.app);
    expect(JSON.stringify({ theme: surface.nativeTheme })).toContain('theme');
    expect(`${Object.prototype.toString.call(surface.shell)}`).toBe('[object Object]');
    expect(surface.app).toBeInstanceOf(EventEmitter);
  });
});
