// GET /iicp/health: always 200, whatever the node's state; the body tells.

import type { Stability } from '../../../backends/stability.ts';
import type { Pinhole } from '../../../reachability/inbound.ts';

export interface HealthDescriptor {
  readonly nodeId: string;
  readonly region: string;
  readonly active: number;
  readonly maxConcurrent: number;
  readonly effective: number;
  readonly accepting: boolean;
  readonly models: readonly string[];
  readonly intent: string;
  readonly stability: Stability;
  readonly pinhole: Pinhole | null;
}

/** The body of IICP 2.4. `load` is 0 to 1, with three decimals. */
export function healthBody(descriptor: HealthDescriptor): Readonly<Record<string, unknown>> {
  return {
    status: descriptor.models.length > 0 ? 'ok' : 'degraded',
    node_id: descriptor.nodeId,
    region: descriptor.region,
    load: loadOf(descriptor.active, descriptor.maxConcurrent),
    active_jobs: descriptor.active,
    max_concurrent: descriptor.maxConcurrent,
    effective_max_concurrent: descriptor.effective,
    available: descriptor.accepting && descriptor.active < descriptor.effective && takesTasks(descriptor.stability),
    model: descriptor.models[0] ?? '',
    models: descriptor.models,
    intent: descriptor.intent,
    pinhole_state: pinholeBlock(descriptor.pinhole),
    backend_stability: stabilityBlock(descriptor.stability),
  };
}

function pinholeBlock(pinhole: Pinhole | null): Readonly<Record<string, unknown>> {
  if (!pinhole) return { active: false };
  const { uniqueId, leaseSeconds } = pinhole;
  return { active: true, unique_id: uniqueId, lease_seconds: leaseSeconds };
}

export function loadOf(active: number, maxConcurrent: number): number {
  return Math.min(1, Math.round((active / Math.max(1, maxConcurrent)) * 1000) / 1000);
}

/** Whether the model servers leave the node anything to take a task for. */
export function takesTasks({ state }: Stability): boolean {
  return state === 'ok' || state === 'degraded';
}

/**
 * As it stands here and in heartbeats (IICP 1.3). Directories refuse a whole heartbeat whose block has no reason, and know three
 * states only: a node without any model server turns tasks away like one that drains, so that is what it tells.
 */
export function stabilityBlock({ state, reason, retryAfterMs }: Stability): Readonly<Record<string, unknown>> {
  return {
    backend_state: state === 'unavailable' ? 'draining' : state,
    reason_class: reason ?? 'ok',
    ...(retryAfterMs !== null && { retry_after_s: Math.ceil(retryAfterMs / 1000) }),
  };
}
