// webContents: what a window's page looks like to the app.
import { EventEmitter } from 'node:events';
import type { FromPreload, ToPreload } from './bridge-page.ts';
import { makeCodec, type Packed } from './codec.ts';
import { type Emits, PreventableEvent } from './event.ts';
import { dispatch, ipcMain } from './ipc-main.ts';
import { record } from './journal.ts';
import { namesMissing } from './missing.ts';
import { image, type NativeImage } from './native-image.ts';
import { type Navigation, Page, type PageOwner } from './page.ts';
import { defaultSession, requestAllowed } from './session.ts';

export interface WebPreferences {
  preload?: string;
  sandbox?: boolean;
  contextIsolation?: boolean;
  nodeIntegration?: boolean;
  webSecurity?: boolean;
  webviewTag?: boolean;
  javascript?: boolean;
}

type WindowOpenHandler = (details: object) => { action: 'allow' | 'deny' };

const codec = makeCodec();
let lastId = 0;

const EVENTS = [
  'console-message',
  'destroyed',
  'did-fail-load',
  'did-finish-load',
  'did-navigate',
  'did-navigate-in-page',
  'dom-ready',
  'render-process-gone',
  'will-attach-webview',
  'will-frame-navigate',
  'will-navigate',
  'will-redirect',
] as const;

export class WebContents extends EventEmitter<Emits<typeof EVENTS>> {
  static {
    namesMissing(this, 'webContents');
  }
  static readonly EVENTS = EVENTS;

  readonly id: number;
  readonly session = defaultSession;
  /** As the app asked for them; only a test can see them. */
  readonly #preferences: WebPreferences;
  readonly #page: Page;
  #url = '';
  #destroyed = false;
  #windowOpenHandler: WindowOpenHandler | undefined;

  constructor(options: { width: number; height: number; webPreferences: WebPreferences }) {
    super();
    lastId += 1;
    this.id = lastId;
    this.#preferences = options.webPreferences;
    const { preload, sandbox, contextIsolation, nodeIntegration, webSecurity } = options.webPreferences;
    if (nodeIntegration || [sandbox, contextIsolation, webSecurity].includes(false)) {
      record('unsafe-web-preferences', options.webPreferences);
    }
    this.#page = new Page(this.#pageOwner(), { width: options.width, height: options.height, preload });
  }

  loadURL(url: string): Promise<void> {
    return this.#page.load(url);
  }

  /** @throws Error when the page is closed, or a value can't be cloned */
  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    this.#page.send({ channel, args: codec.encode(args) });
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler;
  }

  executeJavaScript(code: string): Promise<unknown> {
    return this.#page.evaluate(code);
  }

  async capturePage(): Promise<NativeImage> {
    return image(await this.#page.screenshot());
  }

  getURL(): string {
    return this.#url;
  }

  reload(): void {
    void this.#page.reload();
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  close(): void {
    WebContents.destroy(this);
  }

  openDevTools(): void {}

  static preferences(contents: WebContents): WebPreferences {
    return contents.#preferences;
  }

  static destroy(contents: WebContents): void {
    if (contents.#destroyed) return;
    contents.#destroyed = true;
    contents.#page.close().catch(() => {}); // Chromium may be gone already
    contents.emit('destroyed');
  }

  #pageOwner(): PageOwner {
    return {
      domReady: () => void this.emit('dom-ready', {}),
      loaded: () => void this.emit('did-finish-load', {}),
      navigated: (url) => {
        this.#url = url;
        this.emit('did-navigate', {}, url, 200, 'OK');
      },
      navigatedInPage: (url) => {
        this.#url = url;
        this.emit('did-navigate-in-page', {}, url, true);
      },
      failed: (url, error) => void this.emit('did-fail-load', {}, -2, error, url, true),
      crashed: () => void this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
      console: (level, message) => {
        record('console', { level, message });
        this.emit('console-message', { level, message });
      },
      windowOpen: (url, frameName) => this.#openWindow(url, frameName),
      mayNavigate: (navigation) => this.#mayNavigate(navigation),
      mayRequest: (details) => requestAllowed(this.session, details),
      message: (message, reply) => void this.#message(message, reply),
    };
  }

  #mayNavigate(navigation: Navigation): boolean {
    const event = new PreventableEvent({ ...navigation, isSameDocument: false });
    this.emit('will-frame-navigate', event);
    if (navigation.isMainFrame) this.emit('will-navigate', event, navigation.url);
    return !event.defaultPrevented;
  }

  /** The popup itself never comes to life: `DevTools` closes what the app did not open. */
  #openWindow(url: string, frameName: string): void {
    const details = {
      url,
      frameName,
      features: '',
      disposition: 'foreground-tab',
      referrer: { url: '', policy: 'default' },
    };
    const { action } = this.#windowOpenHandler?.(details) ?? { action: 'allow' };
    record('window-open', { url, action });
    if (action === 'allow')
      record('not-implemented', `stand-in: a window opened by a page (${url}) is not implemented`);
  }

  async #message(message: FromPreload, reply: (answer: ToPreload) => void): Promise<void> {
    const { protocol, host } = new URL(this.#url);
    const event = {
      type: 'frame',
      sender: this,
      senderFrame: { url: this.#url, origin: `${protocol}//${host}`, parent: null },
      processId: 1,
      frameId: 1,
    };
    const args = codec.decode(message.args) as unknown[];
    if (message.type === 'send') {
      ipcMain.emit(message.channel, event, ...args);
      return;
    }
    try {
      const value: Packed = codec.encode(await dispatch(message.channel, event, args));
      reply({ reply: message.id, ok: true, value });
    } catch (error) {
      reply({
        reply: message.id,
        ok: false,
        error: `Error invoking remote method '${message.channel}': ${String(error)}`,
      });
    }
  }
}
