// Where a task is taken or turned away, and answered. The order of the checks is the protocol's (IICP 2.2): a client that
// meets two reasons at once must be told the first. Every way out after the slot was claimed gives it back.

import type { InferenceOutcome, InferenceRequest, InferenceTask } from '../../backends/backend.ts';
import type { Choice } from '../../backends/choice.ts';
import type { Stability } from '../../backends/stability.ts';
import type { Clock } from '../../base/clock.ts';
import { assertNever } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Write } from '../../storage/write.ts';
import type { Slot, Slots } from '../../work/slots.ts';
import type { Ending, RunningTask, Work } from '../../work/work.ts';
import type { Access, Shown } from './access.ts';
import type { Cooperation } from './cooperation.ts';
import { earnedFor } from './credits.ts';
import type { ReplySecret } from './cx.ts';
import { HeavyLost, type HeavyWork, type HeldTask } from './heavy.ts';
import { isToolIntent, taskOf } from './intents.ts';
import { type Payload, payloadOf } from './payload.ts';
import type { Pricing } from './pricing.ts';
import type { SeenRecently } from './replay.ts';
import type { Decision } from './tally.ts';
import type { Watch } from './watch.ts';
import * as wire from './wire.ts';

/** What the desk needs of the model servers. */
export interface ModelServers {
  /** How well they stand together. */
  stability(): Stability;
  /** The server for a task; without a model, any that can do it. */
  choose(task: InferenceTask, model?: string): Choice;
  infer(backendId: string, request: InferenceRequest): Promise<InferenceOutcome>;
}

export interface DeskDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly slots: Slots;
  readonly work: Work;
  readonly models: ModelServers;
  readonly heavy: Pick<HeavyWork, 'takes' | 'read' | 'open' | 'seal' | 'digest'>;
  /** Kept by the network, so that a new start of the server forgets nothing. */
  readonly seen: Readonly<Record<'nonces' | 'taskIds' | 'sealed', SeenRecently>>;
  readonly accepting: () => { readonly accepting: boolean; readonly bound: string | null };
  readonly policy: () => DeskPolicy;
  readonly access: Pick<Access, 'judge'>;
  readonly cooperation: Pick<Cooperation, 'enter'>;
  readonly pricing: () => Pricing;
  readonly watch: Watch;
  /** Told of each decision, with the milliseconds since the task was there whole, and whether it had to wait for a slot. */
  readonly decided: (decision: Decision, ms: number, waited: boolean) => void;
  /** The write that claims a task's earning; undefined where nothing is claimed. Told once it is on disk. */
  readonly claims: {
    wanted(): boolean;
    made(task: number, claimedMicro: number, responseHash: string, payer: string | null): Write;
    committed(): void;
  };
}

export interface DeskPolicy {
  readonly nodeId: string;
  readonly maxTokens: number;
  readonly idempotency: boolean;
}

/** JSON text and its status; `text` undefined where the caller has gone and nobody reads an answer. */
export interface Answer {
  readonly status: number;
  readonly text: string | undefined;
  readonly retryAfterS?: number;
}

/** How long the two urgent classes wait for a slot. */
const SLOT_WAIT_MS = 2000;
const RETRY_WHEN_DRAINING_S = 30;
const RETRY_WHEN_BUSY_S = 2;

/** Why a task is stopped: its caller has gone. */
export const GONE = 'gone';

interface Prepared {
  readonly task: InferenceTask;
  readonly model: string;
  readonly backendId: string;
  /** The model as the caller named it. */
  readonly asked: string | undefined;
  readonly filtered: { readonly payload: Readonly<Record<string, unknown>>; readonly encoded?: Uint8Array };
  /** Of a task that was sealed. */
  readonly secret: ReplySecret | undefined;
}

/** Told the next piece of an answer's text. */
export type Piecemeal = (text: string) => void;

/** A task that was read, here or in a thread. */
interface Incoming {
  readonly request: wire.TaskRequest;
  /** Of a task that is not sealed. */
  readonly payload: Payload;
  readonly unseal: HeldTask['unseal'];
}

