// Where a task is taken or turned away. The order of the checks is the protocol's (IICP 2.2): a client that meets two reasons at
// once must hear the first. Every way out after the slot was claimed gives it back.

import type { InferenceOutcome, InferenceRequest, InferenceTask } from '../../../backends/backend.ts';
import type { Choice } from '../../../backends/choice.ts';
import type { Stability } from '../../../backends/stability.ts';
import { parseJson } from '../../../base/json-scan.ts';
import type { Random } from '../../../base/random.ts';
import { sharedBy } from '../../../inbound/callers.ts';
import type { Capacity } from '../../../work/capacity.ts';
import { ONE_SLOT } from '../../../work/resources.ts';
import { TASK_JSON } from '../bounds.ts';
import type { Access, Shown } from '../inbound/access.ts';
import {
  type Answer,
  CALLER_GONE,
  type Piecemeal,
  RETRY_WHEN_BUSY_S,
  RETRY_WHEN_DRAINING_S,
  toAnswer,
} from '../inbound/answer.ts';
import { isToolIntent, taskOf } from '../intents.ts';
import type { Decision } from '../observe/prometheus.ts';
import type { Cooperation } from './cooperation.ts';
import type { ReplySecret } from './cx.ts';
import { Marks, type Seen } from './marks.ts';
import { type HeldTask, type Offload, OffloadLost } from './offload.ts';
import { type Payload, payloadOf } from './payload.ts';
import { reasonOf } from './rejection-reason.ts';
import { type Prepared, paceOf, type RunOrigin, TaskRunner, type TaskRunnerDeps } from './task-runner.ts';
import * as wire from './wire.ts';

/** What admission needs of the model servers. */
export interface ModelServers {
  /** How well they stand together. */
  stability(): Stability;
  /** The server for a task; without a model, any that can do it. */
  choose(task: InferenceTask, model?: string): Choice;
  infer(backendId: string, request: InferenceRequest): Promise<InferenceOutcome>;
  /** Whether a model server was lost over the same payload lately. */
  barred(task: InferenceTask, model: string, sent: Pick<InferenceRequest, 'payload' | 'encoded'>): boolean;
}

export interface AdmissionDeps extends TaskRunnerDeps {
  readonly random: Random;
  readonly slots: Pick<Capacity, 'tryClaim' | 'claim'>;
  readonly models: ModelServers;
  readonly offload: TaskRunnerDeps['offload'] & Pick<Offload, 'takes' | 'read' | 'open'>;
  /** Kept by the network, so that a new start of the server forgets nothing. */
  readonly seen: Seen;
  readonly accepting: () => { readonly accepting: boolean; readonly bound: string | null };
  readonly policy: () => AdmissionPolicy;
  readonly access: Pick<Access, 'judge'>;
  readonly cooperation: Pick<Cooperation, 'enter'>;
  /** Called with each decision, with the milliseconds since the task was there whole, and whether it had to wait for a slot. */
  readonly decided: (decision: Decision, ms: number, waited: boolean) => void;
}

export interface AdmissionPolicy {
  readonly nodeId: string;
  readonly maxTokens: number;
  readonly idempotency: boolean;
}

/** How long the two urgent classes wait for a slot. */
const SLOT_WAIT_MS = 2000;
/** The one name that both official gateways list and send: a caller through them has named none. */
const ANY_MODEL = 'iicp';

/** A task that was read, here or in a thread. */
interface Incoming {
  readonly request: wire.TaskRequest;
  /** Of a task that is not sealed. */
  readonly payload: Payload;
  readonly unseal: HeldTask['unseal'];
}

interface Origin extends RunOrigin {
  readonly shown: Shown;
  /** Of the request. */
  readonly bytes: number;
}

