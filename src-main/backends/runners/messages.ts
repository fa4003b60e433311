// What one line of a runner means: a JSON object with `progress`, `event` or `log`. Whatever else a program prints is its log, for
// libraries print where they like.

import { parseJson } from '../../base/json-scan.ts';
import { isObject } from '../../base/object.ts';
import { withoutUnseen } from '../../base/unseen.ts';
import type { Line } from '../containers/lines.ts';
import { RUNNER } from './bounds.ts';
import type { Json } from './runner.ts';

export type Message =
  | { readonly kind: 'progress'; readonly value: Json }
  | { readonly kind: 'event'; readonly value: Json }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'none' };

const OPEN = 0x7b;
const BOUNDS = { depth: RUNNER.jsonDepth, values: RUNNER.jsonValues };

export function messageIn(line: Line): Message {
  const { bytes, cut } = line;
  if (bytes.length === 0 && !cut) return { kind: 'none' };
  if (cut || bytes[0] !== OPEN) return logOf(line);
  const found = parseJson(bytes, BOUNDS);
  if (typeof found === 'string' || !isObject(found.value)) return logOf(line);
  const { progress, event, log } = found.value as Record<string, Json | undefined>;
  if (progress !== undefined) return { kind: 'progress', value: progress };
  if (event !== undefined) return { kind: 'event', value: event };
  if (typeof log === 'string') return { kind: 'log', text: plain(log.slice(0, RUNNER.logLineBytes)) };
  return logOf(line);
}

/** A line as text, without what would move a cursor or hide. */
export function logOf({ bytes, cut }: Line): Message {
  const kept = bytes.subarray(0, RUNNER.logLineBytes);
  const text = plain(kept.toString());
  return { kind: 'log', text: cut || kept.length < bytes.length ? `${text}…` : text };
}

function plain(text: string): string {
  return withoutUnseen(text.replaceAll('\t', ' ').replaceAll(/\r?\n?$/g, ''));
}
