// POST /v1/dispatch/ticket: the way to one node, for a consumer that means to call it now, with the directory's signature that it
// named that way. Nothing of the task itself is taken: that goes to the node alone.

import { DISPATCH_TICKET_DOMAIN } from '../signing.ts';
import type { Api } from './api.ts';
import * as is from './check.ts';
import { QOS, routeView } from './discover.ts';
import { type ApiReply, type ApiRequest, invalid, type Json, refusal } from './exchange.ts';
import { intentUrn } from './intents.ts';
import { rank, type Wanted } from './ranking.ts';
import { MODALITIES } from './registration-rules.ts';
import { signerOf, stamped } from './tickets.ts';

const TICKET_S = 120;
const AUDIENCE = 'iicp.directory.dispatch';
/** Hexadecimal digits of a ticket's id; half of them may be passed on. */
const ID_DIGITS = 24;
const MOST_EXCLUDED = 10;

/** What a task is made of, by whatever name a consumer may know it. */
const TASK_PARTS = ['prompt', 'messages', 'payload', 'input', 'chat', 'content', 'response'];

/** Of what discovery tells of a node, what it takes to call it and to judge it. */
const ROUTE = [
  'node_id',
  'endpoint',
  'transport_endpoint',
  'transport_method',
  'cx_public_key',
  'region',
  'score',
  'health_label',
  'models',
  'pricing',
  'node_policy_manifest',
  'available',
  'reputation_score',
  'exposure_mode',
  'transport',
];

const prefix = is.text(4, 36);

const ask = is.object(
  {
    required: { intent: intentUrn },
    optional: {
      region: is.text(1, 64),
      model: is.orNull(is.text(1, 128)),
      qos: is.oneOf(...QOS),
      modality: is.oneOf(...MODALITIES),
      min_reputation: is.number(0, 1),
      limit: is.whole(1, 50),
      cip_capable: is.flag,
      relay_capable: is.flag,
      node_id: is.text(1, 64),
      node_id_prefix: prefix,
      exclude_node_id_prefixes: is.setOf(prefix, MOST_EXCLUDED),
    },
  },
  ({ node_id, node_id_prefix }) => {
    if (node_id !== undefined && node_id_prefix !== undefined) throw invalid('use node_id or node_id_prefix, not both');
  },
);

interface Ask {
  readonly intent: string;
  readonly region?: string;
  readonly model?: string | null;
  readonly qos?: string;
  readonly modality?: string;
  readonly min_reputation?: number;
  readonly cip_capable?: boolean;
  readonly relay_capable?: boolean;
  readonly node_id?: string;
  readonly node_id_prefix?: string;
  readonly exclude_node_id_prefixes?: readonly string[];
}

/** 201 with ticket and route; 404 no_route_available, 409 ambiguous_node_prefix, 422 for all that is asked amiss, 503 without a key. */
export function dispatchTicket(api: Api, { body }: ApiRequest): ApiReply {
  if (TASK_PARTS.some((part) => part in body)) {
    throw invalid('a ticket takes nothing of the task: send that to the node itself');
  }
  ask(body, '');
  const asked = body as unknown as Ask;
  const { node, score } = choose(api, asked);
  const id = api.random.bytes(ID_DIGITS / 2).toString('hex');
  const { claims, token } = stamped(api, DISPATCH_TICKET_DOMAIN, TICKET_S, {
    typ: 'dispatch-route-ticket',
    aud: AUDIENCE,
    jti: id,
    node_id: node.nodeId,
    intent: asked.intent,
  });
  return {
    status: 201,
    headers: { 'cache-control': 'no-store', 'x-iicp-discover-data-class': 'ticketed_route_dispatch' },
    body: {
      ticket: token,
      ticket_id_prefix: id.slice(0, ID_DIGITS / 2),
      expires_at: claims.exp,
      intent: asked.intent,
      node_id: node.nodeId,
      node_id_prefix: node.nodeId.slice(0, 8),
      route: routeOf(routeView(node, score, asked.intent)),
      algorithm: 'ed25519',
      data_class: 'ticketed_route_dispatch',
      route_fields_present: true,
      prompt_payload_accepted: false,
    },
  };
}

/** The best of those that are left, or the one that was named. That no node fits is said before a missing key is. */
function choose(api: Api, asked: Ask) {
  const excluded = asked.exclude_node_id_prefixes ?? [];
  const left = rank(api.nodes.alive(), wantedBy(asked)).filter(
    ({ node }) => !excluded.some((start) => node.nodeId.startsWith(start)),
  );
  const { node_id: id, node_id_prefix: start } = asked;
  const named = left.filter(({ node }) =>
    id === undefined ? node.nodeId.startsWith(start ?? '') : node.nodeId === id,
  );
  if (start !== undefined && named.length > 1) {
    throw refusal(409, 'ambiguous_node_prefix', 'more than one node has this prefix: send a longer one');
  }
  const [first] = named;
  if (!first) throw refusal(404, 'no_route_available', 'no node that is here now serves this');
  signerOf(api);
  return first;
}

const wantedBy = (asked: Ask): Wanted => ({
  intent: asked.intent,
  region: asked.region,
  model: asked.model ?? undefined,
  qos: asked.qos,
  modality: asked.modality,
  minReputation: asked.min_reputation ?? 0,
  cipCapable: asked.cip_capable ?? false,
  relayCapable: asked.relay_capable ?? false,
});

const routeOf = (view: Json): Json =>
  Object.fromEntries(ROUTE.map((member) => [member, view[member]]).filter(([, value]) => value != null));
