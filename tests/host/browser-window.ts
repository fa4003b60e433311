// BrowserWindow: a page in headless Chromium plus the manners of a window: shown or hidden, focused, closed.
import { EventEmitter } from 'node:events';
import { type Emits, PreventableEvent } from './event.ts';
import { record } from './journal.ts';
import { isReady } from './lifecycle.ts';
import { namesMissing } from './missing.ts';
import { WebContents, type WebPreferences } from './web-contents.ts';

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Options extends Partial<Bounds> {
  show?: boolean;
  title?: string;
  webPreferences?: WebPreferences;
}

/** Those that are open. */
export const windows = new Set<BrowserWindow>();

/** Emits `created` with the window, and `all-closed`. */
export const windowNews = new EventEmitter<{ created: [BrowserWindow]; 'all-closed': [] }>();

let lastId = 0;
const focus: { on: BrowserWindow | null } = { on: null };

const EVENTS = [
  'blur',
  'close',
  'closed',
  'focus',
  'hide',
  'maximize',
  'minimize',
  'move',
  'ready-to-show',
  'resize',
  'restore',
  'show',
  'unmaximize',
] as const;

export class BrowserWindow extends EventEmitter<Emits<typeof EVENTS>> {
  static {
    namesMissing(this, 'BrowserWindow.prototype');
  }
  static readonly EVENTS = EVENTS;

  readonly id: number;
  readonly webContents: WebContents;
  #title: string;
  #bounds: Bounds;
  #visible: boolean;
  #minimized = false;
  #maximized = false;

  constructor(options: Options = {}) {
    super();
    if (!isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    lastId += 1;
    this.id = lastId;
    const { x = 0, y = 0, width = 800, height = 600, title = '', webPreferences = {} } = options;
    this.#bounds = { x, y, width, height };
    this.#title = title;
    this.#visible = options.show !== false;
    this.webContents = new WebContents({ width, height, webPreferences });
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.webContents.once('destroyed', () => this.destroy());
    windows.add(this);
    windowNews.emit('created', this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return [...windows].find((window) => window.webContents === contents) ?? null;
  }

  static fromId(id: number): BrowserWindow | null {
    return [...windows].find((window) => window.id === id) ?? null;
  }

  static getFocusedWindow(): BrowserWindow | null {
    return focus.on;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  reload(): void {
    this.webContents.reload();
  }

  show(): void {
    this.showInactive();
    this.focus();
  }

  showInactive(): void {
    if (this.#visible) return;
    this.#visible = true;
    this.emit('show');
  }

  hide(): void {
    if (!this.#visible) return;
    this.#visible = false;
    this.blur();
    this.emit('hide');
  }

  focus(): void {
    if (focus.on === this) return;
    focus.on?.blur();
    focus.on = this;
    this.emit('focus');
  }

  blur(): void {
    if (focus.on !== this) return;
    focus.on = null;
    this.emit('blur');
  }

  minimize(): void {
    this.#minimized = true;
    this.emit('minimize');
  }

  restore(): void {
    this.#minimized = false;
    this.emit('restore');
  }

  maximize(): void {
    this.#maximized = true;
    this.emit('maximize');
  }

  unmaximize(): void {
    this.#maximized = false;
    this.emit('unmaximize');
  }

  isVisible(): boolean {
    return this.#visible;
  }

  isFocused(): boolean {
    return focus.on === this;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  isFullScreen(): boolean {
    return false;
  }

  isDestroyed(): boolean {
    return !windows.has(this);
  }

  getBounds(): Bounds {
    return { ...this.#bounds };
  }

  getNormalBounds(): Bounds {
    return this.getBounds();
  }

  setBounds(bounds: Partial<Bounds>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    this.emit('move');
    this.emit('resize');
  }

  getTitle(): string {
    return this.#title;
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  setProgressBar(progress: number): void {
    record('progress', progress);
  }

  setMenuBarVisibility(_visible: boolean): void {}

  setAutoHideMenuBar(_hide: boolean): void {}

  removeMenu(): void {}

  setContentProtection(_enable: boolean): void {}

  setBackgroundColor(_color: string): void {}

  flashFrame(_flag: boolean): void {}

  /** Asks the `close` listeners first; the app may rather hide its window. */
  close(): void {
    const event = new PreventableEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (!windows.delete(this)) return;
    if (focus.on === this) focus.on = null;
    WebContents.destroy(this.webContents);
    this.emit('closed');
    if (windows.size === 0) windowNews.emit('all-closed');
  }
}
