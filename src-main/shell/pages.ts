// app://ui: the built pages from memory, with the security headers of the console's pages.

import { protocol } from 'electron';
import { type Assets, pageHeaders } from '../faces/static.ts';

const SCHEME = 'app';
export const PAGES = `${SCHEME}://ui`;

/** Before `ready`: a standard, secure scheme of its own, so that file:// is never needed. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function servePages(assets: Assets): void {
  protocol.handle(SCHEME, (request) => {
    const url = new URL(request.url);
    const asset = url.host === 'ui' && request.method === 'GET' ? assets.get(url.pathname) : undefined;
    if (!asset) return new Response('There is nothing here.', { status: 404, headers: pageHeaders("'none'") });
    return new Response(new Uint8Array(asset.body), {
      headers: { ...pageHeaders("'self'"), 'content-type': asset.type },
    });
  });
}

/** Whether an address is one of our pages. */
export function isOwnPage(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && new URL(url).protocol === `${SCHEME}:` && new URL(url).host === 'ui';
}
