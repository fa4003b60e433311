// What this node says of itself to a directory: built from settings and the moment, without a question to any server.

import type {
  ExposureMode,
  NatType,
  ReachTier,
  TransportMethod,
} from '../../../../src-preload/contract/reachability.ts';
import type { BackendKind } from '../../../../src-preload/contract/settings/backends.ts';
import type { DailyWindow } from '../../../availability/windows.ts';
import type { Offered } from '../../../backends/pool.ts';
import type { Stability } from '../../../backends/stability.ts';
import { hmacHex } from '../directory/liveness.ts';
import type { Batch } from '../directory/metrics.ts';
import { capabilities } from '../intents.ts';
import { type Declared, pricingBlock } from '../pricing/pricing.ts';
import type { PublicKey } from '../tasks/cx.ts';
import { loadOf, stabilityBlock, takesTasks } from './health.ts';

/** The official SDK whose wire behaviour this node implements; older ones are ranked lower by directories. */
const SDK_BASELINE = '0.7.107';

/** Directories take a model's name of 255 characters in a registration and of 128 in a heartbeat, which one longer would undo. */
const LONGEST_MODEL = 128;

export interface NodeDescriptor {
  readonly version: string;
  readonly nodeId: string;
  readonly cxPublicKey: PublicKey;
  readonly endpoint: string;
  /** Where workers of this relay come in; undefined: it is none. */
  readonly relayPort?: number | undefined;
  /** Whether native framing is spoken at the endpoint. */
  readonly native: boolean;
  readonly reach: ReachDescriptor;
  readonly region: string;
  readonly models: readonly Offered[];
  readonly defaultIntent: string;
  readonly maxTokens: number;
  readonly maxConcurrent: number;
  readonly tokensPerMinute: number;
  readonly windows: readonly DailyWindow[];
  /** Of which makes the servers are that offer the models. */
  readonly backends: readonly BackendKind[];
  readonly operatorHmacKey: string;
  /** Whose node this is, as `Operator.block` says it; undefined: left out. */
  readonly operator: Readonly<Record<string, unknown>> | undefined;
  /** What is allowed to nodes that split work; undefined: nothing is said of it. */
  readonly policy: Readonly<Record<string, boolean>> | undefined;
  /** Undefined: nothing is declared, and the usual price holds. */
  readonly price: Declared | undefined;
}

/** How others reach the endpoint. What is undefined is left out: the directory then tries the endpoint by itself. */
export interface ReachDescriptor {
  readonly natType: NatType;
  readonly method?: TransportMethod | undefined;
  readonly exposure?: ExposureMode | undefined;
  readonly tier?: ReachTier | undefined;
  readonly lastStep?: string | undefined;
  /** The relay through which others come. */
  readonly relay?: { readonly host: string; readonly port: number } | undefined;
}

function reachBlock(
  { natType, method, exposure, tier, lastStep, relay }: ReachDescriptor,
  nodeId: string,
): Readonly<Record<string, unknown>> {
  if (relay) {
    return {
      nat_type: natType,
      transport_method: 'turn_relay',
      exposure_mode: 'relay_required',
      transport_metadata: { relay_for: nodeId, relay_host: relay.host, relay_port: relay.port },
    };
  }
  return {
    nat_type: natType,
    ...(method && { transport_method: method }),
    ...(exposure && { exposure_mode: exposure }),
    ...(tier !== undefined && { transport_metadata: { tier, detection_log_tail: lastStep ? [lastStep] : [] } }),
  };
}

/** A tunnel or a reverse proxy passes HTTP on and nothing else. */
function transportBlock({ native, endpoint, reach }: NodeDescriptor): Readonly<Record<string, unknown>> {
  if (!native || reach.relay || reach.method === 'external_tunnel' || reach.method === 'turn_relay') return {};
  const { protocol, hostname, port } = new URL(endpoint);
  return protocol === 'http:' ? { transport_endpoint: `iicp://${hostname}:${port || '80'}` } : {};
}

/** A directory has room for one name, and for all it doesn't know the same one. */
function backendOf([kind, another]: readonly BackendKind[]): string {
  return kind === undefined || another !== undefined || kind === 'openai' ? 'custom' : kind;
}

