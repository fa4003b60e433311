// The client's side of a rehearsal: seals as official clients do, with code of its own, and can also do what an attacker would.

import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { HttpClient, type IncomingReply } from '../practice/http-client.ts';
import type { Offer } from '../practice/iicp/consumer/offers.ts';
import { type Answer, packTask, readAnswer, type Task } from '../practice/iicp/consumer/task.ts';
import { type Consumer, createConsumer } from '../practice/iicp/consumer.ts';

export interface RehearsedTask {
  readonly intent: string;
  /** Without `max_tokens`. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly maxTokens: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** An answer that was opened and verified, or what came instead of one. */
export type Rehearsed =
  | {
      readonly kind: 'answered';
      readonly body: string;
      readonly sealed: boolean;
      /** From sending to the opened answer. */
      readonly ms: number;
      /** As the reply's own usage has it. */
      readonly tokensIn: number;
      readonly tokensOut: number;
      /** As the node charges. */
      readonly tokensUsed: number;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  | { readonly kind: 'lost' };

export class RehearsalClient {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #consumer: Consumer;
  readonly #http: HttpClient;

  constructor(
    deps: { readonly clock: Clock; readonly random: Random },
    { directoryUrl }: { readonly directoryUrl: string },
  ) {
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#consumer = createConsumer(deps, { directoryUrl, allowPrivate: true, consumerId: 'rehearsal' });
    this.#http = new HttpClient(deps, { allowPrivate: true });
  }

  /** The only node of the rehearsal's directory, if it can be sent sealed tasks. */
  async find(intent: string, signal: AbortSignal): Promise<Offer | undefined> {
    const [offer] = await this.#consumer.discover(intent, { signal });
    return offer?.cxKey ? offer : undefined;
  }

  async ask(offer: Offer, asked: RehearsedTask): Promise<Rehearsed> {
    const { intent, payload, model, maxTokens, timeoutMs, signal } = asked;
    const task: Task = {
      taskId: this.#random.id(),
      intent,
      payload: { ...payload, model, max_tokens: maxTokens },
      constraints: { qos: 'interactive', timeout_ms: timeoutMs },
    };
    const fresh = {
      ephemeralKey: this.#random.bytes(32),
      sealingNonce: this.#random.bytes(12),
      replayNonce: this.#random.bytes(16).toString('hex'),
    };
    const packed = packTask(task, offer, fresh, true);
    const began = this.#clock.monotonic();
    const reply = await this.#send(offer, packed.body, timeoutMs + 2000, signal);
    if (!reply) return { kind: 'lost' };
    if (reply.status !== 200) return refusalIn(reply);
    const answer = readAnswer(reply.body.toString(), packed, task, offer.nodeId);
    return {
      kind: 'answered',
      body: packed.body,
      sealed: packed.replySealed,
      ms: this.#clock.monotonic() - began,
      ...tokensIn(answer),
    };
  }

  /** The very same request once more. */
  async again(offer: Offer, { body }: { readonly body: string }, signal: AbortSignal): Promise<Rehearsed> {
    const reply = await this.#send(offer, body, 10_000, signal);
    return reply ? refusalIn(reply) : { kind: 'lost' };
  }

  /** The same under another nonce and with one character of the sealed text changed. */
  tamper(offer: Offer, { body }: { readonly body: string }, signal: AbortSignal): Promise<Rehearsed> {
    const request = JSON.parse(body) as { nonce: string; iicp_conf: { encrypted_body: string } };
    const sealed = request.iicp_conf.encrypted_body;
    request.nonce = this.#random.bytes(16).toString('hex');
    request.iicp_conf.encrypted_body = (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1);
    return this.again(offer, { body: JSON.stringify(request) }, signal);
  }

  close(): void {
    this.#consumer.close();
    this.#http.close();
  }

  #send(offer: Offer, body: string, timeoutMs: number, signal: AbortSignal): Promise<IncomingReply | undefined> {
    const request = { url: `${offer.endpoint}/v1/task`, method: 'POST', body, timeoutMs, signal };
    return this.#http.send(request).catch(() => undefined);
  }
}

function refusalIn({ status, body }: IncomingReply): Rehearsed {
  let code: unknown;
  try {
    code = (JSON.parse(body.toString()) as { error?: { code?: unknown } }).error?.code;
  } catch {
    // Then the status alone has to tell.
  }
  return { kind: 'refused', status, code: typeof code === 'string' ? code : '' };
}

function tokensIn({ result, metrics }: Answer) {
  const usage = (result.usage ?? {}) as Record<string, unknown>;
  const number = (value: unknown) => (typeof value === 'number' ? value : 0);
  return {
    tokensIn: number(usage.prompt_tokens),
    tokensOut: number(usage.completion_tokens),
    tokensUsed: number(metrics?.tokens_used),
  };
}
