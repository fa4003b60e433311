// One leased job, from its first heartbeat to the report of what came of it. It is reported to the manager once: completed, or failed with a
// reason; and nothing where it took the job back itself.

import type { Runner, RunnerContext, Runners } from '../../../backends/runners/runner.ts';
import type { Clock } from '../../../base/clock.ts';
import { HearthError } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { DmsClient } from '../dms/dms-client.ts';
import { Heartbeat, type HeartbeatOptions, type LeaseEnd } from '../dms/heartbeat.ts';
import type { Lease } from '../dms/lease.ts';
import { Outbox } from '../dms/outbox.ts';
import { type Artifact, completeBody, type DmsWire, failBody, heartbeatBody, type Json } from '../dms/receipts.ts';
import { LeaseSession } from '../dms/session.ts';
import { Refused, Stopped, Unreachable } from '../errors.ts';
import type { Http } from '../http.ts';
import type { DownloadStyle } from '../storage/cid.ts';
import { type Domain, DomainClient } from '../storage/domain-client.ts';
import { Inputs } from '../storage/inputs.ts';
import { Scratch } from '../storage/scratch.ts';
import { Uploads } from '../storage/uploads.ts';

export interface LeasedJobDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** To domain servers. */
  readonly http: Http;
  readonly dms: Pick<DmsClient, 'heartbeat' | 'complete' | 'fail'>;
  readonly runners: Runners;
  /** In which each job has a folder of its own. */
  readonly scratchFolder: string;
  /** Called when something that is shown has changed. */
  readonly changed: () => void;
  /** Called before the job is reported as done. */
  readonly completing: () => Promise<void>;
}

export interface LeasedJobOptions {
  readonly wire: DmsWire;
  readonly heartbeat: HeartbeatOptions;
  readonly receiptRetries: number;
  readonly clientId: string;
  readonly downloadStyle: DownloadStyle;
  readonly foreign: boolean;
  readonly partsFrom: number;
  readonly diskBytes: number;
}

/** Why its owner ends it: it is given back, or stopped since there is no more time. */
export type StopReason = 'handed-back' | 'cancelled';

/**
 * `cancelled` and `lost`: by the manager, which gets no report then. `stopped`: by its owner. `unknown`: it was reported, and no answer
 * says whether that arrived.
 */
export type JobOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: string; readonly reported: boolean }
  | { readonly kind: LeaseEnd }
  | { readonly kind: 'stopped'; readonly why: StopReason; readonly reported: boolean }
  | { readonly kind: 'unknown' };

/** The reasons given to a manager when the owner of this computer ends a job. */
export const OWNER_REASONS: Readonly<Record<StopReason, string>> = {
  'handed-back': 'handed back: the owner of the node took the computer back',
  cancelled: 'cancelled: the node had to stop before the job was done',
};

export interface JobFigures {
  readonly inputs: number;
  readonly inputBytes: number;
  readonly outputs: number;
  readonly outputBytes: number;
}

/** How a report that was not answered is tried again. */
const REPORT_PAUSE_MS = 1000;
const REPORT_MS = 60_000;
/** Where the node is about to stop. */
const LAST_REPORT_MS = 8000;
const MAY_REPEAT: ReadonlySet<number> = new Set([502, 503, 504]);

export class LeasedJob {
  readonly session: LeaseSession;
  readonly #deps: LeasedJobDeps;
  readonly #options: LeasedJobOptions;
  readonly #outbox = new Outbox();
  readonly #heartbeat: Heartbeat;
  readonly #stop = new AbortController();
  #stopped: StopReason | undefined;
  #ended: LeaseEnd | undefined;
  #uploads: Uploads | undefined;
  #inputBytes = 0;
  #outputBytes = 0;

