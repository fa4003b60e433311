// The tables of what a node tells a directory (IICP 1.1 and 1.3), a row at a time. What is registered has to pass the practice
// directory's own reading of that table, too.
import { describe, expect, it } from 'vitest';
import {
  type Credentials,
  heartbeat,
  isOpen,
  type NodeDescriptor,
  type Pulse,
  registration,
} from '../../../../../src-main/networks/iicp/descriptor/descriptor.ts';
import type { Batch } from '../../../../../src-main/networks/iicp/directory/metrics.ts';
import { CxKey } from '../../../../../src-main/networks/iicp/tasks/cx.ts';
import { readRegistration } from '../../../../../src-main/practice/iicp/directory/registration-rules.ts';
import { ExposureMode, NatType, TransportMethod } from '../../../../../src-preload/contract/reachability.ts';
import { BackendKind } from '../../../../../src-preload/contract/settings/backends.ts';
import liveness from '../../../../vectors/iicp-liveness.json' with { type: 'json' };
import pricing from '../../../../vectors/iicp-pricing.json' with { type: 'json' };

const cxPublicKey = CxKey.from(Buffer.alloc(32, 1).toString('base64url')).publicKey;
const CHAT = 'urn:iicp:intent:llm:chat:v1';

const descriptor: NodeDescriptor = {
  version: '1.2.3',
  nodeId: 'node-1',
  cxPublicKey,
  endpoint: 'http://93.184.216.34:9484',
  native: true,
  reach: { natType: 'unknown' },
  region: 'unknown',
  models: [{ id: 'llama3', tasks: ['llm:chat'] }],
  defaultIntent: CHAT,
  maxTokens: 8192,
  maxConcurrent: 4,
  tokensPerMinute: 10_000,
  windows: [],
  backends: ['ollama'],
  operatorHmacKey: '',
  operator: undefined,
  policy: undefined,
  price: undefined,
};

const ABSENT = Symbol('absent');
const many = Array.from({ length: 130 }, (_, at) => `m${at}`);
const reach = (more: Partial<NodeDescriptor['reach']>) => ({ reach: { natType: 'full_cone' as const, ...more } });

type Row = [field: string, changes: Partial<NodeDescriptor>, expected: unknown];
const price = { multiplier: 2, model: 'per_request' as const, sign: false, from: null, until: null };
const { signature, signed: _, ...priced } = pricing.vectors.find((vector) => vector.credit_cost_multiplier === 2)!;

