// Which requests a server on 127.0.0.1 may trust to come from its own page. A foreign site can reach this port through the
// user's browser: by a name that resolves to 127.0.0.1 (DNS rebinding) or by opening a WebSocket across origins.
import type { IncomingHttpHeaders } from 'node:http';

/** The names of this host. The port may be any: behind `ssh -L 9000:127.0.0.1:PORT` the browser says 9000. */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/** The Host header if it names this computer, in lower case; undefined for anything else, for none and for several. */
export function loopbackHost(headers: NodeJS.Dict<string[]>): string | undefined {
  const given = headers.host;
  if (given?.length !== 1) return undefined;
  const host = given[0] as string;
  return LOOPBACK.test(host) ? host.toLowerCase() : undefined;
}

/** Whether a page that this very server sent is asking: its Origin is the Host it asks. */
export function isOwnOrigin(headers: IncomingHttpHeaders, host: string): boolean {
  return headers.origin === `http://${host}`;
}
