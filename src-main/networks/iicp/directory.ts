// The provider's side of the directory API (IICP 1.1 to 1.3), bounded in time and size. What is read is validated; what a
// directory says in prose is not passed on.

import { Agent, request } from 'undici';
import { z } from 'zod';
import { DirectoryRefused } from './errors.ts';
import { type Listed, prefixOf } from './listing.ts';

/** A name the directory gave us travels in headers: printable and short. */
const Token = z.string().regex(/^[\x21-\x7e]{1,4096}$/);

const Grant = z.object({
  node_token: Token.optional(),
  token: Token.optional(),
  node_hmac_key: z.string().max(1024).nullish().catch(undefined),
});

const BeatReply = z.object({
  next_heartbeat_ms: z.number().positive().optional().catch(undefined),
  reputation_score: z.number().min(0).max(1).optional().catch(undefined),
  metrics_batch_accepted: z.string().max(64).nullish().catch(undefined),
  challenge: z.string().min(1).max(256).optional().catch(undefined),
});
export type BeatReply = z.infer<typeof BeatReply>;

const Key = z.object({ public_key: z.string().regex(/^[0-9a-f]{64}$/i), algorithm: z.literal('ed25519') });
const Award = z.object({
  awarded: z.number().min(0).max(1e9),
  excluded: z.string().max(64).optional().catch(undefined),
});

const Credits = z.object({
  balance: z.number().min(-1e9).max(1e9),
  total_earned: z.number().min(0).max(1e9).optional().catch(undefined),
  total_spent: z.number().min(0).max(1e9).optional().catch(undefined),
});

const Transactions = z.object({
  transactions: z
    .array(
      z.object({
        id: z.union([z.string().min(1).max(255), z.number().int()]).transform(String),
        type: z.string().max(64).catch(''),
        amount: z.number().min(-1e9).max(1e9),
        task_id: z.string().max(255).nullish().catch(undefined),
        created_at: z.string().max(64),
      }),
    )
    .max(100),
});

/** One line of the directory's own books. */
export interface Transaction {
  readonly id: string;
  readonly type: string;
  readonly micro: number;
  readonly taskId: string | null;
  /** Epoch milliseconds, by its clock. */
  readonly at: number;
}

export interface Account {
  readonly balanceMicro: number;
  readonly earnedMicro: number | null;
  readonly spentMicro: number | null;
}

/** Who speaks to the ledger. */
export interface Speaker {
  readonly nodeId: string;
  readonly token: string;
}

const MICRO = 1_000_000;
const micro = (credits: number) => Math.round(credits * MICRO);

/** The registry knows no such node; any other 404 is of a directory without a registry. */
const ABSENT = new Set(['REGISTRY-NODE-NOT-FOUND', 'IICP-E003']);
const Entry = z.object({ routable: z.boolean() });
const Nodes = z.object({ nodes: z.array(z.unknown()) });
const Ticket = z.object({ ticket: Token });
const Probe = z.object({ reachable: z.boolean() });

const Listing = z.object({ routable: z.boolean().optional().catch(undefined) });
export type Listing = z.infer<typeof Listing>;

const Offer = z.object({ node_id: z.string().optional().catch(undefined), cx_public_key: z.unknown() });
export type Offer = z.infer<typeof Offer>;
const Offers = z.object({ nodes: z.array(Offer).max(50) });

type Method = 'GET' | 'POST' | 'DELETE';
const JSON_BODY = { 'content-type': 'application/json' };

export interface Granted {
  readonly token: string;
  readonly hmacKey: string | undefined;
}

/** Nothing a directory answers is long. */
const MOST_REPLY_BYTES = 256 * 1024;
const TIMEOUT_MS = 7000;
const MOST_REDIRECTS = 3;
/** The most that a directory tells at once. */
export const PAGE = 100;
const MOST_RETRY_AFTER_MS = 600_000;

export class DirectoryClient {
  readonly #base: string;
  readonly #agent = new Agent({ connections: 4, connect: { timeout: 5000 }, keepAliveTimeout: 60_000 });

  readonly #redirectHosts: ReadonlySet<string>;

