// Which registrations a directory accepts: every rule of POST /v1/register that can be judged from the body alone.

import { looksPublic } from '../../addresses.ts';
import { canonicalJson } from '../canonical.ts';
import { keyIdOf } from '../sealing.ts';
import * as is from './check.ts';
import { invalid, isObject, type Json, refusal } from './exchange.ts';
import { intentUrn } from './intents.ts';

export interface Capability {
  readonly intent: string;
  readonly models: readonly string[];
  readonly max_tokens?: number;
  readonly input_modalities: readonly string[];
}

export interface Pricing {
  readonly credit_cost_multiplier: number;
  readonly pricing_model: string;
  readonly declaration_signature?: string;
}

export interface CxPublicKey {
  readonly algorithm: 'X25519';
  readonly encoding: 'base64url';
  readonly key: string;
  readonly key_id: string;
  readonly features?: readonly string[];
}

/** A registration that passed; members the directory only stores stay in `raw`. */
export interface Registration {
  readonly nodeId: string | undefined;
  /** As sent. */
  readonly endpoint: string;
  readonly transportEndpoint: string | undefined;
  readonly region: string;
  readonly capabilities: readonly Capability[];
  readonly maxConcurrent: number;
  readonly cxKey: CxPublicKey | undefined;
  readonly pricing: Pricing;
  /** Says itself how it is reached, so it need not be dialled. */
  readonly topologyDeclared: boolean;
  readonly raw: Json;
}

export const NODE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,35}$/;
const VERSION = /^[0-9A-Za-z][0-9A-Za-z._+-]{0,31}$/;
const CLOCK_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
export const MODALITIES = ['text', 'image', 'audio', 'video'];

export const EXPOSURE_MODES = [
  'ipv4_public_direct',
  'ipv6_direct_pinhole_available',
  'ipv6_direct_firewall_required',
  'dual_stack_available',
  'tunnel_required',
  'relay_required',
  'ipv4_cgnat_blocked',
  'outbound_only',
];
const NAT_TYPES = ['full_cone', 'restricted_cone', 'port_restricted', 'symmetric', 'unknown', 'none', ''];
const TRANSPORT_METHODS = [
  'direct',
  'upnp_mapped',
  'stun_hole_punch',
  'turn_relay',
  'external_tunnel',
  'webrtc_datachannel',
];
const BACKENDS = ['ollama', 'lmstudio', 'vllm', 'llamacpp', 'meshllm', 'anthropic', 'custom'];
const PRICING_MODELS = ['per_token', 'per_request', 'flat'];

const name255 = is.text(1, 255);

const capability = is.object({
  required: { intent: intentUrn, models: is.setOf(name255) },
  optional: {
    max_tokens: is.whole(1, Number.MAX_SAFE_INTEGER),
    input_modalities: is.setOf(is.oneOf(...MODALITIES)),
    output_modalities: is.setOf(name255),
    supported_profiles: is.setOf(is.pattern(/^urn:iicp:profile:\S{1,238}$/), 16),
    features: is.setOf(name255),
    execution_capabilities: is.setOf(name255),
    version: name255,
    phase: name255,
    variant_id: name255,
    quantization: name255,
    inference_engine: name255,
    limits: is.smallObject(4096),
    claim_provenance: is.smallObject(4096),
    extensions: is.smallObject(4096),
  },
});

export const pricingBlock: is.Check = is.object(
  {
    optional: {
      credit_cost_multiplier: is.number(0, 1000),
      pricing_model: is.oneOf(...PRICING_MODELS),
      declaration_signature: is.pattern(/^[0-9a-f]{64}$/),
      effective_from: is.orNull(is.text(1, 40)),
      effective_until: is.orNull(is.text(1, 40)),
    },
  },
  ({ effective_from: from, effective_until: until }, name) => {
    if (typeof from === 'string' && typeof until === 'string' && !(Date.parse(until) > Date.parse(from))) {
      throw invalid(`${name}.effective_until must be after effective_from`);
    }
  },
);

