// app://: the built pages from memory, with the security headers of the console's pages, and small pages of the shell's own.

import { protocol } from 'electron';
import { type Assets, pageHeaders } from '../faces/static.ts';
import { SCHEME } from './addresses.ts';

type Answer = (request: Request, path: string) => Response | undefined | Promise<Response | undefined>;

const hosts = new Map<string, Answer>();

/** Before `ready`: a standard, secure scheme of its own, so that file:// is never needed. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** After `ready`, once. What no host answers for is not there. */
export function startScheme(): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    const answered = await hosts.get(host)?.(request, pathname);
    return answered ?? new Response('There is nothing here.', { status: 404, headers: pageHeaders("'none'") });
  });
}

/** Answers for `app://HOST` until the off that it returns is called. */
export function serveHost(host: string, answer: Answer): () => void {
  hosts.set(host, answer);
  return () => void hosts.delete(host);
}

export function servePages(assets: Assets): () => void {
  return serveHost('ui', (request, path) => {
    const asset = request.method === 'GET' ? assets.get(path) : undefined;
    if (!asset) return undefined;
    return new Response(new Uint8Array(asset.body), {
      headers: { ...pageHeaders("'self'"), 'content-type': asset.type },
    });
  });
}
