// The one window: sandboxed, isolated, kept on our own pages, and back where it stood. Closed, it is gone and costs nothing;
// opened again, it shows the place where it was.

import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { PAGES } from '../addresses.ts';
import { readSmall, writeSmall } from '../small-file.ts';
import { LEAST, Place, placeOn, type Rect } from './place.ts';

export interface MainWindowDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The user closes the window: true lets it go. */
  readonly mayClose: () => boolean;
  readonly focusChanged: () => void;
}

const SAVE_AFTER_MS = 500;
const PAPER = { light: '#f6f8f8', dark: '#101516' };
const START = '#/';

export class MainWindow {
  readonly #deps: MainWindowDeps;
  readonly #file: string;
  #window: BrowserWindow | undefined;
  #place: Place | undefined;
  #cancelSave: (() => void) | undefined;
  #forgotten = false;
  /** Where the pages were when the window was closed. */
  #left = START;

  /** `folder`: the data folder's `window`. After `ready`. */
  constructor(deps: MainWindowDeps, folder: string) {
    this.#deps = deps;
    this.#file = join(folder, 'place.json');
    this.#place = readSmall(this.#file, Place);
    screen.on('display-removed', () => this.#comeBack());
    screen.on('display-metrics-changed', () => this.#comeBack());
  }

  /** What pages to push to, if any. */
  get contents(): WebContents | undefined {
    return this.#window?.isDestroyed() === false ? this.#window.webContents : undefined;
  }

  get native(): BrowserWindow | undefined {
    return this.#window;
  }

  get focused(): boolean {
    return this.#window?.isFocused() ?? false;
  }

  /** Brings it to the front, made anew where it is closed; at a place of the pages, or where it was. */
  show(place?: string): void {
    const window = this.#window;
    if (window === undefined) {
      // It shows itself once there is something to see.
      this.#window = this.#open(place ?? this.#left);
      return;
    }
    if (place !== undefined) this.#load(window, place);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** Its closing is no question from now on, and nothing of it is remembered; `closed` comes after it. */
  letGo(closed: () => void): void {
    this.#cancelSave?.();
    this.#forgotten = true;
    this.#window?.once('closed', closed);
  }

  /** Lets go of it without a question, and so without the event that comes with one. */
  close(): void {
    this.#remember();
    this.#window?.destroy();
  }

  #open(place: string): BrowserWindow {
    const stands = placeOn(this.#place, areas());
    const window = new BrowserWindow({
      ...stands.bounds,
      minWidth: LEAST.width,
      minHeight: LEAST.height,
      show: false,
      title: 'Hearth',
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? PAPER.dark : PAPER.light,
      webPreferences: {
        preload: join(import.meta.dirname, '../preload/index.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
      },
    });
    if (stands.maximized) window.maximize();
    window.once('ready-to-show', () => window.show());
    this.#listen(window);
    this.#load(window, place);
    return window;
  }

  #listen(window: BrowserWindow): void {
    for (const event of ['move', 'resize', 'maximize', 'unmaximize'] as const) {
      window.on(event as 'move', () => this.#saveSoon());
    }
    window.on('close', (event) => {
      if (this.#forgotten || this.#deps.mayClose()) this.#remember();
      else event.preventDefault();
    });
    window.on('closed', () => {
      this.#cancelSave?.();
      this.#window = undefined;
      this.#deps.focusChanged();
    });
    for (const event of ['focus', 'blur'] as const) window.on(event as 'focus', () => this.#deps.focusChanged());
    window.webContents.on('did-navigate-in-page', (_event, url, isMainFrame) => {
      if (isMainFrame) this.#left = URL.canParse(url) ? new URL(url).hash || START : START;
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      this.#deps.logger.error('the pages have ended by themselves', { reason });
      if (reason !== 'clean-exit' && !window.isDestroyed()) window.reload();
    });
  }

  #load(window: BrowserWindow, place: string): void {
    window.loadURL(`${PAGES}/index.html${place}`).catch((error: unknown) => {
      // Closed, or sent elsewhere, before it was there.
      this.#deps.logger.debug('a page was not loaded to its end', { error });
    });
  }

  /** What was shown on a display that is gone, or has become smaller, comes to where it can be seen. */
  #comeBack(): void {
    const window = this.#window;
    if (!window || window.isMaximized() || window.isMinimized()) return;
    const now = window.getBounds();
    const { bounds } = placeOn({ bounds: now, maximized: false }, areas());
    if (JSON.stringify(bounds) !== JSON.stringify(rectOf(now))) window.setBounds(bounds);
  }

  #saveSoon(): void {
    this.#cancelSave ??= this.#deps.clock.after(SAVE_AFTER_MS, () => this.#remember());
  }

  #remember(): void {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    const window = this.#window;
    if (!window || this.#forgotten || window.isDestroyed() || window.isMinimized()) return;
    const place = Place.safeParse({ bounds: rectOf(window.getNormalBounds()), maximized: window.isMaximized() });
    if (!place.success) return;
    this.#place = place.data;
    try {
      writeSmall(this.#file, place.data);
    } catch (error) {
      this.#deps.logger.warn('where the window stands could not be kept', { error });
    }
  }
}

function areas(): Rect[] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}

function rectOf({ x, y, width, height }: Rect): Rect {
  return { x, y, width, height };
}
