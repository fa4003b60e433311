// A headless Chromium and the DevTools connection to it. The host talks over a pipe, which has a good end: when this
// process dies, however it dies, the pipe closes and Chromium quits. The test talks over the port.
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { FoundChromium } from './chromium.ts';
import type { EventName, EventParams, Method, Params, Result } from './protocol.ts';
import { settings } from './settings.ts';

const FLAGS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--remote-debugging-port=0',
  '--no-startup-window',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-popup-blocking', // Electron asks the window-open handler, with or without a user gesture
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage', // containers give /dev/shm 64 MB
  '--disable-features=Translate',
  '--disable-gpu',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
  // Requests are stopped and decided one by one; this holds even for what escapes that, such as WebSockets.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE ::1',
];

/** How long Chromium may take to close before it is killed. */
const CLOSING_MS = 3000;

interface Waiting {
  method: string;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

interface Message {
  id?: number;
  result?: unknown;
  error?: { message: string };
  method?: EventName;
  params?: unknown;
  sessionId?: string;
}

/** A page and the DevTools session in which it is spoken to. */
export interface Target {
  targetId: string;
  sessionId: string;
}

export class DevTools {
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #process: ChildProcess | undefined;
  #profile: string | undefined;
  #unclaimed = new Map<string, string>();
  #opening = 0;
  #port = 0;

  /** Where others, such as Playwright, can connect. */
  get port(): number {
    return this.#port;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Chromium's folder, as long as it is there. */
  get profile(): string | undefined {
    return this.#profile;
  }

  /** @throws Error with what Chromium wrote when it ends instead of listening */
  async start(chromium: FoundChromium): Promise<void> {
    this.#profile = mkdtempSync(join(settings.home ?? tmpdir(), 'chromium-'));
    const flags = [...FLAGS, ...chromium.args, `--user-data-dir=${this.#profile}`];
    const child = spawn(chromium.executablePath, flags, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...chromium.env },
    });
    this.#process = child;
    this.#listen(child.stdio[4] as Readable);
    this.#pipe.on('error', () => {}); // EPIPE after its end; the exit is reported below
    this.#port = await listeningPort(child);
    child.once('exit', () => this.#failAll());
    this.on('Target.attachedToTarget', undefined, (attached) => this.#attached(attached));
    // Every new page stops before its first instruction until it has been looked at here.
    await this.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [{ type: 'page' }],
    });
  }

  send<M extends Method>(method: M, params?: Params<M>, sessionId?: string): Promise<Result<M>> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve: resolve as Waiting['resolve'], reject });
      this.#pipe.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Listens to an event of one session, or of the browser itself. */
  on<E extends EventName>(event: E, sessionId: string | undefined, listener: (params: EventParams<E>) => void): void {
    this.#events.on(`${sessionId ?? ''}:${event}`, listener);
  }

  /** Opens an empty page in a window of its own. It waits for `Runtime.runIfWaitingForDebugger`. */
  async openPage(width: number, height: number): Promise<Target> {
    this.#opening += 1;
    try {
      const { targetId } = await this.send('Target.createTarget', {
        url: 'about:blank',
        newWindow: true,
        width,
        height,
      });
      const sessionId = this.#unclaimed.get(targetId); // Chromium attaches before it answers
      if (!sessionId) throw new Error('chromium opened a page without attaching to it');
      this.#unclaimed.delete(targetId);
      return { targetId, sessionId };
    } finally {
      this.#opening -= 1;
      this.#closeStrangers();
    }
  }

  /** Closes Chromium in good order, or kills it, and removes its profile. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSING_MS);
      this.send('Browser.close').catch(() => {});
      await gone;
      clearTimeout(late);
    }
    this.#removeProfile();
  }

  /** The same without waiting, for the last moment of a process. */
  kill(): void {
    if (this.#process?.exitCode === null) this.#process.kill('SIGKILL');
    this.#removeProfile();
  }

  get #pipe(): Writable {
    if (!this.#process) throw new Error('chromium is not running');
    return this.#process.stdio[3] as Writable;
  }

  #removeProfile(): void {
    if (!this.#profile) return;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    this.#profile = undefined;
  }

  #listen(pipe: Readable): void {
    let text = '';
    pipe.setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.#receive(JSON.parse(message) as Message);
    });
  }

  #receive(message: Message): void {
    if (message.id === undefined) {
      this.#events.emit(`${message.sessionId ?? ''}:${message.method}`, message.params);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`));
    else waiting?.resolve(message.result);
  }

  #failAll(): void {
    for (const { method, reject } of this.#waiting.values()) reject(new Error(`${method}: chromium is gone`));
    this.#waiting.clear();
  }

  #attached({ targetInfo, sessionId }: EventParams<'Target.attachedToTarget'>): void {
    this.#unclaimed.set(targetInfo.targetId, sessionId);
    if (this.#opening === 0) this.#closeStrangers();
  }

  /** A page that was not opened here is a popup; the window that wanted it has been asked, and the answer is never yes. */
  #closeStrangers(): void {
    if (this.#opening > 0) return;
    for (const [targetId, sessionId] of this.#unclaimed) {
      // The opener waits for a popup that is stopped, so it is let go: with all its requests held, and just to be closed.
      const steps = [
        this.send('Fetch.enable', {}, sessionId),
        this.send('Runtime.runIfWaitingForDebugger', {}, sessionId),
        this.send('Target.closeTarget', { targetId }),
      ];
      for (const step of steps) step.catch(() => {}); // it may be gone by any of them
    }
    this.#unclaimed.clear();
  }
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const listen = (chunk: Buffer) => {
      text += chunk;
      const found = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(text);
      if (!found) return;
      child.stderr?.off('data', listen).resume(); // what else it says has to go somewhere
      resolve(Number(found[1]));
    };
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`chromium ended (${code ?? signal})\n${text}`)));
  });
}
