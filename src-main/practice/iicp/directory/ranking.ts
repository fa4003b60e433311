// Who is offered first: the eligibility rules and the score of GET /v1/discover, as pure functions.

import { modelsOf, type NodeRecord } from './nodes.ts';

export interface Wanted {
  readonly intent: string;
  readonly region?: string;
  readonly model?: string;
  readonly qos?: string;
  readonly modality?: string;
  readonly minReputation: number;
  readonly cipCapable: boolean;
  readonly relayCapable: boolean;
}

/** Tasks and reputation that a class of service asks of a node. */
const REALTIME = { tasks: 1000, reputation: 0.8 };
const INTERACTIVE = { tasks: 100 };

/** Below this SDK version a node counts as not current. */
const SDK_BASELINE = [0, 7, 68];
/** So many slots count as full capacity; more earns no better place. */
const FULL_CAPACITY = 16;

export function isEligible(node: NodeRecord, wanted: Wanted): boolean {
  const fitting = node.registration.capabilities.filter(({ intent }) => intent === wanted.intent);
  if (fitting.length === 0 || !node.available || node.healthModels?.length === 0) return false;
  const state = node.stability?.backend_state;
  if (state === 'draining' || state === 'unavailable') return false;
  if (wanted.model !== undefined && modelMatch(modelsOf(node, wanted.intent), wanted.model) === 0) return false;
  if (
    wanted.modality !== undefined &&
    !fitting.some((one) => one.input_modalities.includes(wanted.modality as string))
  ) {
    return false;
  }
  if (node.reputation < wanted.minReputation) return false;
  const tasks = node.tasks.success + node.tasks.failed;
  if (wanted.qos === 'realtime' && (tasks < REALTIME.tasks || node.reputation < REALTIME.reputation)) return false;
  if (wanted.qos === 'interactive' && tasks < INTERACTIVE.tasks) return false;
  const { policy, relay_capable } = node.registration.raw as {
    policy?: { allow_remote_inference?: boolean };
    relay_capable?: boolean;
  };
  if (wanted.cipCapable && policy?.allow_remote_inference !== true) return false;
  return !wanted.relayCapable || relay_capable === true;
}

/** 0 to 1, rounded to four places. Higher is offered first. */
export function score(node: NodeRecord, wanted: Wanted): number {
  const declared = node.registration.maxConcurrent;
  const availability = Math.min(1, node.maxConcurrent / declared);
  const load = node.load || (node.maxConcurrent > 0 ? Math.min(1, node.activeJobs / node.maxConcurrent) : 1);
  const capacity = Math.min(1, node.maxConcurrent / FULL_CAPACITY);
  const region = wanted.region === undefined || wanted.region === node.registration.region ? 1 : 0;
  const price = 1 / (1 + node.registration.pricing.credit_cost_multiplier);
  const base =
    wanted.model === undefined
      ? 0.35 * availability + 0.28 * (1 - load) + 0.18 * capacity + 0.09 * region + 0.1 * node.reputation
      : 0.25 * availability +
        0.2 * (1 - load) +
        0.15 * capacity +
        0.1 * region +
        0.1 * node.reputation +
        0.1 * price +
        0.1 * modelMatch(modelsOf(node, wanted.intent), wanted.model);
  const readiness = 1 - (isCurrent(node) ? 0 : 0.08) - (node.registration.cxKey ? 0 : 0.07);
  return Math.round(base * readiness * 10_000) / 10_000;
}

/** Best first; equals by node id, so that the order is the same each time. */
export function rank(
  nodes: readonly NodeRecord[],
  wanted: Wanted,
): { readonly node: NodeRecord; readonly score: number }[] {
  return nodes
    .filter((node) => isEligible(node, wanted))
    .map((node) => ({ node, score: score(node, wanted) }))
    .sort((a, b) => b.score - a.score || (a.node.nodeId < b.node.nodeId ? -1 : 1));
}

export function isCurrent({ registration: { raw } }: NodeRecord): boolean {
  const version = (raw.sdk_compatibility_version ?? raw.sdk_version) as string | undefined;
  const parts = (version ?? '').split(/[.+-]/).slice(0, 3).map(Number);
  if (parts.length < 3 || parts.some(Number.isNaN)) return false;
  for (const [i, least] of SDK_BASELINE.entries()) {
    const part = parts[i] as number;
    if (part !== least) return part > least;
  }
  return true;
}

/** 1 for the very name, 0.8 for the same model under another tag, 0.5 for a node that lists none, else 0. */
function modelMatch(models: readonly string[], wanted: string): number {
  if (models.includes(wanted)) return 1;
  if (models.length === 0) return 0.5;
  const bare = (name: string) => name.split(':', 1)[0];
  return models.some((model) => bare(model) === bare(wanted)) ? 0.8 : 0;
}