  /** `url` is the API's base, to which `/v1/...` is added; it may send us to itself and to `redirectHosts`. */
  constructor(url: string, redirectHosts: readonly string[] = []) {
    this.#redirectHosts = new Set([new URL(url).hostname, ...redirectHosts]);
    this.#base = url.replace(/\/+$/, '').replace(/\/v1$/, '');
  }

  /** Rejects with DirectoryRefused; the signal's reason passes through. */
  async register(body: object, signal: AbortSignal): Promise<Granted> {
    const reply = Grant.safeParse(await this.#call('POST', '/v1/register', body, undefined, signal));
    const token = reply.success ? (reply.data.node_token ?? reply.data.token) : undefined;
    if (!reply.success || token === undefined) throw unusable('the directory registered this node but gave no token');
    return { token, hmacKey: reply.data.node_hmac_key || undefined };
  }

  async heartbeat(body: object, token: string, signal: AbortSignal): Promise<BeatReply> {
    const json = await this.#call('POST', '/v1/heartbeat', body, token, signal);
    const reply = BeatReply.safeParse(json);
    if (!reply.success) throw unusable('the directory answered a heartbeat with something else');
    return reply.data;
  }

  /** A node that the directory does not know is as good as deregistered. */
  async deregister(nodeId: string, token: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#call('DELETE', '/v1/register', { node_id: nodeId }, token, signal);
    } catch (error) {
      if (!(error instanceof DirectoryRefused && error.status === 404)) throw error;
    }
  }

