// Asks for a passphrase in a small window of its own. What is typed goes from its form to the caller, and nowhere else: no
// script, no preload, no log, and the window is gone before it is used.

import { BrowserWindow } from 'electron';
import { HearthError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { pageHeaders } from '../../faces/static.ts';
import { SCHEME } from '../addresses.ts';
import { serveHost } from '../pages.ts';
import type { Words } from '../words/words.ts';
import { type Asking, type Complaint, LONGEST_FORM, passphrasePage, passphraseStyle, readForm } from './page.ts';

const HOST = 'passphrase';

/** The user closed the window, or would rather not. */
export class NotGiven extends HearthError {
  constructor() {
    super({
      code: 'desktop.not-given',
      category: 'cancelled',
      message: 'No passphrase was given. Nothing was changed.',
    });
  }
}

/** One at a time. Rejects with NotGiven. `complaint`: why the one given before would not do. */
export function askPassphrase(
  deps: { readonly random: Random; readonly words: () => Words },
  asking: Asking,
  complaint?: Complaint,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Others among our pages do not know it, so none can send a form in the user's name.
  const place = `/${deps.random.bytes(16).toString('hex')}`;
  const off = serveHost(HOST, async (request, path) => {
    if (path === `${place}/style.css`) return reply(passphraseStyle, 'text/css; charset=utf-8');
    if (path === `${place}/` && request.method === 'GET') return reply(passphrasePage(asking, deps.words(), complaint));
    if (path !== `${place}/open` || request.method !== 'POST') return undefined;
    const said = readForm(await bodyOf(request), asking);
    if (typeof said === 'string') return reply(passphrasePage(asking, deps.words(), said));
    if (said === undefined) reject(new NotGiven());
    else resolve(said.words);
    return reply('<!doctype html><title>Hearth</title>');
  });
  const window = open(`${SCHEME}://${HOST}${place}/`, deps.words());
  window.once('closed', () => reject(new NotGiven()));
  return promise.finally(() => {
    off();
    if (!window.isDestroyed()) window.destroy();
  });
}

function open(url: string, words: Words): BrowserWindow {
  const window = new BrowserWindow({
    width: 460,
    height: 400,
    show: false,
    title: words.passphrase.title,
    autoHideMenuBar: true,
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      javascript: false,
    },
  });
  // Where the system can: not on pictures of the screen.
  window.setContentProtection(true);
  window.once('ready-to-show', () => {
    window.show();
    window.focus();
  });
  void window.loadURL(url).catch(() => undefined);
  return window;
}

function reply(body: string, type = 'text/html; charset=utf-8'): Response {
  const headers = pageHeaders("'none'");
  // The one page of ours with a form that goes somewhere: to itself.
  const policy = headers['content-security-policy']
    ?.replace("form-action 'none'", "form-action 'self'")
    .replace("script-src 'self'", "script-src 'none'");
  return new Response(body, {
    headers: {
      ...headers,
      'content-security-policy': policy ?? "default-src 'none'",
      'content-type': type,
      'cache-control': 'no-store',
    },
  });
}

async function bodyOf(request: Request): Promise<string> {
  const reader = request.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    length += part.value.length;
    if (length > LONGEST_FORM) throw new RangeError('the form is too long');
    parts.push(part.value);
  }
  return Buffer.concat(parts).toString('utf8');
}