/** Where a task comes from, and when it was there whole. */
interface Origin {
  readonly arrived: number;
  readonly traceparent: string | undefined;
  readonly partial: Piecemeal | undefined;
  readonly shown: Shown;
}

export class Desk {
  readonly #deps: DeskDeps;
  #running = 0;
  #idle: (() => void)[] = [];

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  /** Resolves when no task runs here, or after `ms`. */
  idle(ms: number): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(ms, resolve);
      this.#idle.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /**
   * Of a whole body, in its parts, which must not be used afterwards. `stop` is aborted, with GONE, when the caller goes; the
   * desk aborts it for reasons of its own. `traceparent` is the header of that name, `shown` what the caller proves itself with;
   * `partial` wants the text of an answer that is not sealed as it comes, before the answer that has all of it.
   */
  async handle(
    body: readonly Buffer[],
    stop: AbortController,
    traceparent?: string,
    shown: Shown = {},
    partial?: Piecemeal,
  ): Promise<Answer> {
    const origin: Origin = { arrived: this.#deps.clock.monotonic(), traceparent, shown, partial };
    if (!this.#deps.heavy.takes(body)) return this.#handle(this.#read(body), stop, origin);
    let held: HeldTask | undefined;
    try {
      const read = await this.#deps.heavy.read(body);
      if (read && 'unseal' in read) held = read;
      return await this.#handle(read ?? wire.notJson(), stop, origin);
    } catch (error) {
      if (error instanceof HeavyLost) return this.#refuse(wire.draining('overloaded', RETRY_WHEN_BUSY_S), origin);
      throw error;
    } finally {
      held?.drop();
    }
  }

  #read(body: readonly Buffer[]): Incoming | wire.Refusal {
    const json = parseJson(textOf(body));
    if (json === undefined) return wire.notJson();
    const request = wire.readTask(json);
    if (wire.isRefusal(request)) return request;
    const { payload, envelope, taskId, intent } = request;
    return { request, payload: payloadOf(payload), unseal: () => this.#deps.heavy.open(envelope, taskId, intent) };
  }

  async #handle(incoming: Incoming | wire.Refusal, stop: AbortController, origin: Origin): Promise<Answer> {
    const refuse = (refusal: wire.Refusal) => this.#refuse(refusal, origin);
    if ('status' in incoming) return refuse(incoming);
    const { request } = incoming;
    const verdict = this.#deps.access.judge(request, origin.shown);
    const barred = verdict instanceof Promise ? await verdict : verdict;
    if (barred) return refuse(barred);
    if (isToolIntent(request.intent)) return refuse(wire.toolDenied());
    const { accepting, bound } = this.#deps.accepting();
    if (!accepting) return refuse(wire.draining(bound ?? 'paused', RETRY_WHEN_DRAINING_S));
    const stability = this.#deps.models.stability();
    if (stability.state === 'unavailable') return refuse(wire.draining('backend_unavailable', RETRY_WHEN_DRAINING_S));
    if (stability.state === 'draining') {
      return refuse(wire.draining(stability.reason ?? 'draining', seconds(stability.retryAfterMs)));
    }
    const place = this.#deps.cooperation.enter(request);
    if (place && 'status' in place) return refuse(place);
    try {
      return await this.#admit(incoming, stop, origin, place?.timeoutMs ?? request.timeoutMs);
    } finally {
      place?.leave();
    }
  }

  /** From check 4 on, with the time that the task may take. */
  async #admit(incoming: Incoming, stop: AbortController, origin: Origin, timeoutMs: number): Promise<Answer> {
    const request = { ...incoming.request, timeoutMs };
    const rank = wire.QOS_RANK[request.qos];
    const wait = rank <= wire.QOS_RANK.interactive ? SLOT_WAIT_MS : 0;
    const free = stop.signal.aborted ? undefined : this.#deps.slots.tryClaim();
    const waited = free === undefined && wait > 0;
    const slot = waited ? await this.#deps.slots.claim(rank, wait, stop.signal) : free;
    if (!slot) return this.#refuse(wire.full(request.qos), origin, waited);
    let taken = false;
    this.#running += 1;
    try {
      const prepared = await this.#prepare(incoming);
      if ('status' in prepared) return this.#refuse(prepared, origin, waited);
      if (stop.signal.aborted) return NOBODY;
      taken = true;
      this.#decided('taken', origin, waited);
      return await this.#run(request, prepared, slot, stop, origin);
    } finally {
      if (!taken) slot.release();
      this.#running -= 1;
      if (this.#running === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }

  #refuse(refusal: wire.Refusal, origin: Origin, waited = false): Answer {
    this.#decided('refused', origin, waited);
    this.#deps.work.refuse();
    return toAnswer(refusal);
  }

  #decided(decision: Decision, { arrived }: Origin, waited: boolean): void {
    this.#deps.decided(decision, this.#deps.clock.monotonic() - arrived, waited);
  }

  /** Checks 5 to 8 and what belongs to them: replay, sealing, model, payload. */
  async #prepare(incoming: Incoming): Promise<Prepared | wire.Refusal> {
    const { request } = incoming;
    const policy = this.#deps.policy();
    const { nonces, taskIds, sealed } = this.#deps.seen;
    const again = (seen: SeenRecently, value: string, refusal: () => wire.Refusal): wire.Refusal | undefined => {
      const verdict = seen.admit(value);
      if (verdict === 'first') return undefined;
      return verdict === 'again' ? refusal() : wire.draining('replay_memory', RETRY_WHEN_DRAINING_S);
    };
    const early =
      (request.nonce === undefined ? undefined : again(nonces, request.nonce, wire.replayed)) ??
      (policy.idempotency && request.taskId !== '' ? again(taskIds, request.taskId, wire.duplicate) : undefined);
    if (early) return early;

    let payload: Payload | undefined = incoming.payload;
    let secret: ReplySecret | undefined;
    if (request.envelope !== undefined) {
      const opened = await incoming.unseal();
      if (!opened) return wire.cantOpen();
      // The task's nonce stands outside the seal and can be changed or left out; these can't.
      const replay = again(sealed, opened.mark, wire.replayed);
      if (replay) return replay;
      ({ payload, secret } = opened);
      if (!payload) return wire.badPayload('the sealed payload is not JSON');
    } else if (request.wantsSealedReply) return wire.notSealed();

    const task = taskOf(request.intent);
    if (!task) return wire.unknownIntent();
    return this.#choose(request, policy, task, payload, secret);
  }

