// A credit receipt (IICP 3.4): what a node hands its directory for a task that it has done. The directory never sees the result,
// only its hash.

import { hash } from 'node:crypto';
import { canonicalText } from '../../../base/canonical.ts';
import { hmacHex } from '../directory/liveness.ts';

export interface Receipt {
  readonly taskId: string;
  readonly tokens: number;
  readonly nonce: string;
  readonly responseHash: string;
  readonly queryingNodeId: string | null;
}

/**
 * Of the result's canonical JSON: keys sorted at every level, no spaces. `text` is the result as JSON, `json` the same where it is
 * parsed already; what is nested too deep to be sorted is hashed as it came.
 */
export function responseHash(text: string, json?: unknown): string {
  let canonical = text;
  try {
    canonical = canonicalText(json ?? JSON.parse(text));
  } catch {
    // No JSON, or thousands of levels: it can't be sorted.
  }
  return hash('sha256', canonical, 'hex');
}

/** The two parts of cooperative inference stay empty: a task is done by this node alone. */
export function sign(receipt: Receipt, hmacKey: string): string {
  const { taskId, tokens, nonce, responseHash: response, queryingNodeId } = receipt;
  const text = `${taskId}:${tokens}:::${nonce}:${response}`;
  return hmacHex(hmacKey, queryingNodeId === null ? text : `${text}:${queryingNodeId}`);
}
