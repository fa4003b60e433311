// GET /iicp/health: always 200, whatever the node's state; the body tells.

export interface HealthFacts {
  readonly nodeId: string;
  readonly region: string;
  readonly active: number;
  readonly maxConcurrent: number;
  readonly effective: number;
  readonly accepting: boolean;
  readonly models: readonly string[];
  readonly intent: string;
}

/** The body of IICP 2.4. `load` is 0 to 1, with three decimals. */
export function healthBody(facts: HealthFacts): Readonly<Record<string, unknown>> {
  return {
    status: facts.models.length > 0 ? 'ok' : 'degraded',
    node_id: facts.nodeId,
    region: facts.region,
    load: loadOf(facts.active, facts.maxConcurrent),
    active_jobs: facts.active,
    max_concurrent: facts.maxConcurrent,
    effective_max_concurrent: facts.effective,
    available: facts.accepting && facts.active < facts.effective,
    model: facts.models[0] ?? '',
    models: facts.models,
    intent: facts.intent,
    pinhole_state: { active: false },
  };
}

export function loadOf(active: number, maxConcurrent: number): number {
  return Math.min(1, Math.round((active / Math.max(1, maxConcurrent)) * 1000) / 1000);
}
