// GET /v1/discover and the other ways to find nodes: bootstrap, peers and the public registry.

import type { Api } from './api.ts';
import * as is from './check.ts';
import { type ApiReply, type ApiRequest, bearerOf, invalid, type Json, refusal, wholeNumber } from './exchange.ts';
import { intentUrn } from './intents.ts';
import { modelsOf, type NodeRecord } from './nodes.ts';
import { isCurrent, rank, type Wanted } from './ranking.ts';
import { MODALITIES } from './registration-rules.ts';

const MOST_RESULTS = 50;
export const QOS = ['realtime', 'interactive', 'batch', 'best-effort'];

export function discover({ nodes, clock }: Api, { query }: ApiRequest): ApiReply {
  const started = clock.monotonic();
  const wanted = readWanted(query);
  const limit = wholeNumber(query, 'limit', 10, MOST_RESULTS);
  const found = rank(nodes.alive(), wanted).slice(0, limit);
  const isPublic = query.get('view') === 'public';
  const views = found.map(({ node, score }) =>
    isPublic ? publicView(node, score) : routeView(node, score, wanted.intent),
  );
  return {
    status: 200,
    body: {
      nodes: views,
      count: views.length,
      relay_available: nodes.alive().some((node) => node.registration.raw.relay_capable === true),
      query_ms: Math.round(clock.monotonic() - started),
      view: isPublic ? 'public' : 'dispatch',
      data_class: isPublic ? 'public_presentation' : 'route_dispatch',
    },
  };
}

function readWanted(query: URLSearchParams): Wanted {
  const intent = query.get('intent') ?? '';
  if (intent === '') throw invalid('intent is required');
  intentUrn(intent, 'intent');
  const qos = query.get('qos') ?? undefined;
  if (qos !== undefined && !QOS.includes(qos)) throw invalid(`qos must be one of ${QOS.join(', ')}`);
  const modality = query.get('modality') ?? undefined;
  if (modality !== undefined) is.oneOf(...MODALITIES)(modality, 'modality');
  const least = query.get('min_reputation');
  const minReputation = least === null || least === '' ? 0 : Number(least);
  if (!(minReputation >= 0 && minReputation <= 1)) throw invalid('min_reputation must be from 0 to 1');
  const on = (name: string) => ['1', 'true'].includes(query.get(name) ?? '');
  return {
    intent,
    qos,
    modality,
    minReputation,
    region: query.get('region') ?? undefined,
    model: query.get('model') ?? undefined,
    cipCapable: on('cip_capable'),
    relayCapable: on('relay_capable'),
  };
}

/** Everything a consumer needs to call the node. */
export function routeView(node: NodeRecord, score: number, intent: string): Json {
  const { registration } = node;
  return {
    ...publicView(node, score),
    node_id: node.nodeId,
    endpoint: registration.endpoint,
    load: node.load,
    active_jobs: node.activeJobs,
    max_concurrent: node.maxConcurrent,
    models: modelsOf(node, intent),
    cx_public_key: registration.cxKey ?? null,
    public_key: registration.cxKey ?? null,
    transport_endpoint: registration.transportEndpoint ?? null,
    // More than the public directory tells: here ports are whatever was free.
    relay_accept_port: registration.raw.relay_accept_port ?? null,
  };
}

/** What is public: no address, no key, only the start of the id. */
function publicView(node: NodeRecord, score: number): Json {
  const { endpoint, transportEndpoint, region, raw, pricing, cxKey } = node.registration;
  return {
    node_id_prefix: prefixOf(node.nodeId),
    region,
    score,
    available: node.available,
    models: modelsOf(node),
    input_modalities: [...new Set(node.registration.capabilities.flatMap((one) => one.input_modalities))],
    // Like the public directory, which does not pass on what a node declared.
    cip_policy: { allow_remote_inference: false, allow_tool_execution: false, allow_file_access: false },
    health_label: node.beats > 0 ? 'healthy' : 'unknown',
    exposure_mode: raw.exposure_mode ?? null,
    transport: [new URL(endpoint).protocol.slice(0, -1), ...(transportEndpoint === undefined ? [] : ['iicp-native'])],
    transport_method: raw.transport_method ?? null,
    nat_type: raw.nat_type ?? null,
    relay_capable: raw.relay_capable ?? false,
    reputation_score: Math.round(node.reputation * 1000) / 1000,
    observed_latency_ms: node.observed.latencyMs ?? null,
    probation: node.tasks.success + node.tasks.failed < 100,
    backend: raw.backend ?? null,
    backend_stability: node.stability ?? null,
    sdk_language: raw.sdk_language ?? null,
    sdk_version: raw.sdk_compatibility_version ?? raw.sdk_version ?? null,
    sdk_status: isCurrent(node) ? 'current' : 'downlevel',
    key_ready: cxKey !== undefined,
    response_encryption_ready: cxKey?.features?.includes('response_encryption_v1') ?? false,
    pricing: { credit_cost_multiplier: pricing.credit_cost_multiplier, pricing_model: pricing.pricing_model },
    pricing_verified: node.pricingVerified,
    operator_verified: node.operatorVerified,
    node_policy_manifest: raw.policy_manifest ?? null,
  };
}

