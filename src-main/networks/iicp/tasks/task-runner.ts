// A task that was taken: the model server is asked, what it earned is booked and claimed, and only then is its caller answered.

import type { InferenceOutcome, InferenceRequest, InferenceTask } from '../../../backends/backend.ts';
import type { Clock } from '../../../base/clock.ts';
import { assertNever } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Write } from '../../../storage/write.ts';
import type { Claim } from '../../../work/capacity.ts';
import type { Pace, Size } from '../../../work/pace.ts';
import type { Ending, RunningTask, Work } from '../../../work/work.ts';
import {
  type Answer,
  CALLER_GONE,
  type Piecemeal,
  RETRY_WHEN_BUSY_S,
  RETRY_WHEN_DRAINING_S,
  toAnswer,
} from '../inbound/answer.ts';
import type { Watch } from '../observe/watch.ts';
import { earnedFor } from '../pricing/credits.ts';
import type { Pricing } from '../pricing/pricing.ts';
import type { ReplySecret } from './cx.ts';
import type { Offload } from './offload.ts';
import * as wire from './wire.ts';

export interface TaskRunnerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly work: Work;
  readonly models: { infer(backendId: string, request: InferenceRequest): Promise<InferenceOutcome> };
  readonly offload: Pick<Offload, 'seal' | 'digest'>;
  readonly policy: () => { readonly nodeId: string };
  readonly pricing: () => Pricing;
  readonly watch: Watch;
  readonly pace: Pace;
  /** The write that claims a task's earning; undefined where nothing is claimed. Called once it is on disk. */
  readonly claims: {
    wanted(): boolean;
    made(task: number, claimedMicro: number, responseHash: string, payer: string | null): Write;
    committed(): void;
  };
}

/** A task that can be run: every check was passed. */
export interface Prepared {
  readonly task: InferenceTask;
  readonly model: string;
  readonly backendId: string;
  /** The server has to load the model first: how long that takes says nothing of its pace. */
  readonly cold: boolean;
  /** The model as the caller named it. */
  readonly asked: string | undefined;
  readonly filtered: { readonly payload: Readonly<Record<string, unknown>>; readonly encoded?: Uint8Array };
  readonly size: Size;
  /** Of a task that was sealed. */
  readonly secret: ReplySecret | undefined;
  /** To be called once it is certain that it will never be paid: its sender may try again. */
  readonly unpaid: () => void;
}

/** Where a task comes from, and when it was there whole. */
export interface RunOrigin {
  readonly arrived: number;
  readonly traceparent: string | undefined;
  readonly partial: Piecemeal | undefined;
}

export class TaskRunner {
  readonly #deps: TaskRunnerDeps;

  constructor(deps: TaskRunnerDeps) {
    this.#deps = deps;
  }

