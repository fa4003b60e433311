// Reads a request body within a size and a time; more of either ends the reading at once.

import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../base/clock.ts';

export type Body =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' | 'too-slow' | 'gone' };

export interface BodyLimits {
  readonly most: number;
  readonly withinMs: number;
}

export function readBody(request: IncomingMessage, clock: Clock, limits: BodyLimits): Promise<Body> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.most) return Promise.resolve({ kind: 'too-large' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: Body) => {
      cancel();
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      request.on('error', ignore);
      resolve(body);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.most) finish({ kind: 'too-large' });
      else chunks.push(chunk);
    };
    const onEnd = () => finish({ kind: 'read', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size) });
    const onGone = () => finish({ kind: 'gone' });
    const cancel = clock.after(limits.withinMs, () => finish({ kind: 'too-slow' }));
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

/** A caller may cut the connection after its answer was decided; without a listener that would be thrown. */
function ignore(): void {}