export const cxPublicKey: is.Check = is.object(
  {
    required: {
      algorithm: is.oneOf('X25519'),
      encoding: is.oneOf('base64url'),
      key: is.pattern(/^[A-Za-z0-9_-]{43}$/),
      key_id: is.text(1, 64),
    },
    optional: { features: is.setOf(name255, 16), hybrid_pq: is.orNull(is.smallObject(4096)) },
  },
  (value, name) => {
    const key = Buffer.from(String(value.key), 'base64url');
    if (key.length !== 32 || value.key_id !== keyIdOf(key)) throw invalid(`${name}.key_id does not belong to the key`);
  },
);

const body = is.object(
  {
    required: {
      endpoint: is.text(1, 255),
      region: is.pattern(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/),
      capabilities: is.listOf(capability, 1, 64),
      limits: is.object({
        required: { max_concurrent: is.whole(1, 256), tokens_per_min: is.whole(1, Number.MAX_SAFE_INTEGER) },
      }),
    },
    optional: {
      node_id: is.pattern(NODE_ID),
      current_node_token: is.text(1, 512),
      transport_endpoint: is.pattern(/^iicp(?:sec)?:\/\/[^\s/?#@]{1,240}:\d{1,5}$/),
      transport_method: is.oneOf(...TRANSPORT_METHODS),
      nat_type: is.oneOf(...NAT_TYPES),
      transport_metadata: is.smallObject(4096),
      exposure_mode: is.oneOf(...EXPOSURE_MODES),
      sdk_language: is.text(1, 32),
      sdk_version: is.pattern(VERSION),
      sdk_compatibility_version: is.pattern(VERSION),
      implementation_name: is.pattern(/^[A-Za-z0-9@][A-Za-z0-9._/@+-]{0,63}$/),
      implementation_version: is.pattern(VERSION),
      auto_update_enabled: is.flag,
      auto_update_interval_s: is.whole(0, 31_536_000),
      sdk_latest_seen: is.orNull(is.text(0, 64)),
      sdk_update_last_checked_at: is.orNull(is.text(0, 64)),
      sdk_update_error_class: is.orNull(is.text(0, 64)),
      cx_public_key: cxPublicKey,
      relay_capable: is.flag,
      relay_accept_port: is.whole(1, 65_535),
      backend: is.oneOf(...BACKENDS),
      policy: is.object({
        optional: {
          allow_remote_inference: is.flag,
          allow_tool_execution: is.flag,
          allow_file_access: is.flag,
          minimum_reputation: is.number(0, 1),
          max_concurrent_remote: is.whole(1, 10_000),
        },
      }),
      pricing: pricingBlock,
      node_hmac_key: is.text(0, 128),
      operator_delegation: is.object({
        required: {
          node_id: is.pattern(NODE_ID),
          not_after: is.whole(0, Number.MAX_SAFE_INTEGER),
          operator_pub: is.text(44, 44),
          sig: is.text(88, 88),
        },
      }),
      operator_display_name: is.text(1, 64),
      operator_created_at: is.text(1, 40),
      operator_integrity_hash: is.pattern(/^[0-9a-f]{64}$/),
      policy_manifest: is.smallObject(16_384),
      supported_receipt_profiles: is.setOf(is.oneOf('consumer_cosignature_v1'), 4),
      availability: is.listOf(
        is.object({
          required: { start: is.pattern(CLOCK_TIME), end: is.pattern(CLOCK_TIME) },
          optional: { share: is.number(0, 1) },
        }),
        0,
        64,
      ),
      listing: is.object({ required: { public_listing: is.flag }, optional: { operator_url: is.text(1, 255) } }),
    },
  },
  (value) => {
    const { sdk_version, sdk_compatibility_version } = value;
    if (
      sdk_version !== undefined &&
      sdk_compatibility_version !== undefined &&
      sdk_version !== sdk_compatibility_version
    ) {
      throw invalid('sdk_compatibility_version must match sdk_version when both are sent');
    }
    noTwins(value.capabilities as readonly Json[]);
  },
);

/** Judges a registration by its body. Throws Refusal: 422 validation_error, IICP-POLICY-001 or IICP-E035. */
export function readRegistration(value: unknown, { allowPrivate }: { readonly allowPrivate: boolean }): Registration {
  body(value, '');
  const raw = value as Json;
  const endpoint = raw.endpoint as string;
  checkEndpoint(endpoint, allowPrivate);
  const transportEndpoint = raw.transport_endpoint as string | undefined;
  if (transportEndpoint !== undefined && !allowPrivate && !looksPublic(new URL(transportEndpoint).hostname)) {
    throw refusal(422, 'IICP-E035', 'transport_endpoint is not publicly routable');
  }
  const capabilities = (raw.capabilities as readonly Json[]).map(
    (one): Capability => ({
      intent: one.intent as string,
      models: one.models as readonly string[],
      max_tokens: one.max_tokens as number | undefined,
      input_modalities: (one.input_modalities as readonly string[] | undefined) ?? ['text'],
    }),
  );
  const nat = (raw.nat_type as string | undefined) ?? '';
  return {
    nodeId: raw.node_id as string | undefined,
    endpoint,
    transportEndpoint,
    region: raw.region as string,
    capabilities,
    maxConcurrent: (raw.limits as { max_concurrent: number }).max_concurrent,
    cxKey: raw.cx_public_key as CxPublicKey | undefined,
    pricing: boundedPricing(raw.pricing, capabilities),
    topologyDeclared: !['', 'none', 'unknown'].includes(nat) && raw.transport_method !== undefined,
    raw,
  };
}

function checkEndpoint(endpoint: string, allowPrivate: boolean): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw invalid('endpoint must be an http(s) URL');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid('endpoint must not carry user, query or fragment');
  }
  if (!allowPrivate && !looksPublic(url.hostname)) {
    throw refusal(422, 'IICP-E035', 'endpoint is not publicly routable');
  }
}

