// Sessions: the permission handlers are kept, so that a test can ask them; onBeforeRequest really decides.
import { EventEmitter } from 'node:events';
import { record } from './journal.ts';
import { namesMissing, notImplemented } from './missing.ts';
import { protocol } from './schemes.ts';

export interface RequestDetails {
  url: string;
  method: string;
  /** In Electron's words: mainFrame, script, xhr… */
  resourceType: string;
}

type RequestHandler = (
  contents: unknown,
  permission: string,
  done: (granted: boolean) => void,
  details: object,
) => void;
type CheckHandler = (contents: unknown, permission: string, origin: string, details: object) => boolean;
type BeforeRequest = (details: RequestDetails, done: Decide) => void;
type Decide = (response: { cancel?: boolean }) => void;

class WebRequest {
  static {
    namesMissing(this, 'webRequest');
  }
  #listener: BeforeRequest | undefined;
  #patterns: string[] = [];

  onBeforeRequest(...args: [BeforeRequest | null] | [{ urls: string[] }, BeforeRequest | null]): void {
    const [filter, listener] = args.length === 2 ? args : [{ urls: [] }, args[0]];
    this.#patterns = filter.urls;
    this.#listener = listener ?? undefined;
  }

  /** Whether the app's listener lets a request through. */
  static async allows(webRequest: WebRequest, details: RequestDetails): Promise<boolean> {
    const listener = webRequest.#listener;
    if (!listener) return true;
    const { promise, resolve } = Promise.withResolvers<{ cancel?: boolean }>();
    const patterns = webRequest.#patterns;
    if (patterns.length > 0 && !patterns.some((pattern) => matches(pattern, details.url))) return true;
    listener(details, resolve);
    const answer = await promise;
    if ('redirectURL' in answer) throw notImplemented('webRequest.onBeforeRequest with redirectURL');
    return !answer.cancel;
  }
}

/** Chrome's match patterns, as far as a star for any text goes. */
function matches(pattern: string, url: string): boolean {
  if (pattern === '<all_urls>') return true;
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(url);
}

export const requestAllowed = (on: Session, details: RequestDetails): Promise<boolean> =>
  WebRequest.allows(on.webRequest, details);

/** What the two permission handlers of a session answer. Electron grants what has no handler. */
export interface PermissionAnswers {
  request: boolean;
  check: boolean;
}

/** Who asks for what. */
export interface Asked {
  permission: string;
  url: string;
  isMainFrame: boolean;
}

export class Session extends EventEmitter {
  static {
    namesMissing(this, 'session');
  }
  readonly protocol = protocol;
  readonly webRequest = new WebRequest();
  #request: RequestHandler | null = null;
  #check: CheckHandler | null = null;

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.#request = handler;
    record('permission-handler', 'request');
  }

  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.#check = handler;
    record('permission-handler', 'check');
  }

  /** Headless Chromium offers no devices, so the handler is never asked. */
  setDevicePermissionHandler(_handler: (() => boolean) | null): void {
    record('permission-handler', 'device');
  }

  static async ask(session: Session, { permission, url, isMainFrame }: Asked): Promise<PermissionAnswers> {
    const details = { requestingUrl: url, isMainFrame };
    const { origin } = new URL(url);
    const check = session.#check?.(null, permission, origin, details) ?? true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    if (session.#request) session.#request(null, permission, resolve, details);
    else resolve(true);
    return { check, request: await promise };
  }
}

/** What the app's handlers would answer a page that asks for a permission. */
export const askPermission = (of: Session, asked: Asked): Promise<PermissionAnswers> => Session.ask(of, asked);

export const defaultSession = new Session();
