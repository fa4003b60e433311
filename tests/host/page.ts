// One page in Chromium, as a window needs it: the preload injected, every request stopped and decided, and what happens
// there reported to its owner.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inward } from './addresses.ts';
import { type FromPreload, type Preload, pageWorld, preloadWorld, type ToPreload } from './bridge-page.ts';
import { makeCodec } from './codec.ts';
import type { Target } from './devtools.ts';
import { record } from './journal.ts';
import { browser, whenReady } from './lifecycle.ts';
import type { EventName, EventParams, Method, Params, Result } from './protocol.ts';
import { handlerFor, outward } from './schemes.ts';
import type { RequestDetails } from './session.ts';

/** The isolated world in which the preload runs. */
const WORLD = 'electron-preload';

type Paused = EventParams<'Fetch.requestPaused'>;

/** A navigation that the page, not the app, wants. */
export interface Navigation {
  url: string;
  isMainFrame: boolean;
}

/** Hears what happens in the page, and decides what may. All addresses are the app's own. */
export interface PageOwner {
  domReady(): void;
  loaded(): void;
  navigated(url: string): void;
  navigatedInPage(url: string): void;
  failed(url: string, error: string): void;
  crashed(): void;
  console(level: string, text: string): void;
  windowOpen(url: string, frameName: string): void;
  mayNavigate(navigation: Navigation): boolean;
  mayRequest(details: RequestDetails): Promise<boolean>;
  /** `reply` goes to the document that sent the message, even when another has taken its place. */
  message(message: FromPreload, reply: (message: ToPreload) => void): void;
}

export class Page {
  readonly #owner: PageOwner;
  readonly #opened: Promise<Target>;
  #sessionId = '';
  #mainFrame = '';
  #preloadContext: number | undefined;
  /** The address that the app itself is loading, which no guard is asked about. */
  #loading: string | undefined;
  #closed = false;

  constructor(owner: PageOwner, options: { width: number; height: number; preload?: string }) {
    this.#owner = owner;
    this.#opened = this.#open(options);
    this.#opened.catch(() => {}); // reported by the user of the page
  }

  /** @throws Error when Chromium can't reach the address; waits until the page has loaded otherwise */
  async load(url: string): Promise<void> {
    await this.#opened;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onLoaded.push(resolve);
    this.#loading = outward(url);
    const { errorText, loaderId } = await this.#call('Page.navigate', { url: this.#loading });
    // Only the fragment is another one: the document stays, and nothing is loaded.
    if (!errorText && loaderId === undefined) {
      this.#loading = undefined;
      this.#onLoaded.splice(this.#onLoaded.indexOf(resolve), 1);
      return;
    }
    if (errorText) {
      this.#onLoaded.pop();
      this.#owner.failed(url, errorText);
      throw new Error(`${errorText} loading '${url}'`);
    }
    await promise;
  }

  async reload(): Promise<void> {
    await this.#opened;
    await this.#call('Page.reload');
  }

  /** Sends to the preload of the document that is shown now; without one, it is lost. */
  send(message: ToPreload): void {
    this.#deliver(message, this.#preloadContext);
  }

  async evaluate(expression: string): Promise<unknown> {
    await this.#opened;
    const { result, exceptionDetails } = await this.#call('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async screenshot(): Promise<Buffer> {
    await this.#opened;
    const { data } = await this.#call('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data, 'base64');
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { targetId } = await this.#opened;
    await browser.send('Target.closeTarget', { targetId });
  }

  readonly #onLoaded: (() => void)[] = [];

  #call<M extends Method>(method: M, params?: Params<M>): Promise<Result<M>> {
    return browser.send(method, params, this.#sessionId);
  }

  #on<E extends EventName>(event: E, listener: (params: EventParams<E>) => void): void {
    browser.on(event, this.#sessionId, listener);
  }