function noTwins(capabilities: readonly Json[]): void {
  const seen = new Set<string>();
  for (const one of capabilities) {
    const keys = [canonicalJson(one)];
    if (typeof one.variant_id === 'string') keys.push(`${String(one.intent)} ${one.variant_id}`);
    for (const key of keys) {
      if (seen.has(key)) throw invalid('capabilities repeat each other');
      seen.add(key);
    }
  }
}

/** What a model of so many billion parameters may cost at most, as a multiple of a small one; the cap is three times that. */
const SIZE_WEIGHTS = [
  [1, 0.05],
  [10, 1],
  [20, 2],
  [50, 6.5],
  [85, 32],
  [Number.POSITIVE_INFINITY, 75],
] as const;

/** The declared price with the multiplier capped by the largest `<n>b` among the model names. */
export function boundedPricing(declared: unknown, capabilities: readonly Capability[]): Pricing {
  const pricing = isObject(declared) ? declared : {};
  const multiplier = typeof pricing.credit_cost_multiplier === 'number' ? pricing.credit_cost_multiplier : 1;
  const sizes = capabilities.flatMap(({ models }) => models.flatMap(sizesIn));
  const largest = sizes.length === 0 ? undefined : Math.max(...sizes);
  const weight = largest === undefined ? 1 : (SIZE_WEIGHTS.find(([below]) => largest < below)?.[1] ?? 75);
  return {
    credit_cost_multiplier: Math.min(multiplier, 3 * weight),
    pricing_model: typeof pricing.pricing_model === 'string' ? pricing.pricing_model : 'per_token',
    declaration_signature: pricing.declaration_signature as string | undefined,
  };
}

const sizesIn = (model: string): number[] =>
  [...model.toLowerCase().matchAll(/(?<![a-z0-9.])(\d{1,4}(?:\.\d{1,3})?)b(?![a-z0-9])/g)].map(([, size]) =>
    Number(size),
  );