/**
 * The body of POST /v1/register (IICP 1.1), but for the token, which is added when it is sent. The price is signed with the key
 * that is held, which each registration replaces; without a key it is not signed, so that bodies can be compared.
 */
export function registration(descriptor: NodeDescriptor, hmacKey?: string): Readonly<Record<string, unknown>> {
  return {
    node_id: descriptor.nodeId,
    endpoint: descriptor.endpoint,
    region: descriptor.region,
    capabilities: capabilities(
      descriptor.models.filter(({ id }) => id.length <= LONGEST_MODEL),
      descriptor.defaultIntent,
      descriptor.maxTokens,
    ),
    // A directory takes no nought: that there are no slots now is what heartbeats tell.
    limits: { max_concurrent: Math.max(1, descriptor.maxConcurrent), tokens_per_min: descriptor.tokensPerMinute },
    ...transportBlock(descriptor),
    ...reachBlock(descriptor.reach, descriptor.nodeId),
    ...(descriptor.relayPort === undefined ? {} : { relay_capable: true, relay_accept_port: descriptor.relayPort }),
    sdk_language: 'typescript',
    sdk_version: SDK_BASELINE,
    sdk_compatibility_version: SDK_BASELINE,
    implementation_name: 'hearth',
    implementation_version: descriptor.version,
    cx_public_key: descriptor.cxPublicKey,
    backend: backendOf(descriptor.backends),
    ...(descriptor.windows.length > 0 ? { availability: descriptor.windows } : {}),
    ...descriptor.operator,
    ...(descriptor.policy ? { policy: descriptor.policy } : {}),
    ...(descriptor.price ? { pricing: pricingBlock(descriptor.price, hmacKey) } : {}),
    ...(descriptor.operatorHmacKey ? { node_hmac_key: descriptor.operatorHmacKey } : {}),
  };
}

export interface Pulse {
  readonly accepting: boolean;
  readonly active: number;
  readonly effective: number;
  readonly maxConcurrent: number;
  readonly models: readonly string[];
  readonly stability: Stability;
  /** Sent with each beat as well: after a registration its signature is of the key before. */
  readonly price: Declared | undefined;
}

export interface Credentials {
  readonly nodeId: string;
  readonly token: string;
  readonly hmacKey: string | undefined;
  /** From the reply to the beat before; undefined on the first one. */
  readonly challenge: string | undefined;
}

/** Whether this node wants tasks now, and so wants to be found. */
export function isOpen({ accepting, models, effective, stability }: Pulse): boolean {
  return accepting && models.length > 0 && effective > 0 && takesTasks(stability);
}

/** Of a node that is about to be silent for a while: no caller should be sent to it. */
export function away(pulse: Pulse): Pulse {
  return { ...pulse, accepting: false, effective: 0, models: [] };
}

/** The body of POST /v1/heartbeat (IICP 1.3). */
export function heartbeat(
  pulse: Pulse,
  credentials: Credentials,
  batch: Batch | undefined,
): Readonly<Record<string, unknown>> {
  const { nodeId, token, hmacKey, challenge } = credentials;
  return {
    node_id: nodeId,
    node_token: token,
    status: 'available',
    available: isOpen(pulse),
    max_concurrent: pulse.effective,
    load: loadOf(pulse.active, pulse.maxConcurrent),
    active_jobs: pulse.active,
    // An empty list hides the node: with no model server every task would be refused.
    health_models: pulse.models.filter((id) => id.length <= LONGEST_MODEL),
    backend_stability: stabilityBlock(pulse.stability),
    metrics: batch ? metricsOf(batch) : {},
    ...(batch ? { metrics_batch_id: batch.id } : {}),
    ...(pulse.price ? { pricing: pricingBlock(pulse.price, hmacKey) } : {}),
    ...(challenge && hmacKey ? { challenge_response: hmacHex(hmacKey, challenge) } : {}),
  };
}

function metricsOf(batch: Batch): Readonly<Record<string, number>> {
  const finished = batch.success + batch.failed;
  const average = finished > 0 ? Math.round((batch.totalMs / finished) * 100) / 100 : 0;
  return {
    tasks_success: batch.success,
    tasks_failed: batch.failed,
    ...(average > 0 ? { avg_latency_ms: average } : {}),
  };
}
