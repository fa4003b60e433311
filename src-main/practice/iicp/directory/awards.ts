// How a signed receipt for a finished task becomes an award. The two official directories do it each in its own dialect, and
// differ in all that a node has to go by: what they refuse and with which words, how long they know a nonce, what their books
// tell. The usual dialect is the protocol's, and forgets a nonce as soon as its receipt has run out.

import { hmacHex, receiptText, sameText } from '../signing.ts';
import type { Api, Dialect } from './api.ts';
import * as is from './check.ts';
import { type ApiReply, type ApiRequest, invalid, type Refusal, refusal } from './exchange.ts';
import type { NodeRecord } from './nodes.ts';

export const TOKENS_PER_CREDIT = 1000;
const MICRO = 1_000_000;
/** An award may exceed its tokens by a tenth, not more. */
const MOST_OVER_TOKENS = 1.1;
/** In micro-credits: smaller awards are refused. */
const LEAST_AWARD = 100;
/** What the official directories' databases keep: ten-thousandths of a credit. */
const GRAIN = 100;
/** A receipt further ahead would have to be remembered too long. */
const LONGEST_EXPIRY_MS = 3_600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_AN_HOUR = 1000 * MICRO;
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

export const credits = (micro: number): number => micro / MICRO;

interface Receipt {
  readonly node: NodeRecord;
  readonly taskId: string;
  readonly tokens: number;
  readonly amount: number;
  readonly nonce: string;
  readonly querying: string | undefined;
  readonly expiresAt: number;
  readonly signed: boolean;
}

/** POST /v1/credits/award: 201 or 200 awarded, 200 for a node that paid itself, 409 replayed, 422 IICP-E027 or out of bounds. */
export function award(api: Api, request: ApiRequest): ApiReply {
  const node = api.nodes.speaker(request);
  const { body } = request;
  awardBody(body, '');
  if (body.node_id !== node.nodeId) throw invalid('node_id is not the speaker');
  const [taskId, nonce, tokens] = [body.task_id as string, body.nonce as string, body.tokens_used as number];
  const querying = body.querying_node_id as string | undefined;
  const responseHash = body.response_hash as string;
  const text = receiptText({ taskId, tokensUsed: tokens, nonce, responseHash, queryingNodeId: querying });
  return DIALECTS[api.rules.dialect](api, {
    node,
    taskId,
    tokens,
    amount: body.amount as number,
    nonce,
    querying,
    expiresAt: Date.parse(body.expires_at as string),
    signed: sameText(hmacHex(node.hmacKey, text), body.signature as string),
  });
}

const DIALECTS: Readonly<Record<Dialect, (api: Api, receipt: Receipt) => ApiReply>> = { usual, php, rust };

function usual(api: Api, receipt: Receipt): ApiReply {
  const { node, tokens, amount, nonce, querying, expiresAt } = receipt;
  const now = api.clock.now();
  if (!(expiresAt > now && expiresAt <= now + LONGEST_EXPIRY_MS)) throw invalid('expires_at is past or too far ahead');
  if (!receipt.signed) throw e027('the receipt signature does not verify');
  rememberNonce(node, nonce, expiresAt, now, refusal(409, 'nonce_replay', 'this receipt was handed in before'));
  const most = Math.floor((tokens / TOKENS_PER_CREDIT) * MOST_OVER_TOKENS * MICRO);
  const trust = api.rules.trustWeight();
  const micro = Math.floor(Math.min(Math.round(amount * MICRO), most) * trust);
  if (micro < LEAST_AWARD) throw invalid('the amount is too small');
  if (querying === node.nodeId) return excluded(node);
  book(api, receipt, micro, api.random.id());
  return { status: 201, body: given(receipt, credits(micro), trust) };
}