describe('a registration', () => {
  it.each<Row>([
    ['node_id', {}, 'node-1'],
    ['endpoint', {}, 'http://93.184.216.34:9484'],
    ['region', {}, 'unknown'],
    ['region', { region: 'eu-central' }, 'eu-central'],
    ['limits', {}, { max_concurrent: 4, tokens_per_min: 10_000 }],
    ['capabilities', {}, [{ intent: CHAT, models: ['llama3'], max_tokens: 8192, input_modalities: ['text'] }]],
    [
      'capabilities',
      { models: ['llama3', 'x'.repeat(129)].map((id) => ({ id, tasks: ['llm:chat'] })) },
      [{ intent: CHAT, models: ['llama3'], max_tokens: 8192, input_modalities: ['text'] }],
    ],
    [
      'capabilities',
      { models: many.map((id) => ({ id, tasks: ['llm:chat'] })) },
      [many.slice(0, 64), many.slice(64, 128), many.slice(128)].map((models) => ({
        intent: CHAT,
        models,
        max_tokens: 8192,
        input_modalities: ['text'],
      })),
    ],
    ['limits', { maxConcurrent: 0 }, { max_concurrent: 1, tokens_per_min: 10_000 }],
    ['capabilities', { models: [] }, [{ intent: CHAT, models: [], max_tokens: 8192, input_modalities: ['text'] }]],
    ['transport_endpoint', {}, 'iicp://93.184.216.34:9484'],
    ['transport_endpoint', { native: false }, ABSENT],
    ['transport_endpoint', { endpoint: 'http://93.184.216.34' }, 'iicp://93.184.216.34:80'],
    ['transport_endpoint', { endpoint: 'https://node.example.com' }, ABSENT],
    ['transport_endpoint', reach({ method: 'external_tunnel' }), ABSENT],
    ['transport_endpoint', reach({ method: 'turn_relay' }), ABSENT],
    ['nat_type', {}, 'unknown'],
    ['nat_type', reach({}), 'full_cone'],
    ['transport_method', {}, ABSENT],
    ['transport_method', reach({ method: 'upnp_mapped' }), 'upnp_mapped'],
    ['transport_metadata', {}, ABSENT],
    ['transport_metadata', reach({ tier: 1, lastStep: 'mapped' }), { tier: 1, detection_log_tail: ['mapped'] }],
    ['transport_metadata', reach({ tier: 0 }), { tier: 0, detection_log_tail: [] }],
    ['exposure_mode', {}, ABSENT],
    ['exposure_mode', reach({ exposure: 'ipv4_public_direct' }), 'ipv4_public_direct'],
    ['sdk_language', {}, 'typescript'],
    ['sdk_version', {}, '0.7.107'],
    ['sdk_compatibility_version', {}, '0.7.107'],
    ['implementation_name', {}, 'hearth'],
    ['implementation_version', {}, '1.2.3'],
    ['cx_public_key', {}, { ...cxPublicKey, features: ['response_encryption_v1'] }],
    ['backend', {}, 'ollama'],
    ...BackendKind.options.map((kind): Row => ['backend', { backends: [kind] }, kind === 'openai' ? 'custom' : kind]),
    ['backend', { backends: ['ollama', 'vllm'] }, 'custom'],
    ['backend', { backends: [] }, 'custom'],
    ['policy', {}, ABSENT],
    [
      'policy',
      { policy: { allow_remote_inference: true, allow_tool_execution: false } },
      { allow_remote_inference: true, allow_tool_execution: false },
    ],
    ['pricing', {}, ABSENT],
    ['node_hmac_key', {}, ABSENT],
    ['node_hmac_key', { operatorHmacKey: 'fleet' }, 'fleet'],
    ['availability', {}, ABSENT],
    [
      'availability',
      { windows: [{ start: '08:00', end: '21:59', share: 0.5 }] },
      [{ start: '08:00', end: '21:59', share: 0.5 }],
    ],
    ['operator_delegation', {}, ABSENT],
    ['operator_created_at', { operator: { operator_created_at: '2026-01-01T00:00:00Z' } }, '2026-01-01T00:00:00Z'],
    // Not ours to tell, or not while it is not so.
    ['current_node_token', {}, ABSENT],
    ['relay_capable', {}, ABSENT],
    ['relay_capable', { relayPort: 9485 }, true],
    ['relay_accept_port', { relayPort: 9485 }, 9485],
    [
      'transport_metadata',
      reach({ relay: { host: 'relay.example.com', port: 9485 } }),
      { relay_for: 'node-1', relay_host: 'relay.example.com', relay_port: 9485 },
    ],
    ['transport_method', reach({ relay: { host: 'relay.example.com', port: 9485 } }), 'turn_relay'],
    ...TransportMethod.options.map((method): Row => ['transport_method', reach({ method }), method]),
    ...NatType.options.map((natType): Row => ['nat_type', { reach: { natType } }, natType]),
    ...ExposureMode.options.map((exposure): Row => ['exposure_mode', reach({ exposure }), exposure]),
    ['pricing', { price }, { credit_cost_multiplier: 2, pricing_model: 'per_request' }],
    ['pricing', { price: { ...price, sign: true } }, { ...priced, declaration_signature: signature }],
    [
      'pricing',
      { price: { ...price, from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' } },
      { ...priced, effective_from: '2026-01-01T00:00:00Z', effective_until: '2027-01-01T00:00:00Z' },
    ],
    ['auto_update_enabled', {}, ABSENT],
    ['auto_update_interval_s', {}, ABSENT],
    ['sdk_latest_seen', {}, ABSENT],
    ['policy_manifest', {}, ABSENT],
    ['listing', {}, ABSENT],
    ['supported_receipt_profiles', {}, ABSENT],
  ])('tells %s, of %j: %j', (field, changes, expected) => {
    const body = registration({ ...descriptor, ...changes }, pricing.key);
    if (expected === ABSENT) expect(body).not.toHaveProperty(field);
    else expect(body[field]).toEqual(expected);
    expect(readRegistration(JSON.parse(JSON.stringify(body)), { allowPrivate: false }).nodeId).toBe('node-1');
  });
});

const pulse: Pulse = {
  accepting: true,
  active: 1,
  effective: 2,
  maxConcurrent: 4,
  models: ['llama3'],
  stability: { state: 'ok', reason: null, retryAfterMs: null },
  price: undefined,
};
const [vector] = liveness.vectors;
const credentials: Credentials = { nodeId: 'node-1', token: 'token', hmacKey: vector!.key, challenge: undefined };
const batch: Batch = { id: 'batch-1', success: 2, failed: 1, totalMs: 100, full: false };
const draining = { state: 'draining', reason: 'backend_loading', retryAfterMs: 29_100 } as const;

describe('a heartbeat', () => {
  it.each<[string, { pulse?: Partial<Pulse>; credentials?: Partial<Credentials>; batch?: Batch }, unknown]>([
    ['node_id', {}, 'node-1'],
    ['node_token', {}, 'token'],
    ['status', {}, 'available'],
    ['available', {}, true],
    ['available', { pulse: { accepting: false } }, false],
    ['available', { pulse: { models: [] } }, false],
    ['available', { pulse: { effective: 0 } }, false],
    ['available', { pulse: { stability: draining } }, false],
    ['available', { pulse: { stability: { ...draining, state: 'unavailable' } } }, false],
    ['available', { pulse: { stability: { ...draining, state: 'degraded' } } }, true],
    ['max_concurrent', {}, 2],
    ['load', {}, 0.25],
    ['load', { pulse: { active: 9 } }, 1],
    ['load', { pulse: { active: 1, maxConcurrent: 0 } }, 1],
    ['active_jobs', {}, 1],
    ['health_models', {}, ['llama3']],
    ['health_models', { pulse: { models: [] } }, []],
    ['backend_stability', {}, { backend_state: 'ok', reason_class: 'ok' }],
    [
      'backend_stability',
      { pulse: { stability: { state: 'degraded', reason: 'backend_cold', retryAfterMs: null } } },
      { backend_state: 'degraded', reason_class: 'backend_cold' },
    ],
    [
      'backend_stability',
      { pulse: { stability: { state: 'unavailable', reason: 'observer_error', retryAfterMs: null } } },
      { backend_state: 'draining', reason_class: 'observer_error' },
    ],
    ['health_models', { pulse: { models: ['llama3', 'x'.repeat(128), 'x'.repeat(129)] } }, ['llama3', 'x'.repeat(128)]],
    [
      'backend_stability',
      { pulse: { stability: draining } },
      { backend_state: 'draining', reason_class: 'backend_loading', retry_after_s: 30 },
    ],
    ['metrics', {}, {}],
    ['metrics', { batch }, { tasks_success: 2, tasks_failed: 1, avg_latency_ms: 33.33 }],
    ['metrics', { batch: { ...batch, totalMs: 0 } }, { tasks_success: 2, tasks_failed: 1 }],
    ['metrics_batch_id', {}, ABSENT],
    ['metrics_batch_id', { batch }, 'batch-1'],
    ['challenge_response', {}, ABSENT],
    ['challenge_response', { credentials: { challenge: vector!.challenge } }, vector!.response],
    ['challenge_response', { credentials: { challenge: vector!.challenge, hmacKey: undefined } }, ABSENT],
    ['pricing', {}, ABSENT],
    ['pricing', { pulse: { price: { ...price, sign: true } } }, { ...priced, declaration_signature: signature }],
    ['status', { pulse: { accepting: false } }, 'available'],
  ])('tells %s, of %j: %j', (field, changes, expected) => {
    const body = heartbeat({ ...pulse, ...changes.pulse }, { ...credentials, ...changes.credentials }, changes.batch);
    if (expected === ABSENT) expect(body).not.toHaveProperty(field);
    else expect(body[field]).toEqual(expected);
    expect(body.available).toBe(isOpen({ ...pulse, ...changes.pulse }));
  });
});
