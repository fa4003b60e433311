// Hands a task on to a node that is not bound here but answered us as a peer (IICP 2.7), and to no other: a caller must not be
// able to steer this node at addresses of its own network.

import { Agent, request } from 'undici';
import { publicOnly } from '../../../reachability/public-only.ts';
import { mayBeCalled } from '../mesh/peer-record.ts';
import type { Relayed } from './sessions.ts';

const FORWARD_MS = 120_000;

export class PeerForward {
  readonly #agent: Agent;
  readonly #most: number;
  readonly #local: boolean;

  /** `local`: private addresses are right here. `most`: bytes of the largest answer. */
  constructor({ local, most }: { readonly local: boolean; readonly most: number }) {
    this.#most = most;
    this.#local = local;
    this.#agent = new Agent({
      connections: 8,
      connect: { timeout: 10_000, ...(local ? {} : { lookup: publicOnly() }) },
      headersTimeout: FORWARD_MS,
      bodyTimeout: FORWARD_MS,
    });
  }

  /** Status and text as they came; undefined: it did not answer, or with more than is taken. */
  async send(endpoint: string, task: Buffer, signal: AbortSignal): Promise<Relayed | undefined> {
    if (!mayBeCalled(endpoint, this.#local)) return undefined;
    try {
      const reply = await request(`${endpoint.replace(/\/+$/, '')}/v1/task`, {
        method: 'POST',
        body: task,
        headers: { 'content-type': 'application/json' },
        dispatcher: this.#agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(FORWARD_MS)]),
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of reply.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > this.#most) throw new RangeError('reply too large');
        chunks.push(chunk);
      }
      return { status: reply.statusCode, text: Buffer.concat(chunks) };
    } catch {
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
