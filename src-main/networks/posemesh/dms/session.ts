// What is known of a leased job from moment to moment: what the lease said, and what each heartbeat said since. What an answer leaves out
// stays as it was. The domain token in here is read anew for each request, for a heartbeat may bring another.

import { isObject } from '../../../base/object.ts';
import type { HeartbeatAnswer, Lease, Task } from './lease.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** More than a runner could still have of them. */
const TOKENS = 64;

export class LeaseSession {
  /** Of the lease: results are reported under it, whatever heartbeats say. */
  readonly leaseTaskId: string;
  /** Heartbeats go there. */
  taskId: string;
  task: Task;
  jobId: string | undefined;
  domainId: string | undefined;
  domainUrl: string | undefined;
  /** Epoch milliseconds. */
  leaseExpiresAt: number | undefined;
  tokenExpiresAt: number | undefined;
  status: 'pending' | 'running' = 'pending';
  cancelled: boolean;
  #token: string;
  /** Each that there was, the newest last. */
  readonly #tokens: string[] = [];

  constructor(lease: Lease) {
    const { task } = lease;
    this.leaseTaskId = task.id;
    this.taskId = task.id;
    this.task = task;
    this.jobId = task.job_id;
    this.domainId = lease.domain_id;
    this.domainUrl = lease.domain_server_url;
    this.leaseExpiresAt = lease.lease_expires_at ?? task.lease_expires_at;
    this.tokenExpiresAt = lease.access_token_expires_at;
    this.cancelled = lease.cancel ?? false;
    this.#token = this.#known(lease.access_token ?? '');
  }

  /** For the domain server of this job alone; empty where the manager gave none. */
  get token(): string {
    return this.#token;
  }

  /** What a runner says goes to the manager and into the log, and its token is none of that, old or new. */
  withoutTokens(text: string): string {
    return this.#tokens.reduce((rest, token) => rest.replaceAll(token, '[token]'), text);
  }

  #known(token: string): string {
    if (token !== '' && !this.#tokens.includes(token)) this.#tokens.push(token);
    if (this.#tokens.length > TOKENS) this.#tokens.shift();
    return token;
  }

  /** In the order in which an official node applies it. */
  apply(answer: HeartbeatAnswer): void {
    const { task } = answer;
    this.#token = this.#known(answer.access_token ?? this.#token);
    this.tokenExpiresAt = answer.access_token_expires_at ?? this.tokenExpiresAt;
    this.taskId = task?.id ?? answer.task_id ?? this.taskId;
    this.jobId = task?.job_id ?? answer.job_id ?? this.jobId;
    this.domainId = answer.domain_id ?? this.domainId;
    this.domainUrl = answer.domain_server_url ?? this.domainUrl;
    this.leaseExpiresAt = answer.lease_expires_at ?? task?.lease_expires_at ?? this.leaseExpiresAt;
    // Where the job's own members stand beside a task, the task has the newer ones.
    const { attempts, max_attempts, deps_remaining } = answer;
    const counts = { attempts, max_attempts, deps_remaining };
    const known = Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== null));
    this.task = task ?? { ...this.task, ...known };
    this.status = 'running';
    this.cancelled = answer.cancel ?? this.cancelled;
  }

  /** Where the job's data is: as the lease says, else as the job's own notes do; undefined where none says so. */
  domain(): { readonly id: string; readonly url: string } | undefined {
    const url = this.domainUrl ?? urlIn(this.task.meta) ?? urlIn(isObject(this.task.meta) && this.task.meta.legacy);
    if (url === undefined || this.domainId === undefined || !UUID.test(this.domainId)) return undefined;
    return { id: this.domainId, url };
  }
}

function urlIn(notes: unknown): string | undefined {
  const url = isObject(notes) ? notes.domain_server_url : undefined;
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  return /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}
