// Requests to mints and Lightning services: no redirect is followed, waits and answers are bounded, and no name leads into a private
// network unless the user typed such an address.

import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import { parseJson } from '../../base/json-scan.ts';
import { isPublicAddress } from '../../reachability/addresses.ts';
import { LeadsInside, publicOnly } from '../../reachability/public-only.ts';
import { MINT } from '../bounds.ts';

export interface HttpReply {
  readonly status: number;
  /** undefined: no JSON, or too much of it. */
  readonly json: unknown;
}

export interface HttpCall {
  /** Where it is missing: GET. */
  readonly body?: string;
  readonly timeoutMs?: number;
  /** The user typed this host, so it may stand in a private network. */
  readonly mayBePrivate: boolean;
}

export interface Http {
  /** Rejects where there was no whole answer. */
  call(url: string, call: HttpCall, signal: AbortSignal): Promise<HttpReply>;
  close(): Promise<void>;
}

export class OutboundHttp implements Http {
  readonly #open = agent(false);
  readonly #guarded = agent(true);

  async call(url: string, { body, timeoutMs = MINT.answerMs, mayBePrivate }: HttpCall, signal: AbortSignal) {
    // An address needs no look-up, so none would refuse it.
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    if (!mayBePrivate && isIP(host) !== 0 && !isPublicAddress(host))
      throw new LeadsInside('an address in a private network');
    const reply = await request(url, {
      method: body === undefined ? 'GET' : 'POST',
      body,
      dispatcher: mayBePrivate ? this.#open : this.#guarded,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    });
    const parsed = parseJson(await bytesOf(reply.body), MINT);
    return { status: reply.statusCode, json: typeof parsed === 'string' ? undefined : parsed.value };
  }

  async close(): Promise<void> {
    await Promise.all([this.#open.destroy(), this.#guarded.destroy()]);
  }
}

function agent(guarded: boolean): Agent {
  const connect = { timeout: MINT.answerMs, ...(guarded && { lookup: publicOnly() }) };
  return new Agent({ connections: 4, connect, bodyTimeout: MINT.paymentMs, headersTimeout: MINT.paymentMs });
}

async function bytesOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MINT.answer) throw new RangeError('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
