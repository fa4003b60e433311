// A directory that speaks the real IICP directory API, for practising without the public network and for tests. Private
// endpoints are allowed per directory object, never by a global switch.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { HttpClient } from '../http-client.ts';
import { BodyTooLarge, type Listening, type ListenOptions, listen, readBody, sendJson } from '../http-server.ts';
import type { Api, Dialect, DirectoryRules } from './directory/api.ts';
import { award } from './directory/awards.ts';
import * as credits from './directory/credits.ts';
import * as find from './directory/discover.ts';
import { dispatchTicket } from './directory/dispatch.ts';
import { type ApiReply, type ApiRequest, isObject, type Json, Refusal, refusal } from './directory/exchange.ts';
import { type Fault, type FaultOptions, Faults, type Flaky, play } from './directory/faults.ts';
import { heartbeat } from './directory/heartbeat.ts';
import { type NodeRecord, Nodes } from './directory/nodes.ts';
import { Probes } from './directory/probe.ts';
import { deregister, RegistrationRate, register } from './directory/register.ts';
import { telemetry } from './directory/telemetry.ts';
import * as tickets from './directory/tickets.ts';
import { Signer, sha256Hex } from './signing.ts';

export interface DirectoryOptions extends ListenOptions {
  readonly allowPrivateEndpoints?: boolean;
  /** Default true. */
  readonly dialBack?: boolean;
  readonly strictOwnership?: boolean;
  /** Default 30000. */
  readonly nextHeartbeatMs?: number;
  /** Default 60. */
  readonly registrationsPerMinute?: number;
  /** 32 bytes from which the signing key grows; null: sign nothing. Default: a fresh one. */
  readonly ed25519Seed?: Uint8Array | null;
  /** `iss` of signed tokens; default the directory's own URL. */
  readonly issuer?: string;
  /** Of a directory that was stopped: this one is its next start, and knows all that it knew. */
  readonly memory?: DirectoryMemory;
  /** Which share of what receipts ask for is awarded; default all of it. */
  readonly trustWeight?: () => number;
  /** How it keeps credits; in the official dialects all that a receipt asks for is awarded. Default `usual`. */
  readonly dialect?: Dialect;
  /** Receipts are looked at only after so many milliseconds; default at once. */
  readonly awardAfterMs?: number | undefined;
}

/** What a directory has in its database. */
export interface DirectoryMemory {
  readonly nodes: Nodes;
}

/** A node as a test sees it. */
export interface NodeView {
  readonly nodeId: string;
  readonly alive: boolean;
  readonly available: boolean;
  readonly endpoint: string;
  readonly registration: Json;
  readonly maxConcurrent: number;
  readonly healthModels: readonly string[] | undefined;
  readonly reputation: number;
  readonly balance: number;
}

export interface Directory extends Listening {
  /** Switches a fault on; null switches it off. */
  fault(mode: Fault | null, options?: FaultOptions): void;
  /** Every known node, silent ones too. */
  nodes(): readonly NodeView[];
  /** Accepted totals; zeros for an unknown node. */
  metricsOf(nodeId: string): { readonly success: number; readonly failed: number };
  beatsOf(nodeId: string): number;
  /** How the liveness challenges were answered. */
  livenessOf(nodeId: string): { readonly verified: number; readonly missing: number; readonly wrong: number };
  /** How often each route was asked, e.g. `POST /v1/heartbeat`, faults included. */
  asked(route: string): number;
  /** A consumer token as POST /v1/consumer-token gives it to a node that is registered. */
  consumerToken(callerId: string, targetId: string, intent: string): string;
  /** Some calls fail by chance; null: none any more. */
  flaky(flaky: Flaky | null): void;
  /** Every award, oldest first, in micro-credits. */
  awardsOf(nodeId: string): readonly { readonly taskId: string; readonly nonce: string; readonly micro: number }[];
  /** Gives a node another token or key without telling it, as after a restored backup. */
  rotate(nodeId: string, what: 'token' | 'key'): void;
  readonly memory: DirectoryMemory;
  /** Goes on taking a node's heartbeats, and does not list it until it registers again. */
  hide(nodeId: string): void;
  /** Forgets a node, as a directory that lost its database would. */
  forget(nodeId: string): void;
}