  async #choose(
    request: wire.TaskRequest,
    policy: DeskPolicy,
    task: InferenceTask,
    payload: Payload,
    secret: ReplySecret | undefined,
  ): Promise<Prepared | wire.Refusal> {
    const { object, model: named } = payload.outline;
    if (!object) return wire.badPayload('payload must be an object');
    const asked = named === undefined ? request.model : named;
    if (asked === null) return wire.unknownModel();
    const choice = this.#deps.models.choose(task, asked);
    switch (choice.kind) {
      case 'refused':
        return wire.unknownIntent();
      case 'none':
        return asked === undefined ? wire.unknownIntent() : wire.unknownModel();
      case 'busy':
        return wire.full(request.qos);
      case 'waiting':
        return wire.draining(choice.reason, seconds(choice.retryAfterMs));
      case 'chosen':
    }
    const { model, backend } = choice;
    const maxTokens = Math.min(policy.maxTokens, choice.maxTokens ?? policy.maxTokens);
    const filtered = await payload.filter(task, request, { model, maxTokens });
    if (!filtered.ok) return wire.badPayload(filtered.message);
    return { task, model, backendId: backend.id, asked, filtered, secret };
  }

  async #run(
    request: wire.TaskRequest,
    prepared: Prepared,
    slot: Slot,
    stop: AbortController,
    { arrived, traceparent, partial }: Origin,
  ): Promise<Answer> {
    const { clock, work, models } = this.#deps;
    const begun = work.begin(
      {
        network: 'iicp',
        ref: request.taskId,
        intent: request.intent,
        model: prepared.model,
        backend: prepared.backendId,
        sealed: prepared.secret !== undefined,
      },
      slot,
      () => stop.abort('stopping'),
    );
    const ended = this.#deps.watch({
      taskId: request.taskId,
      intent: request.intent,
      kind: prepared.task,
      qos: request.qos,
      model: prepared.model,
      asked: prepared.asked,
      backendId: prepared.backendId,
      traceparent,
    });
    const began = clock.monotonic();
    const cancelDeadline = clock.after(request.timeoutMs, () => stop.abort('deadline'));
    let outcome: InferenceOutcome;
    try {
      // Told in the open is only what was asked in the open.
      const tell = prepared.secret ? undefined : partial;
      outcome = await models.infer(prepared.backendId, new Request(prepared, stop.signal, tell));
    } catch (error) {
      this.#deps.logger.error('a backend broke its promise not to throw', { error });
      outcome = { kind: 'failed', code: 'server-error' };
    } finally {
      cancelDeadline();
    }
    const times = { waitedMs: Math.round(began - arrived), serverMs: Math.round(clock.monotonic() - began) };
    const running = {
      ...begun,
      end: async (ending: Ending) => {
        const end = (facts: Ending) => ended({ ...facts, latencyMs: clock.monotonic() - arrived });
        try {
          await begun.end({ ...ending, ...times });
        } catch (error) {
          end({ state: 'failed', code: 'storage_error' });
          throw error;
        }
        end(ending);
      },
    };
    if (stop.signal.aborted && outcome.kind !== 'done') return this.#stopped(request, running, stop.signal.reason);
    return this.#settle(request, prepared, running, outcome, times.serverMs);
  }

  /** Ended by us or by the caller before the backend did. */
  async #stopped(request: wire.TaskRequest, running: RunningTask, why: unknown): Promise<Answer> {
    switch (why) {
      case 'deadline':
        return this.#end(request, running, { state: 'timeout', code: 'task_timeout' }, () =>
          wire.taskError(request.taskId, 504, 'timeout', 'task_timeout'),
        );
      case 'stopping':
        return this.#end(request, running, { state: 'interrupted', code: 'node-stopped' }, () => ({
          ...wire.taskError(request.taskId, 503, 'error', 'node_stopping'),
          retryAfterS: RETRY_WHEN_DRAINING_S,
        }));
      default:
        await this.#end(request, running, { state: 'cancelled', code: 'caller-gone' }, () => undefined);
        return NOBODY;
    }
  }

  #settle(
    request: wire.TaskRequest,
    prepared: Prepared,
    running: RunningTask,
    outcome: InferenceOutcome,
    latencyMs: number,
  ): Promise<Answer> {
    const { taskId } = request;
    const failed = (code: string, answer: () => wire.Refusal) =>
      this.#end(request, running, { state: 'failed', code }, answer);
    switch (outcome.kind) {
      case 'done':
        return this.#succeed(request, prepared, running, outcome, latencyMs);
      case 'refused':
        switch (outcome.code) {
          case 'unknown-model':
            return failed('unknown-model', wire.unknownModel);
          case 'rate-limited':
            return failed('rate-limited', () =>
              wire.draining('backend_rate_limited', Math.ceil((outcome.retryAfterMs ?? 0) / 1000) || RETRY_WHEN_BUSY_S),
            );
          case 'bad-request':
            return failed('bad-request', () => wire.taskError(taskId, 422, 'error', 'backend_error'));
          default:
            return assertNever(outcome);
        }
      case 'failed':
        return failed(outcome.code, () => wire.taskError(taskId, 502, 'error', 'backend_error'));
      case 'aborted':
        return failed('aborted', () => wire.taskError(taskId, 502, 'error', 'backend_error'));
      default:
        return assertNever(outcome);
    }
  }

  async #succeed(
    request: wire.TaskRequest,
    prepared: Prepared,
    running: RunningTask,
    outcome: Extract<InferenceOutcome, { kind: 'done' }>,
    latencyMs: number,
  ): Promise<Answer> {
    const { tokensIn, tokensOut } = outcome.usage;
    const tokens = tokensIn + tokensOut;
    const earned = earnedFor(tokens, this.#deps.pricing(), prepared.model, this.#deps.clock.now());
    const claim = await this.#claim(request, running.id, earned.amountMicro, outcome.text);
    const ending: Ending = { state: 'done', tokensIn, tokensOut, earned, ...(claim && { claim }) };
    const text = wire.successText({
      taskId: request.taskId,
      nodeId: this.#deps.policy().nodeId,
      model: prepared.model,
      latencyMs,
      tokens,
      resultText: outcome.text,
    });
    // A client that seals without asking for a sealed reply is an older one and could not open it.
    const secret = request.wantsSealedReply ? prepared.secret : undefined;
    const body = secret
      ? wire.sealedText(request.taskId, await this.#deps.heavy.seal(secret, request.taskId, text))
      : text;
    const answer = await this.#end(request, running, ending, () => undefined, body);
    if (claim) this.#deps.claims.committed();
    return answer;
  }

  /** A receipt names the task as its sender did, so one without a name can't be claimed. */
  async #claim(
    request: wire.TaskRequest,
    task: number,
    claimedMicro: number,
    result: string,
  ): Promise<Write | undefined> {
    const { claims, heavy } = this.#deps;
    if (claimedMicro === 0 || request.taskId === '' || !claims.wanted()) return undefined;
    const digest = await heavy.digest(result);
    return claims.made(task, claimedMicro, digest, request.sourceNodeId ?? null);
  }

  /** Commits the ending and only then answers. What could not be recorded is not answered as done. */
  async #end(
    request: wire.TaskRequest,
    running: RunningTask,
    ending: Ending,
    answer: () => wire.Refusal | undefined,
    success?: string,
  ): Promise<Answer> {
    try {
      await running.end(ending);
    } catch (error) {
      this.#deps.logger.error('an outcome could not be recorded', { task: running.id, error });
      return toAnswer(wire.taskError(request.taskId, 500, 'error', 'storage_error'));
    }
    const refusal = answer();
    return refusal ? toAnswer(refusal) : { status: 200, text: success };
  }
}

