// The other ends of rehearsed tasks: a directory, and a client that seals as official clients do, with code of its own, and can also do
// what an attacker would.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { HttpClient, type IncomingReply } from '../http-client.ts';
import type { RehearsedKind, RehearsedTask, RehearsedTasks, StartTaskRehearsal, TaskReply } from '../practice.ts';
import type { Offer } from './consumer/offers.ts';
import { type Answer, packTask, readAnswer, type Task } from './consumer/task.ts';
import { type Consumer, createConsumer } from './consumer.ts';
import { type Directory, startDirectory } from './directory.ts';

/** A thousand tokens make a credit. */
const MICRO_A_TOKEN = 1000;
const AGAIN_MS = 10_000;
const REPLAYED = 409;
const BROKEN_SEAL = 400;

const intentOf = (kind: RehearsedKind) => `urn:iicp:intent:${kind}:v1`;

export const rehearseIicp: StartTaskRehearsal = async (deps) =>
  new IicpRehearsal(deps, await startDirectory(deps, { allowPrivateEndpoints: true }));

class IicpRehearsal implements RehearsedTasks {
  readonly settings: RehearsedTasks['settings'];
  readonly microAToken = MICRO_A_TOKEN;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #directory: Directory;
  readonly #consumer: Consumer;
  readonly #http: HttpClient;
  #offer: Offer | undefined;

  constructor(deps: { readonly clock: Clock; readonly random: Random }, directory: Directory) {
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#directory = directory;
    this.settings = {
      'networks.iicp.directoryUrl': directory.url,
      'networks.iicp.bind': '127.0.0.1',
      'networks.iicp.port': 0,
    };
    this.#consumer = createConsumer(deps, {
      directoryUrl: directory.url,
      allowPrivate: true,
      consumerId: 'rehearsal',
    });
    this.#http = new HttpClient(deps, { allowPrivate: true });
  }

  async find(kind: RehearsedKind, signal: AbortSignal): Promise<boolean> {
    const [offer] = await this.#consumer.discover(intentOf(kind), { signal });
    this.#offer = offer?.cxKey ? offer : undefined;
    return this.#offer !== undefined;
  }

  async ask({ kind, payload, model, maxTokens, timeoutMs, signal }: RehearsedTask): Promise<TaskReply> {
    const offer = this.#found();
    const task: Task = {
      taskId: this.#random.id(),
      intent: intentOf(kind),
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
    const reply = await this.#send(packed.body, timeoutMs + 2000, signal);
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

  replayRefused(body: string, signal: AbortSignal): Promise<boolean> {
    return this.#refused(body, REPLAYED, signal);
  }

  tamperingRefused(body: string, signal: AbortSignal): Promise<boolean> {
    const request = JSON.parse(body) as { nonce: string; iicp_conf: { encrypted_body: string } };
    const sealed = request.iicp_conf.encrypted_body;
    // Another nonce, so that it is not refused as one that came before.
    request.nonce = this.#random.bytes(16).toString('hex');
    request.iicp_conf.encrypted_body = (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1);
    return this.#refused(JSON.stringify(request), BROKEN_SEAL, signal);
  }

  async stop(): Promise<void> {
    this.#consumer.close();
    this.#http.close();
    await this.#directory.stop();
  }

  async #refused(body: string, status: number, signal: AbortSignal): Promise<boolean> {
    return (await this.#send(body, AGAIN_MS, signal))?.status === status;
  }

  #found(): Offer {
    if (!this.#offer) throw new Error('no node was found to be asked');
    return this.#offer;
  }

  #send(body: string, timeoutMs: number, signal: AbortSignal): Promise<IncomingReply | undefined> {
    const request = { url: `${this.#found().endpoint}/v1/task`, method: 'POST', body, timeoutMs, signal };
    return this.#http.send(request).catch(() => undefined);
  }
}

function refusalIn({ status, body }: IncomingReply): TaskReply {
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