/** The PHP directory: every refusal under one code, which only its prose tells apart; the nonce is looked at last, and known a day. */
function php(api: Api, receipt: Receipt): ApiReply {
  const { node, tokens, amount, nonce, querying, expiresAt } = receipt;
  const now = api.clock.now();
  if (!(amount >= 0.0001)) throw invalid('The amount field must be at least 0.0001.');
  if (!receipt.signed) throw e027('CIPWorkerReceipt HMAC validation failed');
  if (!(expiresAt > now)) throw e027('CIPWorkerReceipt expired');
  const multiplier = Math.max(0.001, node.registration.pricing.credit_cost_multiplier);
  const ceiling = Math.ceil(tokens / TOKENS_PER_CREDIT) * multiplier;
  if (amount > ceiling * MOST_OVER_TOKENS + 0.0001) {
    throw e027('CIPWorkerReceipt amount exceeds authorized credit ceiling');
  }
  if (querying === node.nodeId) return excluded(node);
  refuseUnknown(api, querying);
  const micro = Math.round((amount * MICRO) / GRAIN) * GRAIN;
  const hour = Math.floor(now / HOUR_MS);
  const already = node.awardedInHour.hour === hour ? node.awardedInHour.micro : 0;
  if (already + micro > MOST_AN_HOUR) {
    throw e027('Credit award rate limit exceeded (max 1000 credits/hour per node)');
  }
  const replayed = e027('CIPWorkerReceipt nonce already used (replay rejected)');
  rememberNonce(node, nonce, expiresAt + DAY_MS, now, replayed);
  node.awardedInHour = { hour, micro: already + micro };
  book(api, receipt, micro, String(node.transactions.length + 1));
  return { status: 200, body: given(receipt, amount, querying === undefined ? 0 : 0.5) };
}

/**
 * The Rust directory: never looks at a receipt's time, caps what is too much, and knows a nonce for ever. It holds its ledger against
 * the node's balance, which begins anew with a node that has left and come back: such a one is never paid again, for a fault of its own
 * that it does not name.
 */
function rust(api: Api, receipt: Receipt): ApiReply {
  const { node, tokens, amount, nonce, querying } = receipt;
  if (!receipt.signed) throw e027('invalid receipt signature');
  if (!(amount >= 0.0001)) throw invalid('amount must be >= 0.0001');
  const capped = Math.min(amount, (tokens / TOKENS_PER_CREDIT) * MOST_OVER_TOKENS);
  if (querying === node.nodeId) return excluded(node);
  refuseUnknown(api, querying);
  const replayed = refusal(409, 'nonce_replay', 'nonce already used');
  if (api.nodes.ledgerOf(node) !== node.balanceMicro) throw refusal(500, 'server_error', 'credit award failed');
  rememberNonce(node, nonce, Number.POSITIVE_INFINITY, api.clock.now(), replayed);
  book(api, receipt, Math.round((capped * MICRO) / GRAIN) * GRAIN, String(node.transactions.length + 1));
  return { status: 201, body: given(receipt, capped, querying === undefined ? 0 : 0.5) };
}

const e027 = (message: string): Refusal => refusal(422, 'IICP-E027', message);

function refuseUnknown({ nodes }: Api, querying: string | undefined): void {
  if (querying === undefined || nodes.get(querying)) return;
  throw e027('querying_node_id does not identify a registered node');
}

const excluded = (node: NodeRecord): ApiReply => ({
  status: 200,
  body: {
    node_id: node.nodeId,
    awarded: 0,
    spent: 0,
    excluded: true,
    reason: 'self_query_excluded',
    attribution: 'self_node',
    trust_weight: 0,
  },
});

function given({ node, querying }: Receipt, awarded: number, trust: number): object {
  const attribution = querying === undefined ? 'legacy_unattributed' : 'attributed_cross_node_unverified_operator';
  const balance = credits(node.balanceMicro);
  return { node_id: node.nodeId, awarded, balance, spent: 0, attribution, trust_weight: trust };
}

function book(api: Api, { node, taskId, nonce }: Receipt, micro: number, id: string): void {
  node.balanceMicro += micro;
  if (node.transactions.length >= MOST_TRANSACTIONS) node.transactions.shift();
  node.transactions.push({ id, micro, taskId, nonce, at: api.clock.now() });
}

function rememberNonce({ awardNonces }: NodeRecord, nonce: string, until: number, now: number, known: Refusal): void {
  for (const [old, end] of awardNonces) if (end <= now) awardNonces.delete(old);
  if (awardNonces.has(nonce)) throw known;
  if (awardNonces.size >= MOST_NONCES) throw refusal(429, 'too_many_receipts', 'too many receipts at once');
  awardNonces.set(nonce, until);
}