  /** Takes the claim over: it is given back with the task's end. */
  async run(
    request: wire.TaskRequest,
    prepared: Prepared,
    slot: Claim,
    stop: AbortController,
    { arrived, traceparent, partial }: RunOrigin,
  ): Promise<Answer> {
    const { clock, work, models } = this.#deps;
    const begun = work.begin(
      {
        network: 'iicp',
        ref: request.taskId,
        what: request.intent,
        inference: {
          model: prepared.model,
          backend: prepared.backendId,
          sealed: prepared.secret !== undefined,
        },
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
      // Only what was asked in the open is answered in the open.
      const tell = prepared.secret ? undefined : partial;
      outcome = await models.infer(prepared.backendId, new Request(prepared, stop.signal, tell));
    } catch (error) {
      this.#deps.logger.error('a backend broke its promise not to throw', { error });
      outcome = { kind: 'failed', code: 'server-error' };
    } finally {
      cancelDeadline();
    }
    const times = {
      waitedMs: Math.round(began - arrived),
      serverMs: Math.round(clock.monotonic() - began),
      ...(outcome.kind === 'done' && { firstMs: outcome.firstMs }),
    };
    const running = {
      ...begun,
      end: async (ending: Ending) => {
        const end = (facts: Ending) => ended({ ...facts, latencyMs: clock.monotonic() - arrived });
        // Of one that was done and could not be recorded it is not certain.
        if (ending.state !== 'done') prepared.unpaid();
        try {
          await begun.end({ ...ending, ...times });
        } catch (error) {
          end({ state: 'failed', code: 'storage_error' });
          throw error;
        }
        end(ending);
      },
    };
    if (stop.signal.aborted && outcome.kind !== 'done') {
      return this.#stopped(request, prepared, running, stop.signal.reason);
    }
    return this.#settle(request, prepared, running, outcome, times.serverMs);
  }

  /** Ended by us or by the caller before the backend did. */
  async #stopped(request: wire.TaskRequest, prepared: Prepared, running: RunningTask, why: unknown): Promise<Answer> {
    switch (why) {
      case 'deadline':
        return this.#end(request, running, { state: 'timeout', code: this.#whoseTime(request, prepared) }, () =>
          wire.taskError(request.taskId, 504, 'timeout', 'task_timeout'),
        );
      case 'stopping':
        return this.#end(request, running, { state: 'interrupted', code: 'node-stopped' }, () => ({
          ...wire.taskError(request.taskId, 503, 'error', 'node_stopping'),
          retryAfterS: RETRY_WHEN_DRAINING_S,
        }));
      default:
        await this.#end(request, running, { state: 'cancelled', code: 'caller-gone' }, () => undefined);
        return CALLER_GONE;
    }
  }

  /** A task's time was up: why, as the books have it. */
  #whoseTime({ intent, timeoutMs }: wire.TaskRequest, prepared: Prepared): string {
    const usual = this.#deps.pace.usual(paceOf(intent, prepared), prepared.size);
    return usual !== undefined && timeoutMs >= usual ? 'task_timeout' : 'deadline-too-short';
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
    const { bytes } = prepared.size;
    if (!prepared.cold) this.#deps.pace.saw(paceOf(request.intent, prepared), { ms: latencyMs, tokensOut, bytes });
    const earned = earnedFor(tokens, this.#deps.pricing(), prepared.model, this.#deps.clock.now());
    const text = wire.successText({
      taskId: request.taskId,
      nodeId: this.#deps.policy().nodeId,
      model: prepared.model,
      latencyMs,
      tokens,
      resultText: outcome.text,
    });
    let claim: Write | undefined;
    let body: string;
    try {
      claim = await this.#claim(request, running.id, earned.amountMicro, outcome);
      body = await this.#written(request, prepared, text);
    } catch (error) {
      // Such as the thread that worked on it: nothing was booked, and the task must end all the same.
      this.#deps.logger.warn('an answer was lost before it could be sent', { task: running.id, error });
      return this.#end(request, running, { state: 'failed', code: 'answer-lost' }, () =>
        wire.draining('overloaded', RETRY_WHEN_BUSY_S),
      );
    }
    const ending: Ending = { state: 'done', tokensIn, tokensOut, earned, ...(claim && { claim }) };
    const answer = await this.#end(request, running, ending, () => undefined, body);
    if (claim) this.#deps.claims.committed();
    return answer;
  }

  /** A client that seals without asking for a sealed reply is an older one and could not open it. */
  async #written({ taskId, wantsSealedReply }: wire.TaskRequest, { secret }: Prepared, text: string): Promise<string> {
    if (!secret || !wantsSealedReply) return text;
    return wire.sealedText(taskId, await this.#deps.offload.seal(secret, taskId, text));
  }

  /** A receipt names the task as its sender did, so one without a name can't be claimed. */
  async #claim(
    request: wire.TaskRequest,
    task: number,
    claimedMicro: number,
    { text, json }: Extract<InferenceOutcome, { kind: 'done' }>,
  ): Promise<Write | undefined> {
    const { claims, offload } = this.#deps;
    if (claimedMicro === 0 || request.taskId === '' || !claims.wanted()) return undefined;
    const digest = await offload.digest(text, json);
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

/** What has a pace of its own. */
export function paceOf(intent: string, { backendId, model }: Pick<Prepared, 'backendId' | 'model'>): string {
  return `${backendId} ${model} ${intent}`;
}

/** What a model server is asked. A large payload is seldom looked into once it is encoded: it is parsed only then. */
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
