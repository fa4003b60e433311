// Credits as the directory keeps them: a node's signed receipt for a finished task becomes an award. Counted in
// micro-credits, shown as credits.

import { hmacHex, receiptText, sameText } from '../signing.ts';
import * as is from './check.ts';
import { type ApiReply, type ApiRequest, type Desk, invalid, refusal, wholeNumber } from './desk.ts';
import type { NodeRecord } from './nodes.ts';

const TOKENS_PER_CREDIT = 1000;
const MICRO = 1_000_000;
/** An award may exceed its tokens by a tenth, not more. */
const MOST_OVER_TOKENS = 1.1;
/** In micro-credits: smaller awards are refused. */
const LEAST_AWARD = 100;
/** A receipt further ahead would have to be remembered too long. */
const LONGEST_EXPIRY_MS = 3_600_000;
const MOST_NONCES = 100_000;
const MOST_TRANSACTIONS = 100_000;

const awardBody = is.object({
  required: {
    node_id: is.text(1, 36),
    task_id: is.text(1, 255),
    tokens_used: is.whole(0, 1_000_000_000),
    amount: is.number(0, 1_000_000_000),
    nonce: is.text(32, 255),
    expires_at: is.text(20, 40),
    signature: is.text(1, 128),
    response_hash: is.pattern(/^[0-9a-f]{64}$/),
  },
  optional: { reason: is.text(1, 64), querying_node_id: is.text(1, 36) },
});

const credits = (micro: number): number => micro / MICRO;

/** POST /v1/credits/award: 201 awarded, 200 for a node that paid itself, 409 replayed, 422 IICP-E027 or out of bounds. */
export function award(desk: Desk, request: ApiRequest): ApiReply {
  const node = desk.nodes.speaker(request);
  const { body } = request;
  awardBody(body, '');
  if (body.node_id !== node.nodeId) throw invalid('node_id is not the speaker');
  const now = desk.clock.now();
  const expiresAt = Date.parse(body.expires_at as string);
  if (!(expiresAt > now && expiresAt <= now + LONGEST_EXPIRY_MS)) throw invalid('expires_at is past or too far ahead');

  const tokens = body.tokens_used as number;
  const nonce = body.nonce as string;
  const querying = body.querying_node_id as string | undefined;
  const text = receiptText({
    taskId: body.task_id as string,
    tokensUsed: tokens,
    nonce,
    responseHash: body.response_hash as string,
    queryingNodeId: querying,
  });
  if (!sameText(hmacHex(node.hmacKey, text), body.signature as string)) {
    throw refusal(422, 'IICP-E027', 'the receipt signature does not verify');
  }
  rememberNonce(node, nonce, expiresAt, now);
  const most = Math.floor((tokens / TOKENS_PER_CREDIT) * MOST_OVER_TOKENS * MICRO);
  const trust = desk.rules.trustWeight();
  const micro = Math.floor(Math.min(Math.round((body.amount as number) * MICRO), most) * trust);
  if (micro < LEAST_AWARD) throw invalid('the amount is too small');
  if (querying === node.nodeId) {
    return { status: 200, body: { awarded: 0, excluded: 'self_query', balance: credits(node.balanceMicro) } };
  }
  node.balanceMicro += micro;
  if (node.transactions.length >= MOST_TRANSACTIONS) node.transactions.shift();
  const createdAt = new Date(now).toISOString();
  node.transactions.push({
    id: desk.random.id(),
    type: 'earned',
    micro,
    taskId: body.task_id as string,
    nonce,
    createdAt,
  });
  const attribution = querying === undefined ? 'unattributed' : 'querying_node';
  const balance = credits(node.balanceMicro);
  return { status: 201, body: { awarded: credits(micro), balance, spent: 0, attribution, trust_weight: trust } };
}

function rememberNonce({ awardNonces }: NodeRecord, nonce: string, until: number, now: number): void {
  for (const [old, end] of awardNonces) if (end <= now) awardNonces.delete(old);
  if (awardNonces.has(nonce)) throw refusal(409, 'nonce_replay', 'this receipt was handed in before');
  if (awardNonces.size >= MOST_NONCES) throw refusal(429, 'too_many_receipts', 'too many receipts at once');
  awardNonces.set(nonce, until);
}

export function balance({ nodes }: Desk, request: ApiRequest): ApiReply {
  return { status: 200, body: balanceOf(nodes.speaker(request)) };
}

const balanceOf = (node: NodeRecord) => ({
  node_id: node.nodeId,
  balance: credits(node.balanceMicro),
  unit: 'credit',
  tokens_per_credit: TOKENS_PER_CREDIT,
});

export function summary({ nodes }: Desk, request: ApiRequest): ApiReply {
  const node = nodes.speaker(request);
  const sum = node.transactions.reduce((total, { micro }) => total + micro, 0);
  const body = {
    ...balanceOf(node),
    total_earned: credits(node.balanceMicro),
    total_spent: 0,
    tx_count: node.transactions.length,
    reconciles: sum === node.balanceMicro,
    operator_wallet: null,
  };
  return { status: 200, body };
}

export function transactions({ nodes }: Desk, request: ApiRequest): ApiReply {
  const node = nodes.speaker(request);
  const page = wholeNumber(request.query, 'page', 1, 1_000_000);
  const perPage = wholeNumber(request.query, 'per_page', 20, 100);
  const newest = node.transactions.toReversed().slice((page - 1) * perPage, page * perPage);
  const views = newest.map(({ id, type, micro, taskId, createdAt }) => ({
    id,
    type,
    amount: credits(micro),
    task_id: taskId,
    created_at: createdAt,
  }));
  return { status: 200, body: { transactions: views, page, per_page: perPage, total: node.transactions.length } };
}

const QUOTE_MS = 300_000;

/** What `tokens` (default 1000) of an intent would cost at the nodes that are there now. */
export function quote({ nodes, clock, random }: Desk, request: ApiRequest): ApiReply {
  const node = nodes.speaker(request);
  const tokens = wholeNumber(request.query, 'tokens', TOKENS_PER_CREDIT, 1_000_000_000);
  const intent = request.query.get('intent');
  const offers = nodes
    .alive()
    .filter(({ registration }) => intent === null || registration.capabilities.some((one) => one.intent === intent))
    .map(({ registration }) => registration.pricing.credit_cost_multiplier);
  if (offers.length === 0) throw refusal(404, 'IICP-E003', 'no node offers this intent');
  const blocks = Math.ceil(tokens / TOKENS_PER_CREDIT);
  const [least, most] = [blocks * Math.min(...offers), blocks * Math.max(...offers)];
  const own = credits(node.balanceMicro);
  const body = {
    quote_id: random.id(),
    estimated_credits: (least + most) / 2,
    min_credits: least,
    max_credits: most,
    price_per_1000_tokens: least / blocks,
    nodes_quoted: offers.length,
    quote_expires_at: new Date(clock.now() + QUOTE_MS).toISOString(),
    currency: 'iicp_credits',
    consumer_balance: own,
    effective_balance: own,
    balance_scope: 'node',
    operator_wallet_balance: null,
    balance_sufficient: own >= most,
  };
  return { status: 200, body };
}