  constructor(lease: Lease, deps: LeasedJobDeps, options: LeasedJobOptions) {
    this.#deps = deps;
    this.#options = options;
    this.session = new LeaseSession(lease);
    const { dms, changed } = deps;
    this.#heartbeat = new Heartbeat(
      {
        ...deps,
        session: this.session,
        outbox: this.#outbox,
        // Not bound to the end of the job: the last one is sent after it.
        send: (taskId, progress, events) =>
          dms.heartbeat(taskId, heartbeatBody(options.wire, progress, events), AbortSignal.timeout(REPORT_MS)),
        ended: (end) => {
          this.#ended = end;
          this.#stop.abort(new Stopped());
        },
        changed,
      },
      options.heartbeat,
    );
  }

  get figures(): JobFigures {
    const { task } = this.session;
    const outputs = this.#uploads?.artifacts.length ?? 0;
    return { inputs: task.inputs_cids.length, inputBytes: this.#inputBytes, outputs, outputBytes: this.#outputBytes };
  }

  /** What the runner said last of its progress. */
  get progress(): Json {
    return this.#outbox.progress;
  }

  /** Its owner wants it to end; the first reason counts. `run` resolves soon then, once the manager has its report. */
  stop(why: StopReason): void {
    this.#stopped ??= why;
    this.#stop.abort(new Stopped());
  }

  /** The computer has slept, or is about to: the lease is renewed at once. */
  beatNow(): void {
    if (this.session.status === 'running') this.#heartbeat.beat();
  }

  /** Once. Never rejects; nothing of it is left on the disk when it resolves. */
  async run(): Promise<JobOutcome> {
    const { runners, logger } = this.#deps;
    const { capability } = this.session.task;
    const runner = runners.get(capability);
    if (this.session.token === '') logger.warn('a lease came without a token for its domain server', this.#facts);
    try {
      if (!runner) return await this.#notSetUp('start_session', `no runner registered for capability: ${capability}`);
      try {
        await this.#heartbeat.first();
      } catch (error) {
        return await this.#notSetUp('initial_heartbeat', sayOf(error));
      }
      if (this.#ended) return { kind: this.#ended };
      const domain = this.session.domain();
      if (!domain) return await this.#notSetUp('build_ports', 'the lease names no domain, or no server of it');
      return await this.#runWith(runner, domain);
    } catch (error) {
      // What has no answer above is a mistake of ours: the lease must not hang on it.
      logger.error('a leased job failed in an unforeseen way', { ...this.#facts, error });
      return await this.#fail('the node made a mistake', 'posemesh.job-broken');
    } finally {
      this.#heartbeat.stop();
    }
  }

  async #runWith(runner: Runner, domain: Domain): Promise<JobOutcome> {
    const { scratchFolder, random } = this.#deps;
    let scratch: Scratch | undefined;
    try {
      this.#heartbeat.start();
      let failure: unknown;
      try {
        scratch = await Scratch.open(scratchFolder, `domain-input-${random.id()}`, this.#options.diskBytes);
        this.#stop.signal.throwIfAborted();
        await runner.run(this.#context(scratch, domain));
        this.#stop.signal.throwIfAborted();
      } catch (error) {
        failure = error ?? new Error('no reason was given');
      }
      // Who ends a job for the owner of this computer does not wait for more than its report.
      if (this.#stopped) this.#heartbeat.stop();
      else await this.#heartbeat.flush();
      if (this.#ended) return { kind: this.#ended };
      if (this.#stopped) return await this.#handIn(this.#stopped);
      if (failure !== undefined) return await this.#runnerFailed(failure);
      return await this.#complete();
    } finally {
      await scratch?.remove();
    }
  }

  #context(scratch: Scratch, first: Domain): RunnerContext {
    const { session } = this;
    const { clientId, downloadStyle, foreign, partsFrom } = this.#options;
    const { task } = session;
    const client = new DomainClient(
      {
        ...this.#deps,
        domain: () => session.domain() ?? first,
        token: () => session.token,
        renew: () => this.#heartbeat.renew(),
        signal: this.#stop.signal,
      },
      { clientId },
    );
    const uploads = new Uploads(
      {
        ...this.#deps,
        client,
        scratch,
        stored: (bytes) => {
          this.#outputBytes += bytes;
          this.#deps.changed();
        },
      },
      { taskId: session.leaseTaskId, outputsPrefix: task.outputs_prefix ?? '', partsFrom },
    );
    this.#uploads = uploads;
    const said = () => {
      this.#heartbeat.touch();
      this.#deps.changed();
    };
    return {
      job: {
        taskId: session.leaseTaskId,
        jobId: session.jobId ?? null,
        domainId: first.id,
        capability: task.capability,
        stage: task.stage,
        label: task.label,
        inputs: task.inputs_cids,
        meta: (task.meta ?? null) as Json,
      },
      input: new Inputs(
        {
          client,
          scratch,
          arrived: (bytes) => {
            this.#inputBytes += bytes;
          },
        },
        { style: downloadStyle, foreign },
      ),
      output: uploads,
      control: {
        signal: this.#stop.signal,
        isCancelled: () => this.#stop.signal.aborted,
        progress: (progress) => {
          this.#outbox.say(progress);
          said();
        },
        logEvent: (event) => {
          this.#outbox.note(event);
          said();
        },
      },
      accessToken: { get: () => session.token },
    };
  }

  async #complete(): Promise<JobOutcome> {
    const { dms, completing, logger } = this.#deps;
    // Without it only a crash in this moment would be reported wrongly.
    await completing().catch((error: unknown) =>
      logger.error('a job could not be noted as about to be done', { error }),
    );
    const body = completeBody(this.#options.wire, this.session, this.#artifacts);
    const reported = await this.#report(() => dms.complete(this.session.leaseTaskId, body, this.#reportSignal));
    return reported ? { kind: 'done' } : { kind: 'unknown' };
  }

  async #runnerFailed(error: unknown): Promise<JobOutcome> {
    const { logger } = this.#deps;
    const code = error instanceof HearthError ? error.code : 'posemesh.runner-failed';
    const reason = this.session.withoutTokens(sayOf(error));
    logger.warn('a runner failed', { ...this.#facts, code, reason });
    return await this.#fail(`runner failed: ${reason}`, code);
  }

  async #notSetUp(stage: string, error: string): Promise<JobOutcome> {
    const details = { stage, error: this.session.withoutTokens(error) };
    return await this.#fail('node_setup_failed', `posemesh.setup-${stage.replaceAll('_', '-')}`, details);
  }

  async #handIn(why: StopReason): Promise<JobOutcome> {
    const reported = await this.#reportFailure(OWNER_REASONS[why]);
    return { kind: 'stopped', why, reported };
  }

  async #fail(reason: string, code: string, details?: Readonly<Record<string, Json>>): Promise<JobOutcome> {
    if (this.#stopped) return await this.#handIn(this.#stopped);
    return { kind: 'failed', code, reported: await this.#reportFailure(reason, details) };
  }

  #reportFailure(reason: string, details?: Readonly<Record<string, Json>>): Promise<boolean> {
    const { dms } = this.#deps;
    const body = failBody(this.session, reason, this.#artifacts, details);
    return this.#report(() => dms.fail(this.session.leaseTaskId, body, this.#reportSignal));
  }

  /** Whether the manager has taken it. One that did not arrive is made again while the lease lasts, where its owner wants that. */
  async #report(send: () => Promise<void>): Promise<boolean> {
    const { clock, logger } = this.#deps;
    for (let tries = 0; ; tries += 1) {
      try {
        await send();
        return true;
      } catch (error) {
        const alive = (this.session.leaseExpiresAt ?? 0) > clock.now();
        if (tries >= this.#options.receiptRetries || !mayRepeat(error) || !alive) {
          logger.warn('the manager did not take the report of a job', { ...this.#facts, error });
          return false;
        }
        await clock.sleep(REPORT_PAUSE_MS);
      }
    }
  }

  /** Of which job a line of the log is. */
  get #facts() {
    const { leaseTaskId: task, jobId, domainId, task: of } = this.session;
    return { task, job: jobId, capability: of.capability, domain: domainId };
  }

  get #reportSignal(): AbortSignal {
    return AbortSignal.timeout(this.#stopped ? LAST_REPORT_MS : REPORT_MS);
  }

  get #artifacts(): readonly Artifact[] {
    return this.#uploads?.artifacts ?? [];
  }
}

/** It did not arrive, for certain: what may have arrived is not said twice. */
function mayRepeat(error: unknown): boolean {
  if (error instanceof Refused) return MAY_REPEAT.has(error.status);
  if (!(error instanceof Unreachable) || error.party !== 'dms') return false;
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return code === 'ECONNREFUSED';
}

function sayOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
