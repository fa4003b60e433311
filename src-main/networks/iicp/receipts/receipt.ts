// A credit receipt (IICP 3.4): what a node hands its directory for a task that it has done. The directory never sees the result,
// only its hash.

import { hash } from 'node:crypto';
import { hmacHex } from '../liveness.ts';

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
    canonical = sortedText(json ?? JSON.parse(text)) ?? written(JSON.parse(text));
  } catch {
    // No JSON, or thousands of levels: nobody could sort that.
  }
  return hash('sha256', canonical, 'hex');
}

/** On the path of every task, so sorted first and written at once, in half the time; undefined where that won't do. */
function sortedText(value: unknown): string | undefined {
  let keeps = true;
  const sorted = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return part.map(sorted);
    const members = part as Readonly<Record<string, unknown>>;
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(members).sort()) {
      if (HAS_A_PLACE.test(name)) keeps = false;
      copy[name] = sorted(members[name]);
    }
    return copy;
  };
  const all = sorted(value);
  return keeps ? JSON.stringify(all) : undefined;
}

/** Names whose place in an object is not where they were put: whole numbers come first, and one is none of its own. */
const HAS_A_PLACE = /^\d|^__proto__$/;

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(members).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${written(members[name])}`).join(',')}}`;
}

/** The two parts of cooperative inference stay empty: a task is done by this node alone. */
export function sign(receipt: Receipt, hmacKey: string): string {
  const { taskId, tokens, nonce, responseHash: response, queryingNodeId } = receipt;
  const text = `${taskId}:${tokens}:::${nonce}:${response}`;
  return hmacHex(hmacKey, queryingNodeId === null ? text : `${text}:${queryingNodeId}`);
}
