// A Nostr event (NIP-01): what one is, and the order in which a stranger's is judged. Nothing of it is believed before its shape, its
// id and its signature have been checked.

import { createHash } from 'node:crypto';
import { isObject } from '../base/object.ts';
import { schnorrVerify } from '../keys/schnorr.ts';
import { EVENT } from './bounds.ts';
import { fromHex } from './hex.ts';

/** What is signed. `created_at` in epoch seconds; keys, ids and signatures in lower-case hex. */
export interface UnsignedEvent {
  readonly pubkey: string;
  readonly created_at: number;
  readonly kind: number;
  readonly tags: readonly (readonly string[])[];
  readonly content: string;
}

export interface NostrEvent extends UnsignedEvent {
  readonly id: string;
  readonly sig: string;
}

/** NIP-01: which of several events a relay keeps. */
export type KindClass = 'regular' | 'replaceable' | 'ephemeral' | 'addressable';

const HEX_32 = /^[0-9a-f]{64}$/;
const HEX_64 = /^[0-9a-f]{128}$/;

export const isHexKey = (value: unknown): value is string => typeof value === 'string' && HEX_32.test(value);

export function kindClass(kind: number): KindClass {
  if (kind === 0 || kind === 3 || (kind >= 10_000 && kind < 20_000)) return 'replaceable';
  if (kind >= 20_000 && kind < 30_000) return 'ephemeral';
  if (kind >= 30_000 && kind < 40_000) return 'addressable';
  return 'regular';
}

/** What a newer event takes the place of: `kind:pubkey:d`. undefined: of nothing. */
export function addressOf({ kind, pubkey, tags }: UnsignedEvent): string | undefined {
  const which = kindClass(kind);
  if (which === 'replaceable') return `${kind}:${pubkey}:`;
  if (which !== 'addressable') return undefined;
  return `${kind}:${pubkey}:${tags.find(([name]) => name === 'd')?.[1] ?? ''}`;
}

/** SHA-256 of the serialised event, which JSON.stringify writes as NIP-01 wants it. */
export function eventId({ pubkey, created_at, kind, tags, content }: UnsignedEvent): string {
  return createHash('sha256')
    .update(JSON.stringify([0, pubkey, created_at, kind, tags, content]))
    .digest('hex');
}

/** The event that a parsed JSON value is, as far as its shape goes; whatever else stands in it is left out. */
export function readEvent(value: unknown): NostrEvent | undefined {
  if (!isObject(value)) return undefined;
  const { id, pubkey, created_at, kind, tags, content, sig } = value;
  if (!isHexKey(id) || !isHexKey(pubkey) || typeof sig !== 'string' || !HEX_64.test(sig)) return undefined;
  if (!isSeconds(created_at) || !isKind(kind) || !isContent(content) || !isTags(tags)) return undefined;
  return { id, pubkey, created_at, kind, tags, content, sig };
}

/** The same for one without a signature, as it lies in a seal (NIP-59). */
export function readUnsigned(value: unknown): UnsignedEvent | undefined {
  if (!isObject(value)) return undefined;
  const { pubkey, created_at, kind, tags, content } = value;
  if (!isHexKey(pubkey) || !isSeconds(created_at) || !isKind(kind) || !isContent(content) || !isTags(tags)) {
    return undefined;
  }
  return { pubkey, created_at, kind, tags, content };
}

/** Whether the id is that of the event, and the signature that of its key over the id (BIP-340). */
export function isGenuine(event: NostrEvent): boolean {
  return eventId(event) === event.id && schnorrVerify(fromHex(event.sig), fromHex(event.id), fromHex(event.pubkey));
}

/** Ahead of `now` (epoch milliseconds) by more than clocks differ. */
export function isFuture({ created_at }: UnsignedEvent, now: number): boolean {
  return created_at * 1000 > now + EVENT.futureMs;
}

const isSeconds = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isKind = (value: unknown): value is number => isSeconds(value) && value <= 65_535;

function isContent(value: unknown): value is string {
  // JSON.stringify would write half a character as an escape, which another program hashes otherwise.
  return typeof value === 'string' && value.isWellFormed() && Buffer.byteLength(value) <= EVENT.content;
}

function isTags(value: unknown): value is string[][] {
  return Array.isArray(value) && value.length <= EVENT.tags && value.every(isTag);
}

function isTag(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= EVENT.tag &&
    value.every((part) => typeof part === 'string' && part.length <= EVENT.value && part.isWellFormed())
  );
}
