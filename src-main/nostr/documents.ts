// What each relay says of itself (NIP-11), as it was read last and when. For the page, and for what it says of its own limits: nothing
// in it is obeyed.

import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { parseJson } from '../base/json-scan.ts';
import { isPublicAddress } from '../reachability/addresses.ts';
import { LeadsInside, publicOnly } from '../reachability/public-only.ts';
import { RELAY } from './bounds.ts';
import type { RelayUrl } from './relay-url.ts';

const Words = z
  .string()
  .transform((text) =>
    text
      .slice(0, 4 * RELAY.said)
      .replace(/\p{C}/gu, ' ')
      .trim()
      .slice(0, RELAY.said),
  )
  .optional()
  .catch(undefined);
const Count = z.number().int().nonnegative().optional().catch(undefined);
const Flag = z.boolean().optional().catch(undefined);

/** Whatever else it says is left out, and so is what makes no sense: none of it is needed. */
const Document = z.object({
  name: Words,
  description: Words,
  software: Words,
  version: Words,
  supported_nips: z.array(z.number().int()).max(200).optional().catch(undefined),
  limitation: z
    .object({
      max_message_length: Count,
      max_subscriptions: Count,
      max_limit: Count,
      auth_required: Flag,
      payment_required: Flag,
      restricted_writes: Flag,
    })
    .optional()
    .catch(undefined),
});

export type RelayDocument = z.output<typeof Document>;

export class RelayDocuments {
  readonly #timeoutMs: number;
  readonly #open = agent(false);
  readonly #guarded = agent(true);

  constructor({ timeoutMs = RELAY.documentMs }: { readonly timeoutMs?: number } = {}) {
    this.#timeoutMs = timeoutMs;
  }

  /** undefined: it says nothing, or nothing that makes sense. */
  async read({ url, mayBePrivate }: RelayUrl, signal: AbortSignal): Promise<RelayDocument | undefined> {
    const at = new URL(url);
    const host = at.hostname.replace(/^\[|\]$/g, '');
    at.protocol = at.protocol === 'wss:' ? 'https:' : 'http:';
    try {
      // An address needs no look-up, so none would refuse it.
      if (!mayBePrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw new LeadsInside('a private address');
      const { statusCode, body } = await request(at, {
        dispatcher: mayBePrivate ? this.#open : this.#guarded,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]),
        headers: { accept: 'application/nostr+json' },
      });
      const bytes = await bytesOf(body);
      return statusCode === 200 && bytes ? readDocument(bytes) : undefined;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#open.destroy(), this.#guarded.destroy()]);
  }
}

export function readDocument(bytes: Buffer): RelayDocument | undefined {
  const parsed = parseJson(bytes, RELAY);
  if (typeof parsed === 'string') return undefined;
  const { success, data } = Document.safeParse(parsed.value);
  return success ? data : undefined;
}

function agent(guarded: boolean): Agent {
  const connect = { timeout: RELAY.documentMs, ...(guarded && { lookup: publicOnly() }) };
  return new Agent({ connections: 2, connect });
}

async function bytesOf(body: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > RELAY.document) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
