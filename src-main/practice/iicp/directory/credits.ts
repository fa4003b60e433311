// The credits of a node as the directory's books have them: balance, sums, single lines and quotes. What the lines tell, and how
// many of them, hangs on the directory's dialect. Counted in micro-credits, shown as credits.

import type { Api } from './api.ts';
import { credits, TOKENS_PER_CREDIT } from './awards.ts';
import { type ApiReply, type ApiRequest, refusal, wholeNumber } from './exchange.ts';
import type { NodeRecord, Transaction } from './nodes.ts';

export function balance({ nodes }: Api, request: ApiRequest): ApiReply {
  return { status: 200, body: balanceOf(nodes.speaker(request)) };
}

const balanceOf = (node: NodeRecord) => ({
  node_id: node.nodeId,
  balance: credits(node.balanceMicro),
  unit: 'credit',
  tokens_per_credit: TOKENS_PER_CREDIT,
});

export function summary({ nodes, rules }: Api, request: ApiRequest): ApiReply {
  const node = nodes.speaker(request);
  const sum = node.transactions.reduce((total, { micro }) => total + micro, 0);
  const body = {
    ...balanceOf(node),
    total_earned: credits(node.balanceMicro),
    total_spent: 0,
    tx_count: node.transactions.length,
    reconciles: sum === node.balanceMicro && (rules.dialect !== 'rust' || nodes.ledgerOf(node) === node.balanceMicro),
    operator_wallet: null,
  };
  return { status: 200, body };
}

export function transactions({ nodes, rules }: Api, request: ApiRequest): ApiReply {
  const node = nodes.speaker(request);
  const newest = node.transactions.toReversed();
  // The PHP directory reads no page, and tells its newest lines whatever is asked for.
  if (rules.dialect === 'php') {
    return { status: 200, body: { node_id: node.nodeId, transactions: newest.slice(0, PHP_LINES).map(phpLine) } };
  }
  const page = wholeNumber(request.query, 'page', 1, 1_000_000);
  const perPage = wholeNumber(request.query, 'per_page', 20, 100);
  const part = newest.slice((page - 1) * perPage, page * perPage);
  if (rules.dialect === 'rust') {
    const lines = part.map(rustLine);
    const more = { count: lines.length, page, per_page: perPage };
    return { status: 200, body: { node_id: node.nodeId, transactions: lines, ...more } };
  }
  const body = { transactions: part.map(usualLine), page, per_page: perPage, total: node.transactions.length };
  return { status: 200, body };
}

const PHP_LINES = 20;

const usualLine = ({ id, micro, taskId, at }: Transaction) => ({
  id,
  type: 'earned',
  amount: credits(micro),
  task_id: taskId,
  created_at: new Date(at).toISOString(),
});

/** Amounts as text, whole seconds written with microseconds, and no name of the task. */
const phpLine = ({ id, micro, at }: Transaction) => ({
  id: Number(id),
  amount: credits(micro).toFixed(4),
  type: 'credit',
  task_id: null,
  reason: 'task_completion',
  created_at: `${seconds(at)}.000000Z`,
});

/** Times without a zone, as its database has them: universal time. */
const rustLine = ({ id, micro, taskId, at }: Transaction) => ({
  id: Number(id),
  amount: credits(micro),
  type: 'credit',
  task_id: taskId,
  reason: 'cip_award',
  created_at: seconds(at).replace('T', ' '),
});

const seconds = (at: number): string => new Date(at).toISOString().slice(0, 19);

const QUOTE_MS = 300_000;

/** What `tokens` (default 1000) of an intent would cost at the nodes that are there now. */
export function quote({ nodes, clock, random }: Api, request: ApiRequest): ApiReply {
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
