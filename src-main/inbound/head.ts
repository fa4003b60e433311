// What is read of the head of a request, whichever network it is for.

import type { IncomingMessage } from 'node:http';

const JSON_TYPE = 'application/json';

/** Without the query, and without the origin that clients of a proxy put in front (RFC 9112, 3.2.2). */
export function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*/i, '').split('?', 1)[0] || '/';
}

/** Whether the body is said to be JSON. */
export function bringsJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? '';
  return type.split(';', 1)[0]!.trim().toLowerCase() === JSON_TYPE;
}
