// What relays and clients say to each other (NIP-01, NIP-42): JSON arrays. Bytes in, a message or undefined out.

import { parseJson } from '../base/json-scan.ts';
import { RELAY } from './bounds.ts';
import { isHexKey, type NostrEvent, readEvent } from './event.ts';

/** NIP-01. Keys that begin with `#` are tags of one letter. */
export interface Filter {
  readonly ids?: readonly string[];
  readonly authors?: readonly string[];
  readonly kinds?: readonly number[];
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
  readonly [tag: `#${string}`]: readonly string[] | undefined;
}

export type RelayMessage =
  | { readonly is: 'event'; readonly subscription: string; readonly event: NostrEvent }
  | { readonly is: 'ok'; readonly id: string; readonly taken: boolean; readonly said: string }
  /** All that was stored has been sent. */
  | { readonly is: 'eose'; readonly subscription: string }
  | { readonly is: 'closed'; readonly subscription: string; readonly said: string }
  | { readonly is: 'notice'; readonly said: string }
  | { readonly is: 'auth'; readonly challenge: string }
  /** A word that this client has no use for, such as the answer to a COUNT. */
  | { readonly is: 'other' };

export type ClientMessage =
  | readonly ['EVENT', NostrEvent]
  | readonly ['REQ', string, ...Filter[]]
  | readonly ['CLOSE', string]
  | readonly ['AUTH', NostrEvent];

const LONGEST_NAME = 64;
const LONGEST_CHALLENGE = 512;

/** undefined: what no relay may say. The event is one by its shape alone: its signature is not looked at here. */
export function readRelayMessage(bytes: Buffer): RelayMessage | undefined {
  const parsed = parseJson(bytes, RELAY);
  if (typeof parsed === 'string' || !Array.isArray(parsed.value)) return undefined;
  const [word, first, second, third] = parsed.value as unknown[];
  switch (word) {
    case 'EVENT': {
      const event = readEvent(second);
      return event && isName(first) ? { is: 'event', subscription: first, event } : undefined;
    }
    case 'OK':
      if (typeof first !== 'string' || typeof second !== 'boolean') return undefined;
      // nostr-relay 1.14 says so without the id where it does not believe the event.
      if (!isHexKey(first)) return { is: 'notice', said: saidBy(third) };
      return { is: 'ok', id: first, taken: second, said: saidBy(third) };
    case 'EOSE':
      return isName(first) ? { is: 'eose', subscription: first } : undefined;
    case 'CLOSED':
      return isName(first) ? { is: 'closed', subscription: first, said: saidBy(second) } : undefined;
    case 'NOTICE':
      return { is: 'notice', said: saidBy(first) };
    case 'AUTH':
      return typeof first === 'string' && first.length <= LONGEST_CHALLENGE
        ? { is: 'auth', challenge: first }
        : undefined;
    default:
      return typeof word === 'string' ? { is: 'other' } : undefined;
  }
}

/** The word before the colon in `OK` and `CLOSED` that programs read (NIP-01); empty: there is none. */
export function prefixOf(said: string): string {
  return /^([a-z-]{1,32}):/.exec(said)?.[1] ?? '';
}

/** A stranger's sentence, on one line and no longer than it may be. */
function saidBy(value: unknown): string {
  return typeof value === 'string'
    ? value
        .slice(0, 4 * RELAY.said)
        .replace(/\p{C}/gu, ' ')
        .trim()
        .slice(0, RELAY.said)
    : '';
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST_NAME;
