// Calls peers, whose addresses strangers have given: only http and https, no redirect followed, no address inside a private
// network however its name is spelled or resolved, short waits and short answers.

import type { lookup as systemLookup } from 'node:dns';
import { Agent, request } from 'undici';
import { parseJson } from '../../../base/json-scan.ts';
import { publicOnly } from '../../../reachability/public-only.ts';
import { TOLD_JSON } from '../bounds.ts';
import { MESH } from './bounds.ts';
import { mayBeCalled } from './peer-record.ts';

export interface PeerCallerOptions {
  /** Private addresses may be called: the network is this computer's own or its neighbours'. */
  readonly local: boolean;
  readonly timeoutMs?: number;
  /** For tests: the system's resolver otherwise. */
  readonly resolve?: typeof systemLookup;
}

/** A peer did not answer as it should, or may not be called. */
export class PeerFailed extends Error {}

export class PeerCaller {
  readonly #local: boolean;
  readonly #timeoutMs: number;
  readonly #agent: Agent;

  constructor({ local, timeoutMs = MESH.answerMs, resolve }: PeerCallerOptions) {
    this.#local = local;
    this.#timeoutMs = timeoutMs;
    this.#agent = new Agent({
      // No peer is called twice in a row: connections are not kept.
      pipelining: 0,
      connect: { timeout: timeoutMs, ...(local ? {} : { lookup: publicOnly(resolve) }) },
    });
  }

  /** POST {endpoint}/v1/peers. Rejects with PeerFailed, or with the signal's reason. */
  async exchange(endpoint: string, body: string, signature: string | undefined, signal: AbortSignal): Promise<unknown> {
    if (!mayBeCalled(endpoint, this.#local)) throw new PeerFailed('the address may not be called');
    try {
      const reply = await request(`${endpoint}/v1/peers`, {
        method: 'POST',
        body,
        dispatcher: this.#agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]),
        headers: { 'content-type': 'application/json', ...(signature && { 'x-iicp-signature': signature }) },
      });
      // A redirect is no answer either.
      if (reply.statusCode < 200 || reply.statusCode > 299) {
        reply.body.on('error', () => {}).destroy();
        throw new PeerFailed(`it answered with ${reply.statusCode}`);
      }
      const json = parseJson(await bytesOf(reply.body), TOLD_JSON);
      if (typeof json === 'string') throw new PeerFailed('its answer is no JSON, or too much of it');
      return json.value;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof PeerFailed ? error : new PeerFailed('it did not answer', { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

async function bytesOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MESH.body) throw new PeerFailed('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
