// app: readiness, paths, the single-instance lock, and the way out.
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { windowNews, windows } from './browser-window.ts';
import { type Emits, PreventableEvent } from './event.ts';
import { record } from './journal.ts';
import { browser, isReady, whenReady } from './lifecycle.ts';
import { namesMissing } from './missing.ts';
import { appFolder, manifest, settings } from './settings.ts';

let invented: string | undefined;

/** Where the app's folders lie: given by the test, or a temporary place that goes with the process. */
function home(): string {
  if (settings.home) return settings.home;
  if (!invented) {
    const folder = mkdtempSync(join(tmpdir(), 'stand-in-home-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    invented = folder;
  }
  return invented;
}

const EVENTS = [
  'activate',
  'before-quit',
  'browser-window-created',
  'open-url',
  'quit',
  'ready',
  'second-instance',
  'web-contents-created',
  'will-finish-launching',
  'will-quit',
  'window-all-closed',
] as const;

class App extends EventEmitter<Emits<typeof EVENTS>> {
  static {
    namesMissing(this, 'app');
  }
  static readonly EVENTS = EVENTS;

  readonly isPackaged = settings.packaged;
  /** Only macOS has a dock. */
  readonly dock = undefined;
  name = manifest.productName ?? manifest.name;
  readonly commandLine = { appendSwitch: () => {}, hasSwitch: () => false };
  readonly #paths = new Map([
    ['temp', tmpdir()],
    ['home', homedir()],
    ['exe', process.execPath],
  ]);
  #login: object = { openAtLogin: false };
  readonly #schemes = new Set<string>();
  #quitting = false;

  constructor() {
    super();
    windowNews.on('created', (window) => {
      this.emit('web-contents-created', {}, window.webContents);
      this.emit('browser-window-created', {}, window);
    });
    windowNews.on('all-closed', () => this.#allClosed());
  }

  whenReady(): Promise<void> {
    return whenReady();
  }

  isReady(): boolean {
    return isReady();
  }

  getName(): string {
    return this.name;
  }

  setName(name: string): void {
    this.name = name;
  }

  getVersion(): string {
    return manifest.version;
  }

  getLocale(): string {
    return settings.locale;
  }

  getSystemLocale(): string {
    return settings.locale;
  }

  getPreferredSystemLanguages(): string[] {
    return [settings.locale];
  }

  getAppPath(): string {
    return appFolder;
  }

  getPath(name: string): string {
    const known = this.#paths.get(name);
    if (known) return known;
    this.setPath(name, join(home(), name));
    return this.getPath(name);
  }

  setPath(name: string, path: string): void {
    mkdirSync(path, { recursive: true });
    this.#paths.set(name, path);
  }

  /** What is handed over is recorded; where there is another instance it would emit `second-instance` with it. */
  requestSingleInstanceLock(data: object = {}): boolean {
    record('single-instance', data);
    return !settings.secondInstance;
  }

  hasSingleInstanceLock(): boolean {
    return !settings.secondInstance;
  }

  releaseSingleInstanceLock(): void {}

  setLoginItemSettings(login: object): void {
    this.#login = { ...this.#login, ...login };
    record('login-item', login);
  }

  getLoginItemSettings(): object {
    return { ...this.#login };
  }

  setAsDefaultProtocolClient(scheme: string, path?: string, args: string[] = []): boolean {
    this.#schemes.add(scheme);
    record('protocol-client', { scheme, path, args });
    return true;
  }

  isDefaultProtocolClient(scheme: string, _path?: string, _args?: string[]): boolean {
    return this.#schemes.has(scheme);
  }

  setAppUserModelId(id: string): void {
    record('app-id', id);
  }

  setBadgeCount(count: number): boolean {
    record('badge', count);
    return true;
  }

  setAboutPanelOptions(_options: object): void {}

  enableSandbox(): void {}

  disableHardwareAcceleration(): void {}

  getAppMetrics(): object[] {
    return [];
  }

  focus(): void {}

  relaunch(options: object = {}): void {
    record('relaunch', options);
  }

  /** Electron's order: before-quit, each window's close, will-quit, quit; any of the first three may say no. */
  quit(): void {
    if (this.#quitting) return;
    const before = new PreventableEvent();
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    this.#quitting = true;
    for (const window of windows) {
      window.close();
      if (!window.isDestroyed()) {
        this.#quitting = false;
        return;
      }
    }
    const will = new PreventableEvent();
    this.emit('will-quit', will);
    if (will.defaultPrevented) this.#quitting = false;
    else this.exit(0);
  }

  /** Leaves without asking, once Chromium is gone. */
  exit(code = 0): void {
    this.#quitting = true;
    this.emit('quit', {}, code);
    void browser.stop().finally(() => process.exit(code));
  }

  /** Without a listener Electron quits when the last window closes. */
  #allClosed(): void {
    if (this.#quitting) return;
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
    else this.quit();
  }
}

export const app = new App();
