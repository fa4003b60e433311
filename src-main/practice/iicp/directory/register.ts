// POST and DELETE /v1/register: who may join under which name, and the new token and key that every registration brings.

import { isPublicAddress } from '../../addresses.ts';
import { type Delegation, delegationHolds, hmacHex, pricingText, sameText, sha256Hex } from '../signing.ts';
import type { Api } from './api.ts';
import { type ApiReply, type ApiRequest, bearerOf, flatRefusal, isObject, refusal } from './exchange.ts';
import type { NodeRecord } from './nodes.ts';
import { NODE_ID, type Registration, readRegistration } from './registration-rules.ts';

const DIAL_MS = 5000;
const RATE_WINDOW_MS = 60_000;
const MOST_SOURCES = 10_000;

/** Counts registrations by source address in fixed windows of a minute. */
export class RegistrationRate {
  readonly #windows = new Map<string, { since: number; count: number }>();

  /** Throws the flat IICP-E034 when `ip` had `most` registrations in its current window. */
  admit(ip: string, most: number, now: number): void {
    if (this.#windows.size > MOST_SOURCES) this.#windows.clear();
    const window = this.#windows.get(ip);
    if (!window || now - window.since >= RATE_WINDOW_MS) {
      this.#windows.set(ip, { since: now, count: 1 });
    } else if (++window.count > most) {
      throw flatRefusal(429, 'IICP-E034', 'too many registrations from this address', { retry_after: 60 });
    }
  }
}

export async function register(api: Api, rate: RegistrationRate, request: ApiRequest): Promise<ApiReply> {
  const { clock, random, nodes, rules } = api;
  rate.admit(request.ip, rules.registrationsPerMinute, clock.monotonic());
  const registration = readRegistration(request.body, { allowPrivate: rules.allowPrivateEndpoints });
  const known = registration.nodeId === undefined ? undefined : nodes.get(registration.nodeId);
  if (known) await checkOwnership(api, known, registration);

  let reachable = false;
  if (rules.dialBack && !registration.topologyDeclared) {
    reachable = await answers(api, registration.endpoint);
    if (!reachable) {
      throw refusal(422, 'IICP-E036', `${registration.endpoint}/iicp/health did not answer the directory`);
    }
  }

  const node = known ?? nodes.add(registration.nodeId ?? random.id(), registration);
  const token = random.bytes(32).toString('hex');
  const proxyToken = random.bytes(32).toString('hex');
  node.pricingVerified = pricingHolds(registration.raw.pricing, node.hmacKey);
  node.registration = registration;
  node.tokenHash = sha256Hex(token);
  node.proxyTokenHash = sha256Hex(proxyToken);
  node.hmacKey = random.bytes(16).toString('hex');
  node.publicReachable = reachable;
  node.operatorVerified = operatorHolds(registration, node.nodeId, clock.now());
  node.maxConcurrent = registration.maxConcurrent;
  node.available = true;
  node.healthModels = undefined;
  node.stability = undefined;
  node.challenges = [];
  nodes.heard(node);
  nodes.show(node.nodeId);
  const body = {
    node_id: node.nodeId,
    node_token: token,
    proxy_token: proxyToken,
    node_hmac_key: node.hmacKey,
    expires_at: null,
    jwt_token: null,
    jwt_expires_at: null,
    directory: api.issuer(),
    observed_source_ip: request.ip,
    recovered: known !== undefined,
    lifetime_jobs: node.tasks.success,
    public_reachable: reachable && isPublicAddress(new URL(registration.endpoint).hostname),
  };
  return { status: 201, body };
}

/** Only with the current token can a caller change a node's key, nor moves it away from an endpoint that still answers. */
async function checkOwnership(api: Api, known: NodeRecord, next: Registration): Promise<void> {
  if (api.nodes.owns(known, next.raw.current_node_token as string | undefined)) return;
  const now = known.registration;
  if (now.cxKey && now.cxKey.key !== next.cxKey?.key) {
    throw flatRefusal(403, 'IICP-E049', 'cx_public_key changed without the current node token');
  }
  if (api.rules.strictOwnership && (now.cxKey || known.operatorVerified)) {
    throw flatRefusal(403, 'IICP-E050', 'this node can only be refreshed with its current node token');
  }
  const moved = now.endpoint !== next.endpoint || now.transportEndpoint !== next.transportEndpoint;
  if (moved && (await answers(api, now.endpoint))) {
    throw flatRefusal(403, 'IICP-E050', 'the endpoint changed while the old one still answers');
  }
}

async function answers({ http }: Api, endpoint: string): Promise<boolean> {
  const url = `${endpoint.replace(/\/+$/, '')}/iicp/health`;
  try {
    const { status } = await http.send({ url, timeoutMs: DIAL_MS, longest: 65_536 });
    return status >= 200 && status < 300;
  } catch {
    return false; // refused, silent, private: for the directory all the same
  }
}

/** A declaration can only be signed with the key of the registration before, so the first one never is. */
export function pricingHolds(pricing: unknown, hmacKey: string): boolean {
  if (hmacKey === '' || !isObject(pricing)) return false;
  const {
    credit_cost_multiplier: multiplier = 1,
    pricing_model: model = 'per_token',
    declaration_signature: signed,
  } = pricing;
  if (typeof signed !== 'string') return false;
  return sameText(hmacHex(hmacKey, pricingText(multiplier as number, model as string)), signed);
}

function operatorHolds({ raw }: Registration, nodeId: string, now: number): boolean {
  const delegation = raw.operator_delegation as Delegation | undefined;
  return delegation !== undefined && delegationHolds(delegation, nodeId, now);
}

export function deregister({ nodes }: Api, request: ApiRequest): ApiReply {
  const id = request.body.node_id;
  if (typeof id !== 'string' || !NODE_ID.test(id)) throw refusal(422, 'validation_error', 'node_id is required');
  const node = nodes.get(id);
  if (!node) throw refusal(404, 'IICP-E003', 'node not registered');
  if (!nodes.owns(node, bearerOf(request.headers))) throw refusal(401, 'unauthorized', 'invalid node_token');
  nodes.leave(node);
  return { status: 200, body: { deregistered: true } };
}
