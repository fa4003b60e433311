// The pages, read into memory once: a request can only name what lies in that list, so no path can climb out of it.
// Used by the console's server and by the desktop app's own protocol.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { NoPages } from './errors.ts';

export interface Asset {
  readonly body: Buffer;
  readonly type: string;
  /** Its name changes with its content (the build puts a hash into it), so a browser may keep it. */
  readonly immutable: boolean;
}

/** By path from the root, `/` included for index.html. */
export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Reads the built pages; files of other kinds, source maps among them, are left out. Throws NoPages. */
export async function loadAssets(folder: string): Promise<Assets> {
  const assets = new Map<string, Asset>();
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const type = TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const file = join(entry.parentPath, entry.name);
      const path = `/${relative(folder, file).split(sep).join('/')}`;
      assets.set(path, { body: await readFile(file), type, immutable: path.startsWith('/assets/') });
    }
  } catch (error) {
    throw new NoPages(error);
  }
  const index = assets.get('/index.html');
  if (index === undefined) throw new NoPages();
  return assets.set('/', index);
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/** The headers of every page and file. `connect` is what a page may talk to, in the words of the CSP's connect-src. */
export function pageHeaders(connect: string): Record<string, string> {
  return {
    'content-security-policy': `${POLICY}; connect-src ${connect}`,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  };
}

export function cacheControl(asset: Asset): string {
  return asset.immutable ? 'private, max-age=31536000, immutable' : 'no-store';
}