const peerView = (node: NodeRecord, lastSeen: string | null): Json => ({
  node_id: node.nodeId,
  endpoint: node.registration.endpoint,
  region: node.registration.region,
  last_seen: lastSeen,
});

export function bootstrap({ nodes }: Api, { query }: ApiRequest): ApiReply {
  const limit = wholeNumber(query, 'limit', 5, 50);
  const latest = nodes.alive().toSorted((a, b) => b.lastHeardMonotonic - a.lastHeardMonotonic);
  const peers = latest.slice(0, limit).map((node) => peerView(node, new Date(node.lastHeardAt).toISOString()));
  return { status: 200, body: { peers, count: peers.length } };
}

/** Peers the asker does not know yet. Bearer of the asking node. */
export function peers({ nodes }: Api, { body, headers }: ApiRequest): ApiReply {
  const id = body.node_id ?? body.sender_id;
  const asker = typeof id === 'string' ? nodes.get(id) : undefined;
  if (!asker || !nodes.owns(asker, bearerOf(headers))) throw refusal(401, 'unauthorized', 'invalid node_token');
  is.object({
    optional: { known_peers: is.setOf(is.text(1, 36), 20), limit: is.whole(1, 20) },
  })(body, '');
  const known = new Set([asker.nodeId, ...((body.known_peers as readonly string[] | undefined) ?? [])]);
  const others = nodes.alive().filter((node) => !known.has(node.nodeId));
  const views = others.slice(0, (body.limit as number | undefined) ?? 10).map((node) => peerView(node, null));
  return { status: 200, body: { peers: views, count: views.length } };
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The first eight characters of a UUID; any other id is its own prefix. */
const prefixOf = (nodeId: string): string => (UUID.test(nodeId) ? nodeId.slice(0, 8) : nodeId);

export function registryNodes({ nodes }: Api, { query }: ApiRequest): ApiReply {
  const page = wholeNumber(query, 'page', 1, 1_000_000);
  const limit = wholeNumber(query, 'per_page', 20, 100);
  const alive = nodes.alive();
  const views = alive.slice((page - 1) * limit, page * limit).map(registryView);
  return { status: 200, body: { total: alive.length, page, limit, nodes: views } };
}

/** The live node a prefix stands for, or 404 in this route's own flat shape. */
export function registryNode({ nodes }: Api, { rest }: ApiRequest): ApiReply {
  const node = nodes.alive().find(({ nodeId }) => prefixOf(nodeId) === rest || nodeId === rest);
  if (node) return { status: 200, body: registryView(node) };
  const message = 'no active node has this prefix';
  return { status: 404, body: { error: 'REGISTRY-NODE-NOT-FOUND', message } };
}

function registryView(node: NodeRecord): Json {
  const routable = node.available && node.healthModels?.length !== 0;
  return {
    ...publicView(node, 0),
    routable,
    completed_tasks: node.tasks.success,
    last_seen: new Date(node.lastHeardAt).toISOString(),
  };
}

export function registryIntents({ nodes }: Api): ApiReply {
  const counts = new Map<string, number>();
  for (const node of nodes.alive()) {
    for (const intent of new Set(node.registration.capabilities.map((one) => one.intent))) {
      counts.set(intent, (counts.get(intent) ?? 0) + 1);
    }
  }
  return { status: 200, body: { intents: [...counts].map(([intent, node_count]) => ({ intent, node_count })) } };
}

export function registryStats({ nodes }: Api): ApiReply {
  const alive = nodes.alive();
  const regions = new Set(alive.map(({ registration }) => registration.region)).size;
  const tasks = nodes.all().reduce((sum, node) => sum + node.tasks.success, 0);
  return {
    status: 200,
    body: { active_nodes: alive.length, known_nodes: nodes.all().length, regions, completed_tasks: tasks },
  };
}

export function stats({ nodes }: Api): ApiReply {
  const alive = nodes.alive();
  const current = alive.filter(isCurrent).length;
  const score = alive.length === 0 ? 0 : 1;
  return {
    status: 200,
    body: {
      server: { active_nodes: alive.length, version: 'practice-1' },
      probes: {},
      credit_schedule: { tokens_per_credit: 1000, tier_weights: {}, evaluation_grant: 0 },
      mesh_health: { score, label: alive.length === 0 ? 'empty' : 'healthy' },
      directory_health: { score: 1, label: 'healthy' },
      sdk_adoption: { current, downlevel: alive.length - current },
    },
  };
}

export function nodeDetail({ nodes }: Api, { rest }: ApiRequest): ApiReply {
  const node = nodes.get(rest);
  if (!node || !nodes.isAlive(node)) throw refusal(404, 'IICP-E003', 'node not registered');
  return { status: 200, body: { ...publicView(node, 0), node_id: node.nodeId, endpoint: node.registration.endpoint } };
}

export function me({ ip }: ApiRequest): ApiReply {
  return { status: 200, body: { observed_source_ip: ip } };
}