  /** Lets the directory connect to an address (IICP 1.4). Undefined: it does not do that, or not now. */
  async probe(host: string, port: number, signal: AbortSignal): Promise<{ readonly reachable: boolean } | undefined> {
    const query = new URLSearchParams({ host, port: String(port) });
    try {
      const json = await this.#call('GET', `/v1/probe?${query.toString()}`, undefined, undefined, signal);
      const reply = Probe.safeParse(json);
      return reply.success ? reply.data : undefined;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof DirectoryRefused) return undefined;
      throw error;
    }
  }

  /** What its public list has of a node; undefined where it has nothing. */
  async listing(nodeId: string, signal: AbortSignal): Promise<Listing | undefined> {
    try {
      const path = `/v1/registry/nodes/${encodeURIComponent(prefixOf(nodeId))}`;
      const reply = Listing.safeParse(await this.#call('GET', path, undefined, undefined, signal));
      if (!reply.success) throw unusable('the registry answered with something else');
      return reply.data;
    } catch (error) {
      if (error instanceof DirectoryRefused && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The nodes that it offers to whoever looks for this kind of work, best first, at most 50. */
  async offers(wanted: { intent: string; model?: string | undefined }, signal: AbortSignal): Promise<readonly Offer[]> {
    const { intent, model } = wanted;
    const query = new URLSearchParams({ intent, limit: '50', ...(model !== undefined && { model }) });
    const json = await this.#call('GET', `/v1/discover?${query.toString()}`, undefined, undefined, signal);
    const reply = Offers.safeParse(json);
    if (!reply.success) throw unusable('the directory answered a search with something else');
    return reply.data.nodes;
  }

  /** The key that its tokens are signed with, as 64 hex digits (IICP 3.6). Undefined: it signs nothing, or not now. */
  async directoryKey(signal: AbortSignal): Promise<string | undefined> {
    try {
      const reply = Key.safeParse(await this.#call('GET', '/v1/directory-key', undefined, undefined, signal));
      return reply.success ? reply.data.public_key.toLowerCase() : undefined;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof DirectoryRefused) return undefined;
      throw error;
    }
  }

  /** Whether the public registry shows a node as one to be found, by `prefixOf` its id. Rejects only with the signal's reason. */
  async listed(prefix: string, signal: AbortSignal): Promise<Listed> {
    try {
      const path = `/v1/registry/nodes/${encodeURIComponent(prefix)}`;
      const reply = Entry.safeParse(await this.#call('GET', path, undefined, undefined, signal));
      if (!reply.success) return 'unknown';
      return reply.data.routable ? 'listed' : 'missing';
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return error instanceof DirectoryRefused && ABSENT.has(error.code) ? 'missing' : 'unknown';
    }
  }

  /** Nodes that say they pass tasks on (IICP 3.9), as the directory tells them; it may tell of others too. */
  async discoverRelays(intent: string, signal: AbortSignal): Promise<readonly unknown[]> {
    const query = new URLSearchParams({ intent, relay_capable: 'true', limit: '50' });
    const reply = Nodes.safeParse(
      await this.#call('GET', `/v1/discover?${query.toString()}`, undefined, undefined, signal),
    );
    return reply.success ? reply.data.nodes : [];
  }

  /** Lets this node bind to that relay, or any, once (IICP 1.4). Undefined: it gives none. */
  async relayTicket(
    nodeId: string,
    relay: string | undefined,
    token: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const body = relay === undefined ? {} : { relay_node_id: relay };
    const reply = Ticket.safeParse(await this.#call('POST', '/v1/relay/ticket', body, token, signal, nodeId));
    return reply.success ? reply.data.ticket : undefined;
  }

  /** Some nodes to begin with (IICP 7), as the directory tells them; read by `mesh/told`. */
  bootstrap(limit: number, signal: AbortSignal): Promise<unknown> {
    return this.#call('GET', `/v1/bootstrap?limit=${limit}`, undefined, undefined, signal);
  }

  /** Hands a receipt in (IICP 1.4, credits/award). What was awarded for it, in micro-credits, and why nothing was. */
  async award(
    body: object,
    { nodeId, token }: Speaker,
    signal: AbortSignal,
  ): Promise<{ readonly micro: number; readonly excluded: string | undefined }> {
    const reply = Award.safeParse(await this.#call('POST', '/v1/credits/award', body, token, signal, nodeId));
    if (!reply.success) throw unusable('the directory answered a receipt with something else');
    return { micro: micro(reply.data.awarded), excluded: reply.data.excluded };
  }

  async account({ nodeId, token }: Speaker, signal: AbortSignal): Promise<Account> {
    const reply = Credits.safeParse(await this.#call('GET', '/v1/credits/summary', undefined, token, signal, nodeId));
    if (!reply.success) throw unusable('the directory told a balance that is none');
    const { balance, total_earned: earned, total_spent: spent } = reply.data;
    return {
      balanceMicro: micro(balance),
      earnedMicro: earned === undefined ? null : micro(earned),
      spentMicro: spent === undefined ? null : micro(spent),
    };
  }

  /** Newest first, from page 1 on; shorter than `PAGE`: it is the last one. */
  async transactions(page: number, { nodeId, token }: Speaker, signal: AbortSignal): Promise<Transaction[]> {
    const path = `/v1/credits/transactions?page=${page}&per_page=${PAGE}`;
    const reply = Transactions.safeParse(await this.#call('GET', path, undefined, token, signal, nodeId));
    if (!reply.success) throw unusable('the directory told transactions that are none');
    return reply.data.transactions.map(({ id, type, amount, task_id: taskId, created_at: created }) => ({
      id,
      type,
      micro: micro(amount),
      taskId: taskId ?? null,
      at: Date.parse(created) || 0,
    }));
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #call(
    method: Method,
    path: string,
    body: object | undefined,
    token: string | undefined,
    signal: AbortSignal,
    nodeId?: string,
  ): Promise<unknown> {
    let url = new URL(this.#base + path);
    const text = body && JSON.stringify(body);
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const reply = await this.#send(method, url, text, { token, nodeId }, bounded, signal);
      if (reply.status !== 307 && reply.status !== 308) return reply.json;
      const next =
        reply.location !== undefined && URL.canParse(reply.location, url.href) && new URL(reply.location, url);
      // The body carries tokens: it follows to known hosts alone, and never from https to http.
      if (!next || !this.#redirectHosts.has(next.hostname) || (url.protocol === 'https:' && next.protocol !== 'https:'))
        break;
      if (next.protocol !== 'http:' && next.protocol !== 'https:') break;
      url = next;
    }
    throw new DirectoryRefused(
      0,
      'iicp.directory-redirects',
      'The directory sends us to another host. If it may, add that host to networks.iicp.redirectHosts.',
    );
  }

  async #send(
    method: Method,
    url: URL,
    text: string | undefined,
    { token, nodeId }: { readonly token: string | undefined; readonly nodeId: string | undefined },
    bounded: AbortSignal,
    caller: AbortSignal,
  ) {
    let status: number;
    let retryAfter: string | string[] | undefined;
    let location: string | string[] | undefined;
    let bytes: Buffer;
    try {
      const reply = await request(url, {
        method,
        body: text ?? null,
        dispatcher: this.#agent,
        signal: bounded,
        headers: {
          ...(text === undefined ? {} : JSON_BODY),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(nodeId ? { 'x-node-id': nodeId } : {}),
        },
      });
      ({ statusCode: status } = reply);
      ({ 'retry-after': retryAfter, location } = reply.headers);
      bytes = await readUpTo(reply.body, MOST_REPLY_BYTES);
    } catch (error) {
      if (caller.aborted) throw caller.reason;
      throw new DirectoryRefused(0, 'iicp.directory-unreachable', unreachable(error));
    }
    if (status === 307 || status === 308) return { status, location: String(location ?? ''), json: undefined };
    const json = parse(bytes);
    if (status < 200 || status > 299) throw refused(status, json, retryAfter);
    if (typeof json !== 'object' || json === null)
      throw unusable('the directory answered with something that is not JSON');
    return { status, location: undefined, json };
  }
}

async function readUpTo(body: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) throw new RangeError('reply too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function unusable(what: string): DirectoryRefused {
  return new DirectoryRefused(
    0,
    'iicp.directory-garbled',
    `We did not understand the answer: ${what}. Hearth keeps trying.`,
  );
}

function unreachable(error: unknown): string {
  const timedOut = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  return timedOut
    ? 'The directory did not answer in time. Hearth keeps trying.'
    : "The directory can't be reached. Check the Internet connection; Hearth keeps trying.";
}

const CODE = /^[A-Za-z0-9_.-]{1,64}$/;

/** Both error shapes: `{error: {code, message}}` and, for some codes, `{error: "IICP-E0xx", message}`. */
function refused(status: number, json: unknown, retryAfter: string | string[] | undefined): DirectoryRefused {
  const shape = z.object({
    error: z.union([z.string(), z.object({ code: z.string().catch('') })]).catch(''),
    retry_after: z.number().optional().catch(undefined),
  });
  const parsed = shape.safeParse(json);
  const error = parsed.success ? parsed.data.error : '';
  const said = typeof error === 'string' ? error : error.code;
  const code = CODE.test(said) ? said : `HTTP-${status}`;
  const seconds = (parsed.success ? parsed.data.retry_after : undefined) ?? Number(retryAfter);
  const retryAfterMs = seconds > 0 ? Math.min(MOST_RETRY_AFTER_MS, seconds * 1000) : undefined;
  return new DirectoryRefused(status, code, explain(status, code), retryAfterMs);
}

function explain(status: number, code: string): string {
  switch (code) {
    case 'IICP-E035':
      return 'The directory says the endpoint is not a public address. Check networks.iicp.endpoint.';
    case 'IICP-E036':
      return "The directory could not reach this node at its endpoint. Check networks.iicp.endpoint and the router's port forwarding; Hearth keeps trying.";
    case 'IICP-E049':
    case 'IICP-E050':
      return 'The directory holds this node id for somebody with another token. It may free itself once the old address is dead; Hearth keeps trying.';
    case 'IICP-E051':
      return 'The directory says the name of the operator is taken. Choose another one under networks.iicp.operatorName.';
    case 'IICP-E034':
      return 'The directory asks us to slow down. Hearth tries again later.';
    default:
  }
  if (status === 401 || status === 404 || status === 410) {
    return `The directory does not know this node any more (${code}). Hearth registers again.`;
  }
  if (status === 422)
    return `The directory does not accept what this node says of itself (${code}). Check the settings under networks.iicp.`;
  return `The directory refused (${code}). Hearth keeps trying.`;
}
