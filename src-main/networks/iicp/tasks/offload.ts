// Offloaded work as its callers see it: opening sealed tasks, and whatever is done to bodies of megabytes. It goes to a thread of its
// own, in batches, for waking a thread costs about as much as opening a task does. The thread is started when it is first needed
// and ended when it was long idle; where it is missing, the work is done here.

import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../../base/clock.ts';
import { type JsonBounds, type JsonFault, parseJson, type ScannedJson } from '../../../base/json-scan.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import { TASK_JSON } from '../bounds.ts';
import { responseHash } from '../receipts/receipt.ts';
import type { CxKeys, ReplySecret, SealedReply } from './cx.ts';
import { sealReply } from './cx.ts';
import { OffloadJobs } from './offload-jobs.ts';
import {
  type Answer,
  type Answers,
  type Envelope,
  type FromThread,
  type Held,
  type Job,
  type JobKind,
  type JobOf,
  LARGE_JOBS,
  type ToThread,
} from './offload-wire.ts';
import { type Outline, type Payload, payloadOf } from './payload.ts';
import { faultyJson, type Refusal, type TaskRequest } from './wire.ts';

export interface OffloadDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** What a sealed task was, and what its reply is sealed with. Without a payload it was no JSON. */
export interface Unsealed {
  readonly mark: string;
  readonly secret: ReplySecret;
  readonly payload: Payload | undefined;
}

/** A body that lies with the thread. To be dropped in the end. */
export interface HeldTask {
  readonly request: TaskRequest;
  /** Of a task that is not sealed. */
  readonly payload: Payload;
  unseal(): Promise<Unsealed | undefined>;
  drop(): void;
}

/** A JSON text as it came, and those of its own members that were asked for, as they stand in it. */
export interface PassedJson extends ScannedJson {
  readonly bytes: Buffer;
  readonly members: ReadonlyMap<string, Buffer>;
}

/** The thread has ended with the job, or the job failed. A caller may try again. */
export class OffloadLost extends Error {}

/** Texts and bodies below it are no matter. */
const LARGE = 64 * 1024;
/** After the thread has died, before another one is tried. */
const AGAIN_MS = 10_000;
const IDLE_MS = 60_000;
/** A stranger's body that grows without end in there ends the thread and nothing else. */
const HEAP_MIB = 1024;

/** The same name in the sources and in the build, where all chunks of the main process lie in one folder. */
const THREAD = pathToFileURL(join(import.meta.dirname, `offload-thread${extname(import.meta.filename)}`));

interface Waiter {
  readonly job: Job;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

export class Offload {
  readonly #deps: OffloadDeps;
  #keys: CxKeys;
  readonly #here: OffloadJobs;
  readonly #file: URL;
  #thread: Worker | undefined;
  #diedAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #lastHeld = 0;
  #gathered: Waiter[] = [];
  /** Sent and not answered, oldest first. */
  #underway: Waiter[] = [];
  #scheduled = false;
  #cancelRest: (() => void) | undefined;

  /** `thread` is for tests of what happens when it fails. */
  constructor(deps: OffloadDeps, keys: CxKeys, { thread = THREAD }: { readonly thread?: URL } = {}) {
    this.#deps = deps;
    this.#keys = keys;
    this.#file = thread;
    this.#here = new OffloadJobs(deps, keys);
  }

  /** From now on, these. */
  use(keys: CxKeys): void {
    this.#keys = keys;
    this.#here.use(keys);
    this.#thread?.postMessage({ kind: 'keys', secrets: keys.secrets } satisfies ToThread);
  }

