// Custom schemes: a request under a disguised address (addresses.ts) is answered by the app's own `protocol.handle`, and the
// app only ever sees its own addresses.
import { disguise } from './addresses.ts';
import { isReady } from './lifecycle.ts';
import { namesMissing } from './missing.ts';

type Handler = (request: Request) => Response | Promise<Response>;

const schemes = new Map<string, Handler | undefined>();

/** The app's address as Chromium knows it. */
export function outward(url: string): string {
  const { protocol: colon, host, pathname, search, hash } = new URL(url);
  const scheme = colon.slice(0, -1);
  return schemes.has(scheme) ? `${disguise(scheme, host)}${pathname}${search}${hash}` : url;
}

/** The handler for an address of the app's own schemes. */
export function handlerFor(url: string): Handler | undefined {
  return schemes.get(new URL(url).protocol.slice(0, -1));
}

class Protocol implements Partial<Electron.Protocol> {
  static {
    namesMissing(this, 'protocol');
  }

  registerSchemesAsPrivileged(list: Electron.CustomScheme[]): void {
    if (isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme } of list) schemes.set(scheme, undefined);
  }

  handle(scheme: string, handler: Handler): void {
    if (!isReady()) throw new Error('protocol.handle should be called after app is ready');
    if (schemes.get(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    schemes.set(scheme, handler);
  }

  unhandle(scheme: string): void {
    if (!schemes.get(scheme)) throw new Error(`Failed to unhandle protocol: ${scheme}`);
    schemes.set(scheme, undefined);
  }

  isProtocolHandled(scheme: string): boolean {
    return schemes.get(scheme) !== undefined;
  }
}

export const protocol = new Protocol();
