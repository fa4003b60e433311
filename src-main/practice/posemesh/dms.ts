// A manager for practice: leases jobs to nodes with a log-in, takes their heartbeats, and keeps what became of each. A lease that is not
// renewed runs out, and its job waits for the next node.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type Listening, type ListenOptions, listen, readBody, sendJson } from '../http-server.ts';
import { type Fault, type FaultScript, Faults } from './faults.ts';

export interface DmsOptions extends ListenOptions {
  /** How long a lease holds without a heartbeat, milliseconds; default a minute. */
  readonly leaseMs?: number;
  /** How long a token for the data of a job holds, milliseconds; default an hour. A heartbeat brings another before that is over. */
  readonly tokenMs?: number;
  /** Which form of reports is taken; the other gets 422. */
  readonly wire?: 'current' | 'legacy';
  /** What it is ahead of the node's clock, milliseconds. */
  readonly aheadMs?: number;
}

export interface DmsDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Whose log-in it is, while it holds. */
  readonly holderOf: (token: string) => string | undefined;
  /** A token for the data of one job. */
  readonly grant: (domainId: string, until: number) => string;
}

export interface Order {
  readonly capability: string;
  readonly domainId: string;
  readonly domainUrl: string;
  readonly inputs?: readonly string[];
  readonly outputsPrefix?: string;
  readonly cost?: string;
  /** Put over what the lease says. */
  readonly lease?: object;
  /** The same of its task. */
  readonly task?: object;
}

export type LeaseRecord = 'held' | 'completed' | 'failed' | 'ran out' | 'taken away';

export interface ManagedJob {
  readonly taskId: string;
  readonly order: Order;
  state: 'queued' | 'leased' | 'completed' | 'failed';
  attempts: number;
  /** How each of its leases ended, oldest first. */
  readonly leases: LeaseRecord[];
  holder: string | undefined;
  leasedUntil: number;
  tokenUntil: number;
  cancel: boolean;
  /** Every heartbeat that arrived, in order. */
  readonly heartbeats: { readonly progress: unknown; readonly events: unknown }[];
  /** Reports that arrived, also those that were refused. */
  readonly reports: {
    readonly kind: 'complete' | 'fail';
    readonly body: Record<string, unknown>;
    readonly status: number;
  }[];
  /** Tokens for its data that were given. */
  readonly tokens: string[];
}

export interface Dms extends Listening {
  /** To be set as DMS_BASE_URL. */
  readonly baseUrl: string;
  order(order: Order): ManagedJob;
  readonly jobs: readonly ManagedJob[];
  /** How often nodes have asked for work. */
  polls(): number;
  /** The capabilities that were asked for by name. */
  readonly filters: readonly (string | null)[];
  /** Gives the lease to another, so that its node's heartbeats are refused. */
  takeAway(job: ManagedJob): void;
  /** With the next heartbeat of a job another token comes, and the one before is refused. */
  renewToken(job: ManagedJob): void;
  fault(fault: Fault, script?: FaultScript): void;
  clearFaults(): void;
  /** Requests that are kept without an answer by script. */
  held(): number;
}

const MOST_BODY = 1024 * 1024;
/** The newest are kept. */
const MOST_JOBS = 1000;
const ROUTE = /^\/v1\/tasks(?:\/([0-9a-f-]{36})\/(heartbeat|complete|fail))?$/;