  /** Undefined where it can't be opened; see CxKey.open. */
  async open(envelope: unknown, taskId: string, intent: string): Promise<Unsealed | undefined> {
    const parts = partsOf(envelope);
    const opened = parts && (await this.#do({ kind: 'open', envelope: parts, taskId, intent }));
    if (!opened) return undefined;
    const parsed = parseJson(opened.plaintext, TASK_JSON);
    const payload = typeof parsed === 'string' ? undefined : payloadOf(parsed.value);
    return { mark: opened.mark, secret: opened.secret, payload };
  }

  seal(secret: ReplySecret, taskId: string, text: string): SealedReply | Promise<SealedReply> {
    if (text.length < LARGE) return sealReply(secret, taskId, text);
    return this.#do({ kind: 'seal', secret, taskId, text });
  }

  /** See responseHash; only the text goes to the thread. */
  digest(text: string, json: unknown): string | Promise<string> {
    if (text.length < LARGE) return responseHash(text, json);
    return this.#do({ kind: 'digest', text }).then(({ hash }) => hash);
  }

  /** Whether a body of that size is read here: others hold no caller up. */
  takes(body: readonly Buffer[]): boolean {
    return body.reduce((size, part) => size + part.length, 0) >= LARGE;
  }

  /** Reads a whole body, which must not be used afterwards. Rejects with OffloadLost, as all of a held task may. */
  async read(body: readonly Buffer[]): Promise<HeldTask | Refusal> {
    this.#lastHeld += 1;
    const held = this.#lastHeld;
    const answer = await this.#do({ kind: 'read', held, body });
    if (answer.kind === 'faulty') return faultyJson(answer.fault);
    if (answer.kind === 'refused') return answer.refusal;
    const { request, outline } = answer;
    return {
      request,
      payload: this.#payload(held, outline),
      unseal: async () => {
        const opened = await this.#do({ kind: 'unseal', held });
        return opened && { ...opened, payload: opened.outline && this.#payload(held, opened.outline) };
      },
      drop: () => void this.#do({ kind: 'drop', held }).catch(() => undefined),
    };
  }

  /**
   * Looks through a whole JSON text that is passed on, which must not be used afterwards. `wanted`: names of its own members. Rejects
   * with OffloadLost.
   */
  async scan(
    body: readonly Buffer[],
    wanted: readonly string[],
    bounds: JsonBounds = TASK_JSON,
  ): Promise<PassedJson | JsonFault> {
    const job = { kind: 'scan', body, wanted: new Set(wanted), bounds } as const;
    const found = this.takes(body) ? await this.#do(job) : this.#here.run(job);
    if ('fault' in found) return found.fault;
    const members = new Map([...found.members].map(([name, member]) => [name, bufferOf(member)]));
    return { ...found, bytes: bufferOf(found.bytes), members };
  }

  /** What is underway is lost. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end();
  }

  #payload(held: Held, outline: Outline): Payload {
    return {
      outline,
      filter: async (task, beside, limits) => {
        const filtered = await this.#do({ kind: 'filter', held, task, beside, limits });
        if (!filtered.ok) return filtered;
        const { encoded, mostTokens } = filtered;
        let payload: Readonly<Record<string, unknown>> | undefined;
        return {
          ok: true,
          encoded,
          mostTokens,
          // Most servers get the text as it is, and it is not parsed again.
          get payload() {
            payload ??= JSON.parse(Buffer.from(encoded.buffer).toString()) as Readonly<Record<string, unknown>>;
            return payload;
          },
        };
      },
    };
  }

  #do<K extends JobKind>(job: JobOf<K>): Promise<Answers[K]> {
    return new Promise((resolve, reject) => {
      this.#gathered.push({ job, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#send();
      });
    });
  }

  #send(): void {
    const waiters = this.#gathered;
    this.#gathered = [];
    // One alone is done sooner here than another thread is woken.
    const alone = waiters.length === 1 && waiters[0]!.job.kind === 'open' && this.#underway.length === 0;
    const thread = alone ? undefined : this.#wake();
    if (!thread) {
      for (const waiter of waiters) this.#doHere(waiter);
      return;
    }
    waiters.sort((one, other) => Number(LARGE_JOBS.has(one.job.kind)) - Number(LARGE_JOBS.has(other.job.kind)));
    const jobs = waiters.map(({ job }) => job);
    const bodies = jobs.flatMap((job) => ('body' in job ? job.body.filter(isWhole) : []));
    this.#underway.push(...waiters);
    thread.postMessage(
      { kind: 'jobs', jobs } satisfies ToThread,
      bodies.map(({ buffer }) => buffer as ArrayBuffer),
    );
  }

  #doHere({ job, resolve, reject }: Waiter): void {
    try {
      resolve(this.#here.run(job) as never);
    } catch (error) {
      reject(new OffloadLost('the job failed', { cause: error }));
    }
  }

  /** The thread, undefined where there can't be one now. */
  #wake(): Worker | undefined {
    const { clock } = this.#deps;
    if (this.#stopped || clock.monotonic() - this.#diedAt < AGAIN_MS) return undefined;
    this.#cancelRest?.();
    this.#cancelRest = undefined;
    this.#thread ??= this.#start();
    return this.#thread;
  }

  #start(): Worker {
    const thread = new Worker(this.#file, {
      name: 'hearth-offload',
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    thread.on('message', (answers: FromThread) => this.#received(answers));
    thread.on('error', (error) => this.#died(thread, error));
    thread.on('exit', () => this.#died(thread, undefined));
    thread.postMessage({ kind: 'keys', secrets: this.#keys.secrets } satisfies ToThread);
    return thread;
  }

  #received(answers: FromThread): void {
    this.#underway.splice(0, answers.length).forEach((waiter, index) => {
      const answer = answers[index] as Answer | null;
      if (answer === null) waiter.reject(new OffloadLost('the job failed'));
      else waiter.resolve(answer as never);
    });
    if (this.#underway.length > 0 || this.#gathered.length > 0 || this.#stopped) return;
    this.#cancelRest ??= this.#deps.clock.after(IDLE_MS, () => void this.#end());
  }

  #died(thread: Worker, error: Error | undefined): void {
    if (this.#thread !== thread) return;
    this.#deps.logger.error('the thread for offloaded work ended unexpectedly', { error });
    this.#diedAt = this.#deps.clock.monotonic();
    this.#thread = undefined;
    this.#cancelRest?.();
    this.#lose();
  }

  async #end(): Promise<void> {
    this.#cancelRest?.();
    this.#cancelRest = undefined;
    const thread = this.#thread;
    this.#thread = undefined;
    this.#lose();
    await thread?.terminate();
  }

  /** What can be done again is done here; bodies are gone. */
  #lose(): void {
    for (const waiter of this.#underway.splice(0)) {
      const { kind } = waiter.job;
      if (kind === 'open' || kind === 'seal') this.#doHere(waiter);
      else waiter.reject(new OffloadLost('the body is lost'));
    }
  }
}

/** Nothing shares the buffer, so that it can be handed over. */
function isWhole(bytes: Uint8Array): boolean {
  return bytes.length === bytes.buffer.byteLength;
}

/** What of an envelope counts, without copying whatever a stranger put beside it. */
function partsOf(envelope: unknown): Envelope | undefined {
  if (typeof envelope !== 'object' || envelope === null) return undefined;
  const { version, recipient_key_id, kem_ciphertext, encrypted_body, nonce, aad } = envelope as Record<string, unknown>;
  if (version !== 1) return undefined;
  const texts = { recipient_key_id, kem_ciphertext, encrypted_body, nonce, aad };
  if (!Object.values(texts).every((text) => typeof text === 'string')) return undefined;
  return { version, ...(texts as Record<keyof typeof texts, string>) };
}

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array) => Buffer.from(buffer, byteOffset, length);