const MOST_BODY_BYTES = 262_144;

export async function startDirectory(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  options: DirectoryOptions = {},
): Promise<Directory> {
  const rules: DirectoryRules = {
    allowPrivateEndpoints: options.allowPrivateEndpoints ?? false,
    dialBack: options.dialBack ?? true,
    strictOwnership: options.strictOwnership ?? false,
    nextHeartbeatMs: options.nextHeartbeatMs ?? 30_000,
    registrationsPerMinute: options.registrationsPerMinute ?? 60,
    trustWeight: options.trustWeight ?? (() => 1),
    dialect: options.dialect ?? 'usual',
  };
  const seed = options.ed25519Seed === undefined ? random.bytes(32) : options.ed25519Seed;
  const nodes = options.memory?.nodes ?? new Nodes({ clock });
  const http = new HttpClient({ clock }, { allowPrivate: rules.allowPrivateEndpoints });
  let url = '';
  const api: Api = {
    clock,
    random,
    http,
    nodes,
    rules,
    signer: seed === null ? undefined : new Signer(seed),
    issuer: () => options.issuer ?? url,
  };
  const over = new AbortController();
  const front = new FrontAdmission(api, async (request) => {
    if (options.awardAfterMs !== undefined) await clock.sleep(options.awardAfterMs, over.signal);
    return award(api, request);
  });
  const listening = await listen((req, res) => front.handle(req, res), options);
  url = listening.url;
  return {
    url,
    async stop() {
      over.abort(refusal(503, 'stopping', 'the directory stops'));
      await listening.stop();
      http.close();
    },
    fault: (mode, faultOptions) => front.faults.set(mode, faultOptions),
    nodes: () => nodes.all().map((node) => viewOf(nodes, node)),
    metricsOf: (nodeId) => ({ ...(nodes.get(nodeId)?.tasks ?? { success: 0, failed: 0 }) }),
    beatsOf: (nodeId) => nodes.get(nodeId)?.beats ?? 0,
    livenessOf: (nodeId) => ({ ...(nodes.get(nodeId)?.liveness ?? { verified: 0, missing: 0, wrong: 0 }) }),
    asked: (route) => front.asked.get(route) ?? 0,
    consumerToken: (callerId, targetId, intent) => tickets.tokenFor(api, callerId, targetId, intent).token,
    flaky: (flaky) => front.faults.flaky(flaky),
    awardsOf: (nodeId) =>
      nodes.get(nodeId)?.transactions.map(({ taskId, nonce, micro }) => ({ taskId, nonce, micro })) ?? [],
    rotate(nodeId, what) {
      const node = nodes.get(nodeId);
      const fresh = random.bytes(32).toString('hex');
      if (node && what === 'token') node.tokenHash = sha256Hex(fresh);
      else if (node) node.hmacKey = fresh;
    },
    memory: { nodes },
    hide: (nodeId) => nodes.hide(nodeId),
    forget: (nodeId) => nodes.remove(nodeId),
  };
}

const viewOf = (nodes: Nodes, node: NodeRecord): NodeView => ({
  nodeId: node.nodeId,
  alive: nodes.isAlive(node),
  available: node.available,
  endpoint: node.registration.endpoint,
  registration: node.registration.raw,
  maxConcurrent: node.maxConcurrent,
  healthModels: node.healthModels,
  reputation: node.reputation,
  balance: node.balanceMicro / 1_000_000,
});

type Handler = (api: Api, request: ApiRequest) => ApiReply | Promise<ApiReply>;

/** Reads requests, finds their route under `/v1` or `/api/v1`, and writes what the route says. */
class FrontAdmission {
  readonly faults: Faults;
  readonly asked = new Map<string, number>();
  readonly #api: Api;
  readonly #routes: Readonly<Record<string, Handler>>;

