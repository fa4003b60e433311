// Asks the manager for work while work is accepted, and takes each job through its life in the house: a claim first, so that nothing is
// leased that there is no room for; then the lease, the run, and one outcome that is on disk with what the manager said it brings.

import type { Reason } from '../../../../src-preload/contract/define.ts';
import { type HearthError, toHearthError, toReason } from '../../../base/errors.ts';
import type { JobHandlers, OpenJob, RunningJob } from '../../../work/work.ts';
import type { NetworkHost } from '../../host.ts';
import { wholeBetween } from '../chance.ts';
import type { Config } from '../config/config.ts';
import type { DmsClient } from '../dms/dms-client.ts';
import type { Lease } from '../dms/lease.ts';
import { reasonText } from '../dms/receipts.ts';
import { partyOf, Refused } from '../errors.ts';
import { estimateOf } from './estimate.ts';
import type { JobLog, OwedReport } from './job-log.ts';
import { type JobOutcome, LeasedJob, type LeasedJobDeps, OWNER_REASONS } from './leased-job.ts';

export interface WorkerDeps {
  readonly host: Pick<
    NetworkHost,
    'clock' | 'random' | 'logger' | 'slots' | 'work' | 'ledger' | 'availability' | 'settled' | 'fault'
  >;
  readonly dms: DmsClient;
  readonly job: Omit<LeasedJobDeps, 'clock' | 'random' | 'logger' | 'dms' | 'changed' | 'completing'>;
  readonly log: JobLog;
  /** This node may log in. */
  readonly open: () => boolean;
  /** Called with what its user should be able to look up later. */
  readonly noted: (event: 'manager-failed' | 'lease-lost' | 'report-failed', reason?: Reason) => void;
  readonly changed: () => void;
}

export interface Running {
  readonly id: number;
  readonly startedAt: number;
  readonly job: LeasedJob;
}

/** How often it is looked whether work is taken again. Nothing is sent for it. */
const LOOK_MS = 250;
const TELL_MS = 20_000;
const UNIT = 'auki-credit';
const NETWORK = 'posemesh';

export class Worker {
  readonly #deps: WorkerDeps;
  readonly #config: Config;
  readonly #running = new Map<number, Running>();
  #failure: HearthError | undefined;
  #polledAt: number | null = null;
  #reported = false;

  constructor(deps: WorkerDeps, config: Config) {
    this.#deps = deps;
    this.#config = config;
  }

