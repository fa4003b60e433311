// What is reported to the manager of a job: progress while it runs, and what came of it. In the form of today, or in that of 2025.

import { POSEMESH } from '../bounds.ts';
import type { LeaseSession } from './session.ts';

export type DmsWire = 'current' | 'legacy';
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A result as it was stored; `id` null where the domain server gave none. */
export interface Artifact {
  readonly logicalPath: string;
  readonly name: string;
  readonly dataType: string;
  readonly id: string | null;
}

export function heartbeatBody(wire: DmsWire, progress: Json, events: readonly Json[]) {
  return { progress, events: wire === 'current' ? events : (events.at(-1) ?? {}) };
}

export function completeBody(wire: DmsWire, session: LeaseSession, artifacts: readonly Artifact[]) {
  const report = { job: jobOf(session), artifacts: artifacts.map(artifactOf) };
  if (wire === 'legacy') return { outputs_index: { artifacts: report.artifacts }, result: report };
  return { output_cids: artifacts.flatMap(({ id }) => id ?? []), meta: report };
}

/** `details` beside the job and its results, such as the stage at which it failed. */
export function failBody(
  session: LeaseSession,
  reason: string,
  artifacts: readonly Artifact[],
  details: Readonly<Record<string, Json>> = {},
) {
  const report = { job: jobOf(session), artifacts: artifacts.map(artifactOf), ...details };
  const short = Buffer.byteLength(JSON.stringify(report)) <= POSEMESH.detailBytes;
  return { reason: reasonText(reason), details: short ? report : { ...report, artifacts: [] } };
}

/** Not blank, and no longer than managers take. */
export function reasonText(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim() || 'no reason was given';
  const bytes = Buffer.from(plain);
  if (bytes.length <= POSEMESH.reasonBytes) return plain;
  // A character that was cut in two is left out.
  return bytes
    .subarray(0, POSEMESH.reasonBytes)
    .toString()
    .replace(/\uFFFD+$/, '');
}

function jobOf({ leaseTaskId, jobId, domainId, task }: LeaseSession) {
  return {
    task_id: leaseTaskId,
    job_id: jobId ?? null,
    domain_id: domainId ?? null,
    capability: task.capability,
  };
}

function artifactOf({ logicalPath, name, dataType, id }: Artifact) {
  return { logical_path: logicalPath, name, data_type: dataType, id };
}
