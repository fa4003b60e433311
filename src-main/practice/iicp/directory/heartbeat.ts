// POST /v1/heartbeat: a node says it lives, answers the last challenge, and hands in what it did since the last beat.

import { hmacHex, sameText } from '../signing.ts';
import type { Api } from './api.ts';
import * as is from './check.ts';
import { type ApiReply, type ApiRequest, bearerOf, isObject, type Json, refusal } from './exchange.ts';
import type { NodeRecord } from './nodes.ts';
import { pricingHolds } from './register.ts';
import { boundedPricing, cxPublicKey, NODE_ID, pricingBlock } from './registration-rules.ts';

/** More tasks in one beat are not believed. */
const MOST_TASKS_A_BEAT = 1000;
const GAIN_PER_SUCCESS = 0.01;
const MOST_GAIN_A_BEAT = 0.1;
const LOSS_PER_FAILURE = 0.01;
/** Ids of accepted batches that are remembered, per node. */
const MOST_BATCHES = 256;

const count = is.whole(0, Number.MAX_SAFE_INTEGER);

const beat = is.object({
  optional: {
    node_token: is.text(0, 512),
    status: is.oneOf('available', 'recovering', 'busy', 'draining', 'offline'),
    available: is.flag,
    max_concurrent: is.whole(0, 10_000),
    metrics: is.object({
      optional: { tasks_success: count, tasks_failed: count, avg_latency_ms: is.number(0, 86_400_000) },
    }),
    metrics_batch_id: is.pattern(/^[\x21-\x7e]{1,64}$/),
    challenge_response: is.pattern(/^[0-9a-f]{64}$/),
    health_models: is.setOf(is.text(1, 128), 10_000),
    // Both are wanted, as by the public directory, which refuses the whole heartbeat otherwise.
    backend_stability: is.object({
      required: {
        backend_state: is.oneOf('ok', 'degraded', 'draining', 'unavailable'),
        reason_class: is.oneOf('ok', 'backend_cold', 'backend_loading', 'backend_unstable', 'observer_error'),
      },
      optional: {
        retry_after_s: is.orNull(is.whole(0, 86_400)),
        drain_until: is.orNull(is.whole(0, Number.MAX_SAFE_INTEGER)),
      },
    }),
    load: is.number(0, 1),
    active_jobs: is.whole(0, 100_000),
    pricing: pricingBlock,
    cx_public_key: cxPublicKey,
  },
});

export function heartbeat({ nodes, random, rules }: Api, { body, headers }: ApiRequest): ApiReply {
  const id = body.node_id;
  const node = typeof id === 'string' && NODE_ID.test(id) ? nodes.get(id) : undefined;
  // An unknown id and a bad token read the same, so that no caller can find out which ids exist.
  if (!node || !nodes.owns(node, bearerOf(headers))) throw refusal(401, 'unauthorized', 'invalid node_token');
  beat(body, '');
  nodes.heard(node);
  node.beats++;
  checkChallenge(node, body.challenge_response as string | undefined);
  const challenge = random.bytes(16).toString('hex');
  node.challenges = [challenge, ...node.challenges.slice(0, 1)];
  note(node, body);
  const accepted = countMetrics(node, body);
  return {
    status: 200,
    body: {
      ok: true,
      next_heartbeat_ms: rules.nextHeartbeatMs,
      reputation_score: node.reputation,
      reputation_model: 'practice-v1',
      reputation_epoch: node.epoch,
      metrics_batch_accepted: accepted,
      challenge,
    },
  };
}

/** A wrong or missing answer is noted, never punished with a refusal: older nodes do not answer at all. */
function checkChallenge({ challenges, hmacKey, liveness }: NodeRecord, response: string | undefined): void {
  if (challenges.length === 0) return;
  if (response === undefined) liveness.missing++;
  else if (challenges.some((challenge) => sameText(hmacHex(hmacKey, challenge), response))) liveness.verified++;
  else liveness.wrong++;
}

function note(node: NodeRecord, body: Json): void {
  node.available = (body.available as boolean | undefined) ?? true;
  node.status = (body.status as string | undefined) ?? 'available';
  node.maxConcurrent = (body.max_concurrent as number | undefined) ?? node.maxConcurrent;
  node.activeJobs = (body.active_jobs as number | undefined) ?? 0;
  node.load = (body.load as number | undefined) ?? 0;
  node.healthModels = (body.health_models as readonly string[] | undefined) ?? node.healthModels;
  node.stability = body.backend_stability as Json | undefined;
  const { registration } = node;
  const pricing = isObject(body.pricing)
    ? boundedPricing(body.pricing, registration.capabilities)
    : registration.pricing;
  const cxKey = (body.cx_public_key as typeof registration.cxKey) ?? registration.cxKey;
  // A beat is signed with the key of the newest registration.
  if (body.pricing !== undefined) node.pricingVerified = pricingHolds(body.pricing, node.hmacKey);
  node.registration = { ...registration, pricing, cxKey };
}

/** Counts the deltas once for each batch id; returns the id when it is settled, counted now or before. */
function countMetrics(node: NodeRecord, body: Json): string | null {
  const batch = body.metrics_batch_id as string | undefined;
  if (batch !== undefined && node.batches.has(batch)) return batch;
  if (!isObject(body.metrics)) return null;
  const success = Math.min((body.metrics.tasks_success as number | undefined) ?? 0, MOST_TASKS_A_BEAT);
  const failed = Math.min((body.metrics.tasks_failed as number | undefined) ?? 0, MOST_TASKS_A_BEAT);
  node.tasks.success += success;
  node.tasks.failed += failed;
  node.latencyMs = (body.metrics.avg_latency_ms as number | undefined) ?? node.latencyMs;
  if (success + failed > 0) {
    const change = Math.min(success * GAIN_PER_SUCCESS, MOST_GAIN_A_BEAT) - failed * LOSS_PER_FAILURE;
    const next = Math.min(1, Math.max(0, node.reputation + change));
    node.reputation = Math.round(next * 10_000) / 10_000; // so that eight tenths can be reached by tenths
    node.epoch++;
  }
  if (batch === undefined) return null;
  node.batches.add(batch);
  if (node.batches.size > MOST_BATCHES) node.batches.delete(node.batches.values().next().value as string);
  return batch;
}
