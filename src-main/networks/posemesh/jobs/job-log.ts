// What posemesh must not forget of its jobs: whose they are at the manager, what it says that they bring, and whether it knows what became
// of them. What a crash left without a report is reported at the next start.

import type { Database } from 'better-sqlite3';
import type { JobFacts } from '../../../../src-preload/contract/networks/posemesh.ts';
import type { Committer, Migration, Write } from '../../../storage/write.ts';
import type { LeaseSession } from '../dms/session.ts';
import type { JobFigures } from './leased-job.ts';

export const jobMigrations: readonly Migration[] = [
  {
    area: 'posemesh',
    number: 1,
    name: 'jobs as their manager knows them',
    sql: `CREATE TABLE posemesh_jobs (
      job INTEGER PRIMARY KEY,
      task_id TEXT NOT NULL,
      manager TEXT NOT NULL,
      manager_job TEXT,
      domain_id TEXT,
      domain_server TEXT,
      capability TEXT NOT NULL,
      inputs INTEGER NOT NULL,
      input_bytes INTEGER NOT NULL DEFAULT 0,
      outputs INTEGER NOT NULL DEFAULT 0,
      output_bytes INTEGER NOT NULL DEFAULT 0,
      attempts INTEGER,
      estimated_credit_cost TEXT,
      billing_units TEXT,
      debited_amount TEXT,
      owed INTEGER NOT NULL DEFAULT 1
    ) STRICT;
    CREATE INDEX posemesh_owed ON posemesh_jobs (job) WHERE owed = 1;`,
  },
  {
    area: 'posemesh',
    number: 3,
    name: 'jobs whose manager may have heard that they are done',
    sql: 'ALTER TABLE posemesh_jobs ADD COLUMN completing INTEGER NOT NULL DEFAULT 0;',
  },
];

/** A job of which the manager still waits to hear. */
export interface OwedReport {
  readonly job: number;
  readonly taskId: string;
  readonly managerJob: string | null;
  readonly domainId: string | null;
  readonly capability: string;
  /** Of what came of it, where that is known. */
  readonly code: string | null;
}

const MOST_JOBS = 10_000;
const MOST_OWED = 100;

export class JobLog {
  readonly #deps: { readonly committer: Committer; readonly read: Database };

  constructor(deps: { readonly committer: Committer; readonly read: Database }) {
    this.#deps = deps;
  }

  /** Committed with the job itself. `manager`: its address, for another one knows nothing of it. */
  began(job: number, manager: string, session: LeaseSession): readonly Write[] {
    const { task, jobId, domainId } = session;
    return [
      {
        sql: `INSERT INTO posemesh_jobs (job, task_id, manager, manager_job, domain_id, domain_server, capability, inputs)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        params: [
          job,
          session.leaseTaskId,
          manager,
          jobId ?? null,
          domainId ?? null,
          session.domain()?.url ?? null,
          task.capability,
          task.inputs_cids.length,
        ],
      },
      { sql: 'DELETE FROM posemesh_jobs WHERE job <= ? AND owed = 0', params: [job - MOST_JOBS] },
    ];
  }

  /** Committed with its end. `owed`: the manager has no report of it. */
  ended(job: number, session: LeaseSession, figures: JobFigures, owed: boolean): readonly Write[] {
    const { attempts, estimated_credit_cost, billing_units, debited_amount } = session.task;
    return [
      {
        sql: `UPDATE posemesh_jobs SET input_bytes = ?, outputs = ?, output_bytes = ?, attempts = ?,
          estimated_credit_cost = ?, billing_units = ?, debited_amount = ?, owed = ? WHERE job = ?`,
        params: [
          figures.inputBytes,
          figures.outputs,
          figures.outputBytes,
          attempts,
          estimated_credit_cost,
          billing_units,
          debited_amount,
          owed ? 1 : 0,
          job,
        ],
      },
    ];
  }

  /** On disk before it is reported as done: after a crash the contrary is not reported. */
  async completing(job: number): Promise<void> {
    await this.#deps.committer.commit([
      { sql: 'UPDATE posemesh_jobs SET completing = 1 WHERE job = ?', params: [job] },
    ]);
  }

  /** The manager may have heard that it is done. */
  wasCompleting(job: number): boolean {
    const row = this.#deps.read.prepare<[number], { completing: number }>(
      'SELECT completing FROM posemesh_jobs WHERE job = ?',
    );
    return row.get(job)?.completing === 1;
  }

  /** Oldest first; `but` are those that run now. */
  owed(manager: string, but: ReadonlySet<number>): OwedReport[] {
    return this.#deps.read
      .prepare<[string, number], OwedReport>(
        `SELECT job, task_id AS taskId, manager_job AS managerJob, domain_id AS domainId, capability,
            (SELECT code FROM outcomes WHERE outcomes.job = posemesh_jobs.job) AS code
          FROM posemesh_jobs WHERE owed = 1 AND manager = ? ORDER BY job LIMIT ?`,
      )
      .all(manager, MOST_OWED)
      .filter(({ job }) => !but.has(job));
  }

  /** The manager has its report, or does not want one. */
  async settled(job: number): Promise<void> {
    await this.#deps.committer.commit([this.settling(job)]);
  }

  /** The same, to be committed with something else. */
  settling(job: number): Write {
    return { sql: 'UPDATE posemesh_jobs SET owed = 0 WHERE job = ?', params: [job] };
  }

  /** Undefined where it was none of ours, or is kept no more. */
  of(job: number): JobFacts | undefined {
    const row = this.#deps.read
      .prepare<[number], Omit<JobFacts, 'owed'> & { owed: number }>(
        `SELECT task_id AS taskId, manager_job AS managerJob, domain_id AS domainId, domain_server AS domainServer, inputs,
          input_bytes AS inputBytes, outputs, output_bytes AS outputBytes, attempts, estimated_credit_cost AS estimatedCost,
          billing_units AS billingUnits, debited_amount AS debited, owed
          FROM posemesh_jobs WHERE job = ?`,
      )
      .get(job);
    return row && { ...row, owed: row.owed === 1 };
  }

  /** Where the data of the newest job was. */
  lastDomainServer(): string | undefined {
    return this.#deps.read
      .prepare<[], { url: string }>(
        'SELECT domain_server AS url FROM posemesh_jobs WHERE domain_server IS NOT NULL ORDER BY job DESC LIMIT 1',
      )
      .get()?.url;
  }
}
