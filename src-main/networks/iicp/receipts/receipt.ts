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
    canonical = canonicalText(json ?? JSON.parse(text));
  } catch {
    // No JSON, or thousands of levels: nobody could sort that.
  }
  return hash('sha256', canonical, 'hex');
}

/** On the path of every task: written as it is walked, twice as fast as sorting a copy first and writing that. */
function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of sorted(Object.keys(members))) {
    text += `${text === '' ? '{' : ','}${nameText(name)}${canonicalText(members[name])}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Few names, as nearly all objects have, are in order sooner by insertion than by what a sort has to set up. */
function sorted(names: string[]): string[] {
  if (names.length > 16) return names.sort();
  for (let at = 1; at < names.length; at += 1) {
    const name = names[at]!;
    let free = at;
    for (; free > 0 && names[free - 1]! > name; free -= 1) names[free] = names[free - 1]!;
    names[free] = name;
  }
  return names;
}

/** The same dozen names again and again. */
const nameTexts = new Map<string, string>();
const MOST_NAMES = 128;
const LONGEST_NAME = 64;

function nameText(name: string): string {
  const known = nameTexts.get(name);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(name)}:`;
  if (nameTexts.size < MOST_NAMES && name.length <= LONGEST_NAME) nameTexts.set(name, text);
  return text;
}

/** The two parts of cooperative inference stay empty: a task is done by this node alone. */
export function sign(receipt: Receipt, hmacKey: string): string {
  const { taskId, tokens, nonce, responseHash: response, queryingNodeId } = receipt;
  const text = `${taskId}:${tokens}:::${nonce}:${response}`;
  return hmacHex(hmacKey, queryingNodeId === null ? text : `${text}:${queryingNodeId}`);
}