  async #open({ width, height, preload }: { width: number; height: number; preload?: string }): Promise<Target> {
    await whenReady();
    const target = await browser.openPage(width, height);
    this.#sessionId = target.sessionId;
    this.#mainFrame = target.targetId; // they are the same by Chromium's design
    const tag = `stand-in-${randomUUID()}`;
    const binding = `__ipc_${tag.replaceAll('-', '_')}`;
    this.#report();
    this.#on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name !== binding) return;
      const reply = (message: ToPreload) => this.#deliver(message, executionContextId);
      this.#owner.message(JSON.parse(payload) as FromPreload, reply);
    });
    this.#on('Fetch.requestPaused', (paused) => void this.#decide(paused).catch(() => {})); // gone with its page
    await Promise.all([
      this.#call('Page.enable'),
      this.#call('Runtime.enable'),
      this.#call('Log.enable'),
      this.#call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }),
      this.#call('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      this.#call('Runtime.addBinding', { name: binding, executionContextName: WORLD }),
      this.#call('Page.addScriptToEvaluateOnNewDocument', {
        source: inMainFrame(`(${pageWorld.toString()})('${tag}')`),
      }),
      ...(preload ? [this.#addPreload({ tag, binding, file: preload })] : []),
    ]);
    await this.#call('Runtime.runIfWaitingForDebugger');
    return target;
  }

  async #addPreload(where: Pick<Preload, 'tag' | 'binding' | 'file'>): Promise<void> {
    const preload: Preload = { ...where, source: readFileSync(where.file, 'utf8'), platform: process.platform };
    const source = inMainFrame(`(${preloadWorld.toString()})((${makeCodec.toString()})(), ${JSON.stringify(preload)})`);
    await this.#call('Page.addScriptToEvaluateOnNewDocument', { worldName: WORLD, source });
  }

  #report(): void {
    const owner = this.#owner;
    this.#on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === WORLD && context.auxData?.frameId === this.#mainFrame) this.#preloadContext = context.id;
    });
    this.#on('Runtime.executionContextsCleared', () => {
      this.#preloadContext = undefined;
    });
    this.#on('Runtime.exceptionThrown', ({ exceptionDetails: { exception, text } }) => {
      record('page-exception', exception?.description ?? text);
    });
    this.#on('Runtime.consoleAPICalled', ({ type, args }) => {
      owner.console(type, args.map((each) => each.value ?? each.description).join(' '));
    });
    this.#on('Log.entryAdded', ({ entry: { level, text, url } }) => record('page-log', { level, text, url }));
    this.#on('Page.domContentEventFired', () => owner.domReady());
    this.#on('Page.loadEventFired', () => {
      this.#loading = undefined;
      for (const done of this.#onLoaded.splice(0)) done();
      owner.loaded();
    });
    this.#on('Page.frameNavigated', ({ frame }) => {
      if (frame.id === this.#mainFrame) owner.navigated(inward(frame.url + (frame.urlFragment ?? '')));
    });
    this.#on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId === this.#mainFrame) owner.navigatedInPage(inward(url));
    });
    this.#on('Page.windowOpen', ({ url, windowName }) => owner.windowOpen(inward(url), windowName));
    this.#on('Inspector.targetCrashed', () => owner.crashed());
  }

  /** Decides over a request: first the guards, then the app's own schemes, then loopback; the world is closed. */
  async #decide(paused: Paused): Promise<void> {
    const { requestId, request, resourceType, frameId } = paused;
    const url = inward(request.url);
    if (resourceType === 'Document' && !paused.redirectedRequestId && !this.#isOurs(paused)) {
      const navigation: Navigation = { url, isMainFrame: frameId === this.#mainFrame };
      if (!this.#owner.mayNavigate(navigation)) {
        record('navigation-cancelled', navigation);
        // ERR_ABORTED leaves the page where it is; any other error would show Chromium's error page.
        await this.#call('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
        return;
      }
    }
    const details = { url, method: request.method, resourceType: typeNames[resourceType] ?? 'other' };
    if (!(await this.#owner.mayRequest(details))) {
      await this.#call('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
    } else if (url !== request.url) {
      await this.#answer(paused, url);
    } else if (isLoopback(url)) {
      await this.#call('Fetch.continueRequest', { requestId });
    } else {
      record('network-blocked', { url, resourceType });
      await this.#call('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
    }
  }

  #isOurs({ request, frameId }: Paused): boolean {
    const [loading] = (this.#loading ?? '').split('#');
    return frameId === this.#mainFrame && request.url === loading;
  }

  /** Answers a request to one of the app's schemes by the app's own handler. */
  async #answer({ requestId, request }: Paused, url: string): Promise<void> {
    const handler = handlerFor(url);
    if (!handler) {
      await this.#call('Fetch.failRequest', { requestId, errorReason: 'NameNotResolved' });
      return;
    }
    try {
      const { method, headers, postData } = request;
      const reply = await handler(new Request(url, { method, headers, body: postData ?? null }));
      const body = Buffer.from(await reply.arrayBuffer()).toString('base64');
      await this.#call('Fetch.fulfillRequest', {
        requestId,
        responseCode: reply.status,
        responseHeaders: [...reply.headers].map(([name, value]) => ({ name, value })),
        body,
      });
    } catch (error) {
      record('protocol-error', String(error));
      await this.#call('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    }
  }

  #deliver(message: ToPreload, contextId: number | undefined): void {
    if (contextId === undefined || this.#closed) return;
    const expression = `__standInReceive(${JSON.stringify(message)})`;
    this.#call('Runtime.evaluate', { contextId, expression }).catch(() => {}); // the document may be gone by then
  }
}

/** Electron runs a preload in the main frame alone. */
const inMainFrame = (source: string) => `if (window === window.top) { ${source} }`;

const isLoopback = (url: string) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

/** Electron's names for Chromium's resource types, where it has one. */
const typeNames: Record<string, string> = {
  Document: 'mainFrame',
  Stylesheet: 'stylesheet',
  Script: 'script',
  Image: 'image',
  Font: 'font',
  Media: 'media',
  XHR: 'xhr',
  Fetch: 'xhr',
  WebSocket: 'webSocket',
};
