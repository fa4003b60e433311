// POST /v1/telemetry: a node that sent tasks to another tells how long that one took. It shows the token that registration gives it
// for this alone, so that a provider's own token can't praise the provider.

import type { Api } from './api.ts';
import * as is from './check.ts';
import { QOS } from './discover.ts';
import { type ApiReply, type ApiRequest, bearerOf, invalid, type Json, refusal } from './exchange.ts';
import type { NodeRecord, Nodes } from './nodes.ts';
import { QUORUM } from './observed.ts';

const report = is.object({
  required: {
    node_id: is.text(1, 36),
    latency_ms_observed: is.number(0, 300_000),
    tokens_observed: is.whole(0, 1_000_000_000),
    status: is.oneOf('success', 'failure', 'timeout'),
    qos_met: is.flag,
  },
  optional: { qos_advertised: is.orNull(is.oneOf(...QOS)) },
});

/** 202 taken, 200 the second in a minute, 401 IICP-E032 from an unknown node, 404 about an unknown node, 422 about itself. */
export function telemetry({ nodes, clock }: Api, { body, headers }: ApiRequest): ApiReply {
  const proxy = speaker(nodes, body, bearerOf(headers));
  report(body, '');
  if (body.node_id === proxy.nodeId) throw invalid('a node does not report on itself');
  const node = nodes.get(body.node_id as string);
  if (!node) throw refusal(404, 'IICP-E003', 'node not registered');
  const { accepted, reporters } = node.observed.note(proxy.nodeId, body.latency_ms_observed as number, clock.now());
  if (!accepted) return { status: 200, body: { accepted, reason: 'duplicate' } };
  return { status: 202, body: { accepted, proxy_quorum_count: reporters, quorum_met: reporters >= QUORUM } };
}

function speaker(nodes: Nodes, { proxy_node_id: id }: Json, token: string | undefined): NodeRecord {
  const proxy = typeof id === 'string' ? nodes.get(id) : undefined;
  if (!proxy || !nodes.ownsProxyToken(proxy, token)) {
    throw refusal(401, 'IICP-E032', 'invalid or missing proxy_token or proxy_node_id');
  }
  return proxy;
}