  get running(): readonly Running[] {
    return [...this.#running.values()];
  }

  /** Why the manager could not be asked for work the last time. */
  get failure(): HearthError | undefined {
    return this.#failure;
  }

  /** When it was asked last and answered, epoch milliseconds. */
  get polledAt(): number | null {
    return this.#polledAt;
  }

  /** Until it is aborted: then it takes no more. Jobs that run go on. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: this.#config.atOnce }, () => this.#loop(signal)));
  }

  /** Gives back what runs, and resolves when the manager knows. */
  async endAll(why: 'handed-back' | 'cancelled'): Promise<void> {
    for (const { job } of this.running) job.stop(why);
    await Promise.all(this.#ends);
  }

  beatNow(): void {
    for (const { job } of this.running) job.beatNow();
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps.host;
    while (!signal.aborted) {
      let wait: number;
      try {
        wait = await this.#cycle(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#failed(toHearthError(error));
        logger.warn('the manager could not be asked for work', { error });
        wait = this.#pollMs();
      }
      if (wait > 0) await clock.sleep(wait, signal).catch(() => undefined);
    }
  }

  /** One try to get a job and do it. How long to wait before the next, milliseconds. */
  async #cycle(signal: AbortSignal): Promise<number> {
    const { host, open, dms, job } = this.#deps;
    if (!open()) return LOOK_MS;
    await this.#tellOwed(signal);
    if (!host.availability.answer().accepting || job.runners.capabilities.length === 0) return LOOK_MS;
    const claim = host.slots.tryClaim(this.#config.resources, { network: NETWORK, kind: 'job' });
    if (!claim) return LOOK_MS;
    let lease: Lease | undefined;
    try {
      const [first] = job.runners.capabilities;
      lease = await dms.lease(this.#config.filterByCapability ? first : undefined, signal);
      this.#failure = undefined;
      this.#polledAt = host.clock.now();
      this.#deps.changed();
    } finally {
      if (!lease) claim.release();
    }
    if (!lease) return this.#pollMs();
    if (lease.cancel) {
      claim.release();
      return this.#pollMs();
    }
    const outcome = await this.#do(lease, claim);
    // A runner that fails at once would take and fail all jobs that there are.
    return outcome.kind === 'failed' || outcome.kind === 'unknown' ? this.#pollMs() : 0;
  }

  async #do(lease: Lease, claim: Parameters<NetworkHost['work']['open']>[1]): Promise<JobOutcome> {
    const { host, dms, log, changed } = this.#deps;
    let open: number | undefined;
    // What was not opened is not done either.
    const completing = async () => void (open !== undefined && (await log.completing(open)));
    const job = new LeasedJob(lease, { ...host, ...this.#deps.job, dms, changed, completing }, this.#config.job);
    const handlers: JobHandlers = {
      cancel: () => job.stop('cancelled'),
      handBack: () => job.stop('handed-back'),
    };
    const { session } = job;
    const facts = { network: NETWORK, kind: 'job', ref: session.leaseTaskId, what: session.task.capability } as const;
    let running: RunningJob;
    try {
      running = await host.work.open(facts, claim, handlers, (id) => log.began(id, this.#config.dmsBaseUrl, session));
    } catch (error) {
      // It was leased already: the manager should not wait for it.
      job.stop('cancelled');
      await job.run();
      throw error;
    }
    const { id, startedAt } = running;
    open = id;
    this.#running.set(id, { id, startedAt, job });
    changed();
    const ended = this.#finish(running, job);
    this.#ends.add(ended);
    try {
      return await ended;
    } finally {
      this.#ends.delete(ended);
    }
  }
  readonly #ends = new Set<Promise<JobOutcome>>();

  async #finish(running: RunningJob, job: LeasedJob): Promise<JobOutcome> {
    const { host, log, noted, changed } = this.#deps;
    const outcome = await job.run();
    if (outcome.kind === 'lost') noted('lease-lost');
    const owed = 'reported' in outcome && !outcome.reported;
    if (owed || outcome.kind === 'unknown') noted('report-failed');
    const also = log.ended(running.id, job.session, job.figures, owed);
    const earned = outcome.kind === 'done' ? estimateOf(job.session.task) : undefined;
    try {
      await running.end({
        ...endingOf(outcome),
        also,
        ...(earned !== undefined && { earned: { network: NETWORK, unit: UNIT, amountMicro: earned } }),
      });
      if (earned !== undefined) host.settled();
    } catch (error) {
      host.fault(error);
    } finally {
      this.#running.delete(running.id);
      changed();
    }
    return outcome;
  }

  /** What a crash or a manager that was away has left: once a start, and each is tried again at the next. */
  async #tellOwed(signal: AbortSignal): Promise<void> {
    if (this.#reported) return;
    this.#reported = true;
    const { log } = this.#deps;
    for (const owed of log.owed(this.#config.dmsBaseUrl, new Set(this.#running.keys()))) {
      if (await this.#tell(owed, signal)) await log.settled(owed.job);
    }
  }

  /** Whether it is settled: taken, or the manager has given the job to another long since. */
  async #tell({ taskId, managerJob, domainId, capability, code }: OwedReport, signal: AbortSignal): Promise<boolean> {
    const { dms, host } = this.#deps;
    const job = { task_id: taskId, job_id: managerJob, domain_id: domainId, capability };
    const body = { reason: reasonText(owedReason(code)), details: { job, artifacts: [] } };
    try {
      await dms.fail(taskId, body, AbortSignal.any([signal, AbortSignal.timeout(TELL_MS)]));
      return true;
    } catch (error) {
      host.logger.warn('a job that a crash ended could not be reported to the manager', { task: taskId, error });
      return error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 401;
    }
  }

  /** That a manager is away is noted once, however often it is asked meanwhile. */
  #failed(error: HearthError): void {
    if (partyOf(error) === 'dms' && this.#failure?.code !== error.code)
      this.#deps.noted('manager-failed', toReason(error));
    this.#failure = error;
    this.#deps.changed();
  }

  #pollMs(): number {
    const [one, other] = this.#config.pollMs;
    return wholeBetween(this.#deps.host.random, one, other);
  }
}

/** What had come of it; of a failure the code alone is kept, for what a runner says is nobody's to store. */
function owedReason(code: string | null): string {
  switch (code) {
    case null:
    case 'posemesh.node-crashed':
      return 'handed back: the node stopped before it could report';
    case 'posemesh.handed-back':
      return OWNER_REASONS['handed-back'];
    case 'posemesh.stopped':
      return OWNER_REASONS.cancelled;
    default:
      return `runner failed: ${code}, reported late since the manager could not be reached`;
  }
}

/**
 * After a crash, before anything is taken: the job is over here, and it is reported to the manager as soon as that works. Where it may
 * have heard that the job is done it gets no other report, for only the manager knows which of the two would be true.
 */
export async function recoverJobs(open: readonly OpenJob[], log: JobLog): Promise<void> {
  for (const job of open) {
    if (log.wasCompleting(job.id)) await job.ended({ ...endingOf({ kind: 'unknown' }), also: [log.settling(job.id)] });
    else await job.ended({ state: 'handed-back', code: 'posemesh.node-crashed' });
  }
}

function endingOf(outcome: JobOutcome) {
  switch (outcome.kind) {
    case 'done':
      return { state: 'done' } as const;
    case 'failed':
      return { state: 'failed', code: outcome.code } as const;
    case 'cancelled':
      return { state: 'cancelled', code: 'posemesh.job-cancelled' } as const;
    case 'lost':
      return { state: 'failed', code: 'posemesh.lease-lost' } as const;
    case 'unknown':
      return { state: 'failed', code: 'posemesh.report-unknown' } as const;
    case 'stopped':
      return outcome.why === 'handed-back'
        ? ({ state: 'handed-back', code: 'posemesh.handed-back' } as const)
        : ({ state: 'cancelled', code: 'posemesh.stopped' } as const);
  }
}
