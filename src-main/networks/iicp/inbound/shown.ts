// What a caller of this protocol shows of itself in the head of a request.

import type { IncomingMessage } from 'node:http';
import type { Shown } from './access.ts';

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** What a caller shows of itself; of a header that comes twice Node keeps the first or both, and both are nothing. */
export function shownBy({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): Shown {
  const token = headers['x-iicp-consumer-token'];
  const bearer = headers.authorization;
  return {
    address: socket.remoteAddress,
    consumerToken: typeof token === 'string' ? token : undefined,
    bearer: bearer === undefined ? undefined : /^Bearer (\S{1,4096})$/i.exec(bearer)?.[1],
  };
}

/** W3C Trace Context, all of it and the trace's id; in two headers of that name neither is believed. */
export function traceparentOf({ headers }: IncomingMessage): RegExpExecArray | null {
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
}