  constructor(api: Api, award: (request: ApiRequest) => Promise<ApiReply>) {
    this.#api = api;
    this.faults = new Faults(api.random);
    const rate = new RegistrationRate();
    const probes = new Probes();
    this.#routes = {
      'POST /v1/register': (_, request) => register(api, rate, request),
      'DELETE /v1/register': deregister,
      'POST /v1/heartbeat': heartbeat,
      'GET /v1/discover': find.discover,
      'GET /v1/bootstrap': find.bootstrap,
      'POST /v1/peers': find.peers,
      'GET /v1/stats': find.stats,
      'GET /v1/registry/nodes': find.registryNodes,
      'GET /v1/registry/nodes/:': find.registryNode,
      'GET /v1/registry/intents': find.registryIntents,
      'GET /v1/registry/stats': find.registryStats,
      'GET /v1/node/:': find.nodeDetail,
      'GET /v1/me': (_, request) => find.me(request),
      'GET /v1/probe': (_, request) => probes.probe(api, request),
      'GET /v1/credits/balance': credits.balance,
      'GET /v1/credits/summary': credits.summary,
      'GET /v1/credits/transactions': credits.transactions,
      'GET /v1/credits/quote': credits.quote,
      'POST /v1/credits/award': (_, request) => award(request),
      'GET /v1/directory-key': tickets.directoryKey,
      'POST /v1/consumer-token': tickets.consumerToken,
      'POST /v1/relay/ticket': tickets.relayTicket,
      'POST /v1/dispatch/ticket': dispatchTicket,
      'POST /v1/telemetry': telemetry,
    };
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://directory');
    const path = url.pathname.replace(/^\/api(?=\/)/, '');
    let reply: ApiReply;
    let fault: Fault | undefined;
    try {
      const bytes = await readBody(req, MOST_BODY_BYTES);
      const found = this.#find(req.method ?? 'GET', path);
      if (found) this.asked.set(found.route, (this.asked.get(found.route) ?? 0) + 1);
      fault = this.faults.take(path);
      if (fault !== undefined && fault !== 'drop') return play(fault, res, url.pathname + url.search);
      if (!found) throw this.#unknown(path);
      reply = await found.handler(this.#api, {
        query: url.searchParams,
        headers: req.headers,
        body: readJson(bytes),
        rest: found.rest,
        ip: req.socket.remoteAddress ?? '',
      });
    } catch (error) {
      if (error instanceof Refusal) reply = error;
      else if (error instanceof BodyTooLarge) reply = refusal(413, 'payload_too_large', 'the body is too large');
      else if (req.destroyed && !req.complete) return;
      else throw error;
    }
    if (fault === 'drop') res.destroy();
    else sendJson(res, reply.status, reply.body, reply.headers);
  }

  #find(method: string, path: string): { route: string; handler: Handler; rest: string } | undefined {
    const exact = `${method} ${path}`;
    const handler = this.#routes[exact];
    if (handler) return { route: exact, handler, rest: '' };
    const cut = exact.lastIndexOf('/') + 1;
    const route = `${exact.slice(0, cut)}:`;
    const open = this.#routes[route];
    const rest = exact.slice(cut);
    return open && rest !== '' && rest.length <= 36 ? { route, handler: open, rest: decode(rest) } : undefined;
  }

  #unknown(path: string): Refusal {
    const other = ['GET', 'POST', 'DELETE'].some((method) => this.#find(method, path));
    return other
      ? refusal(405, 'method_not_allowed', 'not with this method')
      : refusal(404, 'not_found', 'no such route');
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusal(422, 'validation_error', 'the path is not properly encoded');
  }
}

function readJson(bytes: Buffer): Json {
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw refusal(400, 'invalid_json', 'the body is not JSON');
  }
  if (!isObject(value)) throw refusal(422, 'validation_error', 'the body must be an object');
  return value;
}
