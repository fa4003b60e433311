// A question on the socket for fipsctl, as bytes. What is wrong with it is said in the words of official nodes.

import { isObject } from '../../../base/object.ts';
import { FIPS } from '../bounds.ts';

export interface ControlRequest {
  readonly command: string;
  readonly params: unknown;
}

export type ControlReply =
  | { readonly status: 'ok'; readonly data: unknown }
  | { readonly status: 'error'; readonly message: string };

export function readRequest(bytes: Buffer): ControlRequest | { readonly message: string } {
  if (bytes.length > FIPS.controlBytes) return { message: 'request too large' };
  const [line = ''] = bytes.toString('utf8').split('\n', 1);
  if (line.trim() === '') return { message: 'empty request' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { message: 'invalid request: it is not JSON' };
  }
  if (!isObject(parsed)) return { message: 'invalid request: it is no object' };
  const { command, params } = parsed;
  if (typeof command !== 'string') return { message: 'invalid request: missing field `command`' };
  return { command, params };
}