export async function startDms(
  { clock, random, holderOf, grant }: DmsDeps,
  { leaseMs = 60_000, tokenMs = 3_600_000, wire = 'current', aheadMs = 0, ...where }: DmsOptions = {},
): Promise<Dms> {
  const faults = new Faults(clock);
  const jobs: ManagedJob[] = [];
  const filters: (string | null)[] = [];
  const renewing = new Set<ManagedJob>();
  let polls = 0;

  const moment = (at: number) => new Date(at + aheadMs).toISOString();
  const freshToken = (job: ManagedJob) => {
    const until = clock.now() + tokenMs;
    const token = grant(job.order.domainId, until);
    job.tokens.push(token);
    job.tokenUntil = until;
    return { access_token: token, access_token_expires_at: moment(until) };
  };
  const ended = ({ leases }: ManagedJob, how: LeaseRecord) => {
    if (leases.at(-1) === 'held') leases[leases.length - 1] = how;
  };
  const taskOf = ({ taskId, order, attempts }: ManagedJob) => ({
    id: taskId,
    job_id: taskId.replace(/^.{8}/, '0b000000'),
    capability: order.capability,
    inputs_cids: order.inputs ?? [],
    outputs_prefix: order.outputsPrefix ?? 'out',
    stage: 'practice',
    label: 'practice job',
    meta: {},
    priority: 0,
    attempts,
    max_attempts: 3,
    deps_remaining: 0,
    status: 'leased',
    mode: 'public',
    billing_units: '1',
    estimated_credit_cost: order.cost ?? '0.25',
    ...order.task,
  });

  function lease(holder: string, capability: string | null, res: ServerResponse) {
    polls += 1;
    filters.push(capability);
    if (filters.length > MOST_JOBS) filters.shift();
    const now = clock.now();
    for (const job of jobs) {
      if (job.state !== 'leased' || job.leasedUntil > now) continue;
      job.state = 'queued';
      ended(job, 'ran out');
    }
    if (jobs.some((job) => job.state === 'leased' && job.holder === holder))
      return sendJson(res, 409, { error: 'busy' });
    const job = jobs.find(
      (one) => one.state === 'queued' && (capability ?? one.order.capability) === one.order.capability,
    );
    if (!job) return void res.writeHead(204).end();
    Object.assign(job, { state: 'leased', holder, attempts: job.attempts + 1, leasedUntil: now + leaseMs });
    job.leases.push('held');
    sendJson(res, 200, {
      ...freshToken(job),
      lease_expires_at: moment(job.leasedUntil),
      cancel: false,
      status: 'leased',
      domain_id: job.order.domainId,
      domain_server_url: job.order.domainUrl,
      task: taskOf(job),
      ...job.order.lease,
    });
  }

  function heartbeat(job: ManagedJob, body: Record<string, unknown>, res: ServerResponse) {
    if (Array.isArray(body.events) !== (wire === 'current')) return sendJson(res, 422, { error: 'events' });
    job.heartbeats.push({ progress: body.progress, events: body.events });
    job.leasedUntil = clock.now() + leaseMs;
    const wanted = renewing.delete(job) || job.tokenUntil < job.leasedUntil;
    const token = wanted ? freshToken(job) : {};
    sendJson(res, 200, {
      ...token,
      lease_expires_at: moment(job.leasedUntil),
      ...(job.cancel && { cancel: true }),
      task: { ...taskOf(job), status: 'running' },
    });
  }

  function report(job: ManagedJob, kind: 'complete' | 'fail', body: Record<string, unknown>, holds: boolean): number {
    const shaped =
      kind === 'fail'
        ? typeof body.reason === 'string' && typeof body.details === 'object'
        : wire === 'current'
          ? Array.isArray(body.output_cids) && typeof body.meta === 'object'
          : typeof body.outputs_index === 'object' && typeof body.result === 'object';
    const status = holds ? (shaped ? 200 : 422) : 409;
    job.reports.push({ kind, body, status });
    if (status === 200) {
      job.state = kind === 'complete' ? 'completed' : 'failed';
      ended(job, job.state);
    }
    return status;
  }

  const server = await listen(async (req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(req.url ?? '/', 'http://dms');
    res.setHeader('date', new Date(clock.now() + aheadMs).toUTCString());
    const [, taskId, action] = ROUTE.exec(url.pathname) ?? [];
    if (await faults.meet(action ?? 'tasks', req, res)) return;
    if (!ROUTE.test(url.pathname)) return sendJson(res, 404, { error: 'not found' });
    const holder = holderOf(/^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '');
    if (holder === undefined) return sendJson(res, 401, { error: 'token' });
    if (!taskId) return lease(holder, url.searchParams.get('capability'), res);
    const job = jobs.find((one) => one.taskId === taskId);
    const body = JSON.parse((await readBody(req, MOST_BODY)).toString()) as Record<string, unknown>;
    if (!job) return sendJson(res, 404, { error: 'no such task' });
    const holds = job.state === 'leased' && job.holder === holder && job.leasedUntil > clock.now();
    if (action === 'heartbeat') return holds ? heartbeat(job, body, res) : sendJson(res, 409, { error: 'lease' });
    sendJson(res, report(job, action as 'complete' | 'fail', body, holds), {});
  }, where);

  return {
    ...server,
    baseUrl: `${server.url}/v1`,
    order(order) {
      const job: ManagedJob = {
        taskId: random.id(),
        order,
        state: 'queued',
        attempts: 0,
        leases: [],
        holder: undefined,
        leasedUntil: 0,
        tokenUntil: 0,
        cancel: false,
        heartbeats: [],
        reports: [],
        tokens: [],
      };
      jobs.push(job);
      if (jobs.length > MOST_JOBS) jobs.shift();
      return job;
    },
    jobs,
    polls: () => polls,
    filters,
    takeAway: (job) => {
      job.holder = 'another node';
      ended(job, 'taken away');
    },
    renewToken: (job) => void renewing.add(job),
    fault: (fault, script) => faults.add(fault, script),
    clearFaults: () => faults.clear(),
    held: () => faults.held,
  };
}