/** What a model server is asked. Seldom does anybody look into a large payload once it is encoded: it is parsed only then. */
class Request implements InferenceRequest {
  readonly task: InferenceTask;
  readonly model: string;
  readonly signal: AbortSignal;
  readonly partial: Piecemeal | undefined;
  readonly #filtered: Prepared['filtered'];

  constructor({ task, model, filtered }: Prepared, signal: AbortSignal, partial: Piecemeal | undefined) {
    this.task = task;
    this.model = model;
    this.signal = signal;
    this.partial = partial;
    this.#filtered = filtered;
  }

  get payload(): Readonly<Record<string, unknown>> {
    return this.#filtered.payload;
  }

  get encoded(): Uint8Array | undefined {
    return this.#filtered.encoded;
  }
}

/** Nobody reads it; the number is the one that web servers log for a caller who left. */
const NOBODY: Answer = { status: 499, text: undefined };

function toAnswer(refusal: wire.Refusal): Answer {
  const { status, body, retryAfterS } = refusal;
  return { status, text: JSON.stringify(body), ...(retryAfterS === undefined ? {} : { retryAfterS }) };
}

const seconds = (ms: number | null) => (ms === null ? RETRY_WHEN_DRAINING_S : Math.ceil(ms / 1000));

function textOf(parts: readonly Buffer[]): string {
  const [first] = parts;
  return (parts.length === 1 && first ? first : Buffer.concat(parts)).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
