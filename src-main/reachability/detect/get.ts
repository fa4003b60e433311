// One bounded GET of something small, for looking at programs on this computer and at our own tunnels from outside.

import { Agent, request } from 'undici';
import { TUNNELS } from '../bounds.ts';

export interface Got {
  readonly status: number;
  readonly text: string;
}

/** Undefined: no answer, a redirect included, or too late or too long a one. Never rejects. */
export type Get = (url: string, signal: AbortSignal) => Promise<Got | undefined>;

/** Each with a connection of its own, closed after: they are asked seldom, and nothing should be left open at a stranger's. */
export const getOnce: Get = async (url, signal) => {
  const agent = new Agent({ connections: 1, maxHeaderSize: 16 * 1024 });
  try {
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      signal,
      headers: { accept: 'application/json' },
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > TUNNELS.bytes) return undefined;
      chunks.push(chunk);
    }
    return { status: statusCode, text: Buffer.concat(chunks).toString('utf8') };
  } catch {
    return undefined;
  } finally {
    await agent.destroy().catch(() => {});
  }
};
