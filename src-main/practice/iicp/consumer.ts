// A client of the network that does what official ones do: ask the directory, pick by score, refuse what could be a trap,
// seal, send, wait politely where a node is busy, go on to the next where it fails, open and verify.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { ConsumerError } from '../errors.ts';
import { HttpClient, type IncomingReply, type OutgoingRequest } from '../http-client.ts';
import { type Obstacle, type Offer, obstacleTo, readOffers } from './consumer/offers.ts';
import { type Answer, type Fresh, packTask, readAnswer, type Task } from './consumer/task.ts';

export interface ConsumerOptions {
  /** The base to which `/v1/...` is appended. */
  readonly directoryUrl: string;
  /** Call nodes on loopback and private networks too. Default false. */
  readonly allowPrivate?: boolean;
  /** Sent as `source_node_id`. */
  readonly consumerId?: string;
}

export interface DiscoverOptions {
  readonly model?: string;
  readonly region?: string;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface CallOptions {
  readonly intent: string;
  /** Usually `{messages}` or `{input}`; sent as JSON. */
  readonly payload: unknown;
  readonly model?: string;
  readonly maxTokens?: number;
  /** Given to the node, which has two seconds more to answer. Default 30000. */
  readonly timeoutMs?: number;
  /** Default `best-effort`. */
  readonly qos?: 'realtime' | 'interactive' | 'batch' | 'best-effort';
  /** Default true: only nodes with a CX key are called, and the payload is sealed for that key. */
  readonly sealed?: boolean;
  /** Only this node. */
  readonly nodeId?: string;
  readonly signal?: AbortSignal;
  /** Called once, when a node was found and the task goes out. */
  readonly onSend?: (nodeId: string) => void;
}

export interface CallResult extends Answer {
  readonly taskId: string;
  readonly nodeId: string;
  /** From the call to the verified answer, discovery and retries included. */
  readonly latencyMs: number;
}

export interface Consumer {
  /** Offers for an intent, best first. Throws ConsumerError. */
  discover(intent: string, options?: DiscoverOptions): Promise<readonly Offer[]>;
  /** Has a task done. Throws ConsumerError; its code says what to do next. */
  call(options: CallOptions): Promise<CallResult>;
  /** Closes idle connections. */
  close(): void;
}

const DISCOVER_MS = 7000;
const DEFAULT_TASK_MS = 30_000;
const GRACE_MS = 2000;
/** Tries at one node that says 429 or 503. */
const TRIES_A_NODE = 3;
const MOST_NODES = 3;
const LONGEST_WAIT_MS = 5000;
const DEFAULT_WAIT_MS = 1000;
const MOST_REDIRECTS = 3;

export function createConsumer(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { directoryUrl, allowPrivate = false, consumerId }: ConsumerOptions,
): Consumer {
  const base = directoryUrl.replace(/\/+$/, '');
  // The directory is the user's own choice, wherever it is; nodes are strangers.
  const toDirectory = new HttpClient({ clock }, { allowPrivate: true });
  const toNodes = new HttpClient({ clock }, { allowPrivate });

  async function discover(intent: string, options: DiscoverOptions = {}): Promise<readonly Offer[]> {
    const query = new URLSearchParams({ intent, limit: String(options.limit ?? 10) });
    if (options.model !== undefined) query.set('model', options.model);
    if (options.region !== undefined) query.set('region', options.region);
    const failed = (reason: string, cause?: unknown) =>
      new ConsumerError('practice.directory-failed', 'The directory did not answer with nodes.', { reason }, cause);
    let reply: IncomingReply;
    try {
      const url = `${base}/v1/discover?${query.toString()}`;
      reply = await send(toDirectory, { url, timeoutMs: DISCOVER_MS, longest: 1_048_576, signal: options.signal });
    } catch (error) {
      throw cancelled(options.signal) ?? failed('unreachable', error);
    }
    if (reply.status !== 200) throw failed(`status ${reply.status}`);
    const offers = readOffers(jsonOf(reply.body));
    if (!offers) throw failed('not a list of nodes');
    return offers;
  }

  async function call(options: CallOptions): Promise<CallResult> {
    const { intent, payload, model, maxTokens, signal, sealed = true } = options;
    const timeoutMs = options.timeoutMs ?? DEFAULT_TASK_MS;
    const started = clock.monotonic();
    const offers = await discover(intent, { model, signal });
    const usable = usableOf(offers, sealed, options.nodeId);
    const task: Task = {
      taskId: random.id(),
      intent,
      payload,
      consumerId,
      constraints: { qos: options.qos ?? 'best-effort', timeout_ms: timeoutMs, max_tokens: maxTokens, model },
    };
    options.onSend?.((usable[0] as Offer).nodeId);
    let last: ConsumerError | undefined;
    for (const offer of usable.slice(0, MOST_NODES)) {
      try {
        const answer = await ask(offer, task, { sealed, timeoutMs, signal });
        return { ...answer, taskId: task.taskId, nodeId: offer.nodeId, latencyMs: clock.monotonic() - started };
      } catch (error) {
        if (!(error instanceof ConsumerError) || error.code !== 'practice.node-failed') throw error;
        last = error;
      }
    }
    throw last as ConsumerError;
  }

  function usableOf(offers: readonly Offer[], sealed: boolean, nodeId: string | undefined): readonly Offer[] {
    const wanted = nodeId === undefined ? offers : offers.filter((offer) => offer.nodeId === nodeId);
    if (wanted.length === 0) throw new ConsumerError('practice.no-node', 'No node offers this at the moment.');
    const obstacles: Obstacle[] = [];
    const usable = wanted.filter((offer) => {
      const obstacle = obstacleTo(offer, { allowPrivate, sealed });
      if (obstacle !== undefined) obstacles.push(obstacle);
      return obstacle === undefined;
    });
    if (usable.length > 0) return usable;
    const reason = [...new Set(obstacles)].join(' ');
    throw new ConsumerError('practice.no-usable-node', 'No node that offers this may be called.', { reason });
  }

  /** One node, with patience while it is busy. `practice.node-failed` means: the next node may do better. */
  async function ask(
    offer: Offer,
    task: Task,
    {
      sealed,
      timeoutMs,
      signal,
    }: { readonly sealed: boolean; readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<Answer> {
    const { nodeId } = offer;
    for (let attempt = 1; ; attempt++) {
      const packed = packTask(task, offer, fresh(), sealed);
      let reply: IncomingReply;
      try {
        const url = `${offer.endpoint}/v1/task`;
        reply = await send(toNodes, {
          url,
          method: 'POST',
          body: packed.body,
          timeoutMs: timeoutMs + GRACE_MS,
          signal,
        });
      } catch (error) {
        const details = { nodeId, reason: 'unreachable' };
        throw (
          cancelled(signal) ?? new ConsumerError('practice.node-failed', 'The node did not answer.', details, error)
        );
      }
      const { status } = reply;
      if (status >= 200 && status < 300) return readAnswer(reply.body.toString(), packed, task, nodeId);
      const details = { nodeId, status, code: codeOf(reply.body) };
      const busy = status === 429 || status === 503;
      if (busy && attempt < TRIES_A_NODE) {
        await pause(waitOf(reply), signal);
      } else if (busy || status === 502 || status === 504 || status === 500) {
        throw new ConsumerError('practice.node-failed', 'The node could not do the task.', details);
      } else {
        throw new ConsumerError('practice.node-refused', 'The node refused the task.', details);
      }
    }
  }

  async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      throw cancelled(signal) ?? error;
    }
  }

  const fresh = (): Fresh => ({
    ephemeralKey: random.bytes(32),
    sealingNonce: random.bytes(12),
    replayNonce: random.bytes(16).toString('hex'),
  });

  return {
    discover,
    call,
    close() {
      toDirectory.close();
      toNodes.close();
    },
  };
}

/** Follows 307 and 308 to the same origin, keeping method and body, three times at most. */
async function send(client: HttpClient, request: OutgoingRequest): Promise<IncomingReply> {
  let { url } = request;
  for (let hops = 0; ; hops++) {
    const reply = await client.send({ ...request, url });
    const { location } = reply.headers;
    if ((reply.status !== 307 && reply.status !== 308) || location === undefined || hops === MOST_REDIRECTS)
      return reply;
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (next?.origin !== new URL(url).origin) return reply;
    url = next.href;
  }
}

/** Retry-After in seconds, else a second; never more than a few. */
function waitOf({ headers }: IncomingReply): number {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, LONGEST_WAIT_MS) : DEFAULT_WAIT_MS;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** The code of an error reply in any of the shapes in use, or null. */
function codeOf(body: Buffer): string | null {
  const value = jsonOf(body) as { code?: unknown; error?: { code?: unknown } | string } | null | undefined;
  const code = typeof value?.error === 'object' ? value.error?.code : (value?.error ?? value?.code);
  return typeof code === 'string' ? code.slice(0, 64) : null;
}

function cancelled(signal: AbortSignal | undefined): ConsumerError | undefined {
  return signal?.aborted ? new ConsumerError('practice.cancelled', 'The call was cancelled.') : undefined;
}