export class Admission {
  readonly #deps: AdmissionDeps;
  readonly #runner: TaskRunner;
  #running = 0;
  #idle: (() => void)[] = [];

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
    this.#runner = new TaskRunner(deps);
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
   * Of a whole body, in its parts, which must not be used afterwards. `stop` is aborted, with GONE, when the caller goes;
   * admission aborts it for reasons of its own. `traceparent` is the header of that name, `shown` what the caller proves itself with;
   * `partial` wants the text of an answer that is not sealed as it comes, before the answer that has all of it.
   */
  async handle(
    body: readonly Buffer[],
    stop: AbortController,
    traceparent?: string,
    shown: Shown = {},
    partial?: Piecemeal,
  ): Promise<Answer> {
    const bytes = body.reduce((size, part) => size + part.length, 0);
    const origin: Origin = { arrived: this.#deps.clock.monotonic(), traceparent, shown, partial, bytes };
    if (!this.#deps.offload.takes(body)) return this.#handle(this.#read(body), stop, origin);
    let held: HeldTask | undefined;
    try {
      const read = await this.#deps.offload.read(body);
      if ('unseal' in read) held = read;
      return await this.#handle(read, stop, origin);
    } catch (error) {
      if (error instanceof OffloadLost) return this.#refuse(wire.draining('overloaded', RETRY_WHEN_BUSY_S), origin);
      throw error;
    } finally {
      held?.drop();
    }
  }

  #read(body: readonly Buffer[]): Incoming | wire.Refusal {
    const json = parseJson(whole(body), TASK_JSON);
    if (typeof json === 'string') return wire.faultyJson(json);
    const request = wire.readTask(json.value);
    if (wire.isRefusal(request)) return request;
    const { payload, envelope, taskId, intent } = request;
    return { request, payload: payloadOf(payload), unseal: () => this.#deps.offload.open(envelope, taskId, intent) };
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
    const claim = { network: 'iicp', rank };
    const free = stop.signal.aborted ? undefined : this.#deps.slots.tryClaim(ONE_SLOT, claim);
    const waited = free === undefined && wait > 0;
    const slot = waited
      ? await this.#deps.slots.claim(ONE_SLOT, { ...claim, waitMs: wait, signal: stop.signal })
      : free;
    if (!slot) return this.#refuse(wire.full(request.qos), origin, waited);
    let taken = false;
    this.#running += 1;
    try {
      const marks = new Marks(this.#deps.seen, sharedBy(origin.shown.address));
      const prepared = await this.#prepare(incoming, marks, origin);
      if ('status' in prepared) return this.#refuse(prepared, origin, waited);
      if (stop.signal.aborted) return CALLER_GONE;
      const late = marks.remember();
      if (late) return this.#refuse(late, origin, waited);
      taken = true;
      this.#decided('taken', origin, waited);
      return await this.#runner.run(request, prepared, slot, stop, origin);
    } finally {
      if (!taken) slot.release();
      this.#running -= 1;
      if (this.#running === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }

  #refuse(refusal: wire.Refusal, origin: Origin, waited = false): Answer {
    this.#decided('refused', origin, waited);
    this.#deps.work.refuse(reasonOf(refusal));
    return toAnswer(refusal);
  }

  #decided(decision: Decision, { arrived }: Origin, waited: boolean): void {
    this.#deps.decided(decision, this.#deps.clock.monotonic() - arrived, waited);
  }

  /** Checks 5 to 8 and what belongs to them: replay, sealing, model, payload. */
  async #prepare(incoming: Incoming, marks: Marks, { bytes }: Origin): Promise<Prepared | wire.Refusal> {
    const { request } = incoming;
    const policy = this.#deps.policy();
    const early =
      (request.nonce === undefined ? undefined : marks.look('nonces', request.nonce)) ??
      (policy.idempotency && request.taskId !== '' ? marks.look('taskIds', request.taskId) : undefined);
    if (early) return early;

    let payload: Payload | undefined = incoming.payload;
    let secret: ReplySecret | undefined;
    if (request.envelope !== undefined) {
      const opened = await incoming.unseal();
      if (!opened) return wire.cantOpen();
      // The task's nonce stands outside the seal and can be changed or left out; these can't.
      const replay = marks.look('sealed', opened.mark);
      if (replay) return replay;
      ({ payload, secret } = opened);
      if (!payload) return wire.badPayload('the sealed payload is not JSON');
    } else if (request.wantsSealedReply) return wire.notSealed();

    const task = taskOf(request.intent);
    if (!task) return wire.unknownIntent();
    const chosen = await this.#choose(request, policy, task, payload, bytes);
    return 'status' in chosen ? chosen : { ...chosen, secret, unpaid: () => marks.forget() };
  }

  async #choose(
    request: wire.TaskRequest,
    policy: AdmissionPolicy,
    task: InferenceTask,
    payload: Payload,
    bytes: number,
  ): Promise<Omit<Prepared, 'secret' | 'unpaid'> | wire.Refusal> {
    const { object, model: named } = payload.outline;
    if (!object) return wire.badPayload('payload must be an object');
    const wanted = named === undefined ? request.model : named;
    if (wanted === null) return wire.unknownModel();
    const { asked, choice } = this.#find(task, wanted, request.model);
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
    const { model, backend, cold } = choice;
    const maxTokens = Math.min(policy.maxTokens, choice.maxTokens ?? policy.maxTokens);
    const filtered = await payload.filter(task, request, { model, maxTokens });
    if (!filtered.ok) return wire.badPayload(filtered.message);
    if (this.#deps.models.barred(task, model, filtered)) return wire.lostBefore(request.taskId);
    const size = { mostTokens: filtered.mostTokens, bytes };
    const chosen = { task, model, backendId: backend.id, cold, asked, filtered, size };
    return this.#hurried(request, chosen) ?? chosen;
  }

  /** A caller that names no time leaves the usual one, and that is never too short. */
  #hurried({ intent, timeoutMs }: wire.TaskRequest, chosen: Omit<Prepared, 'secret' | 'unpaid'>) {
    if (timeoutMs >= wire.TIMEOUT_MS.usual) return undefined;
    const least = this.#deps.pace.least(paceOf(intent, chosen), chosen.size);
    if (least === undefined || timeoutMs >= least) return undefined;
    return wire.tooHurried(Math.ceil(least), RETRY_WHEN_DRAINING_S);
  }

  /** `beside`: the model that is named outside the payload. */
  #find(task: InferenceTask, asked: string | undefined, beside: string | undefined) {
    const { models } = this.#deps;
    const choice = models.choose(task, asked);
    if (asked !== ANY_MODEL || choice.kind !== 'none' || choice.missing !== 'model') return { asked, choice };
    const left = beside === ANY_MODEL ? undefined : beside;
    return { asked: left, choice: models.choose(task, left) };
  }
}

const seconds = (ms: number | null) => (ms === null ? RETRY_WHEN_DRAINING_S : Math.ceil(ms / 1000));

function whole(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  return parts.length === 1 && first ? first : Buffer.concat(parts);
}
