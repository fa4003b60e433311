// What two nodes tell each other before they punch a hole: an offer and its answer, JSON, over relays or in their session. Who sent it
// was proven before; all else in it is only what that node says.

import { isIP } from 'node:net';
import { parseJson } from '../../../base/json-scan.ts';
import { isObject } from '../../../base/object.ts';
import type { Random } from '../../../base/random.ts';
import type { Endpoint } from '../../../reachability/mapping.ts';
import { DISCOVERY } from './bounds.ts';
import { SIGNAL_MS, SKEW_MS } from './times.ts';

/** Where a socket was seen, and where it is. */
export interface Observed {
  readonly reflexive: Endpoint | undefined;
  readonly local: readonly Endpoint[];
  readonly stunServer: string | undefined;
}

/** When the answering end begins to send, and for how long: epoch milliseconds by its clock, and milliseconds. */
export interface PunchHint {
  readonly startAtMs: number;
  readonly intervalMs: number;
  readonly durationMs: number;
}

interface Signal extends Observed {
  readonly sessionId: string;
  /** Epoch milliseconds, by the clock of who wrote it. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly nonce: string;
  readonly senderNpub: string;
  readonly recipientNpub: string;
}

export interface Offer extends Signal {
  readonly type: 'offer';
}

export interface Answer extends Signal {
  readonly type: 'answer';
  readonly inReplyTo: string;
  readonly accepted: boolean;
  readonly reason: string | undefined;
  readonly offerReceivedAt: number | undefined;
  readonly punch: PunchHint | undefined;
}

export type SignalFault =
  | 'expired'
  | 'identity-mismatch'
  | 'session-mismatch'
  | 'missing-addresses'
  | 'missing-rejection-reason';

export interface Ends {
  readonly senderNpub: string;
  readonly recipientNpub: string;
}

const ID = /^[\x21-\x7e]{1,128}$/;

export function newOffer(ends: Ends, observed: Observed, now: number, random: Random): Offer {
  const id = newId(now, random);
  return { type: 'offer', sessionId: id, nonce: id, issuedAt: now, expiresAt: now + SIGNAL_MS, ...ends, ...observed };
}

/** `punch`: undefined where there is no address to be reached at, which is a refusal. */
export function newAnswer(
  offer: Offer,
  observed: Observed,
  {
    receivedAt,
    now,
    punch,
  }: { readonly receivedAt: number; readonly now: number; readonly punch: PunchHint | undefined },
  random: Random,
): Answer {
  return {
    type: 'answer',
    sessionId: offer.sessionId,
    issuedAt: now,
    expiresAt: now + SIGNAL_MS,
    nonce: newId(now, random),
    senderNpub: offer.recipientNpub,
    recipientNpub: offer.senderNpub,
    ...observed,
    inReplyTo: offer.nonce,
    accepted: punch !== undefined,
    punch,
    reason: punch ? undefined : 'no-usable-addresses',
    offerReceivedAt: receivedAt,
  };
}

export function encodeSignal(signal: Offer | Answer): string {
  const { reflexive, local, stunServer, ...rest } = signal;
  const answer = signal.type === 'answer' && { punch: signal.punch ?? null, reason: signal.reason ?? null };
  return JSON.stringify({
    ...rest,
    ...answer,
    reflexiveAddress: reflexive ? encodeAddress(reflexive) : null,
    localAddresses: local.map(encodeAddress),
    stunServer: stunServer ?? null,
  });
}

/** Undefined: it is neither. */
export function readSignal(text: string): Offer | Answer | undefined {
  if (Buffer.byteLength(text) > DISCOVERY.signal) return undefined;
  const parsed = parseJson(text, { depth: 4, values: 256 });
  if (typeof parsed === 'string' || !isObject(parsed.value)) return undefined;
  const { value } = parsed;
  const { type, sessionId, issuedAt, expiresAt, nonce, senderNpub, recipientNpub, stunServer } = value;
  if (!isId(sessionId) || !isId(nonce) || !isTime(issuedAt) || !isTime(expiresAt)) return undefined;
  if (!isId(senderNpub) || !isId(recipientNpub)) return undefined;
  const locals = Array.isArray(value.localAddresses) ? value.localAddresses : [];
  const signal: Signal = {
    sessionId,
    issuedAt,
    expiresAt,
    nonce,
    senderNpub,
    recipientNpub,
    reflexive: readAddress(value.reflexiveAddress),
    local: locals.slice(0, DISCOVERY.addresses).flatMap((each) => readAddress(each) ?? []),
    stunServer: isText(stunServer) ? stunServer : undefined,
  };
  if (type === 'offer') return { type, ...signal };
  const { inReplyTo, accepted, reason, offerReceivedAt, punch } = value;
  if (type !== 'answer' || !isId(inReplyTo) || typeof accepted !== 'boolean') return undefined;
  return {
    type,
    ...signal,
    inReplyTo,
    accepted,
    reason: isText(reason) ? reason : undefined,
    offerReceivedAt: isTime(offerReceivedAt) ? offerReceivedAt : undefined,
    punch: readPunch(punch),
  };
}

/** `from` and `to`: the npub that is proven to have sent it, and ours. */
export function offerFault(offer: Offer, { from, to }: Proven, now: number): SignalFault | undefined {
  if (!isFresh(offer, now)) return 'expired';
  return offer.senderNpub === from && offer.recipientNpub === to ? undefined : 'identity-mismatch';
}

export function answerFault(answer: Answer, offer: Offer, { from, to }: Proven, now: number): SignalFault | undefined {
  if (!isFresh(answer, now)) return 'expired';
  const { senderNpub, recipientNpub, sessionId, inReplyTo, accepted, reflexive, local, reason } = answer;
  if (senderNpub !== from || recipientNpub !== to || offer.recipientNpub !== from) return 'identity-mismatch';
  if (sessionId !== offer.sessionId || inReplyTo !== offer.nonce) return 'session-mismatch';
  if (accepted && !reflexive && local.length === 0) return 'missing-addresses';
  return accepted || reason !== undefined ? undefined : 'missing-rejection-reason';
}

/** By how much the other clock is ahead, milliseconds, as NTP has it; undefined: it does not say when it had the offer. */
export function skewOf(offer: Offer, { offerReceivedAt, issuedAt }: Answer, now: number): number | undefined {
  if (offerReceivedAt === undefined) return undefined;
  return Math.round((offerReceivedAt - offer.issuedAt + (issuedAt - now)) / 2);
}

interface Proven {
  readonly from: string;
  readonly to: string;
}

function isFresh({ issuedAt, expiresAt }: Signal, now: number): boolean {
  return expiresAt > now - SKEW_MS && now - issuedAt <= SIGNAL_MS + SKEW_MS && issuedAt - now <= SKEW_MS;
}

const newId = (now: number, random: Random) => `${now}-${random.bytes(8).toString('hex')}`;
const encodeAddress = ({ address, port }: Endpoint) => ({ protocol: 'udp', ip: address, port });

function readAddress(value: unknown): Endpoint | undefined {
  if (!isObject(value)) return undefined;
  const { protocol, ip, port } = value;
  if (protocol !== 'udp' || typeof ip !== 'string' || isIP(ip) !== 4) return undefined;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 0xffff) return undefined;
  return { address: ip, port };
}

function readPunch(value: unknown): PunchHint | undefined {
  if (!isObject(value)) return undefined;
  const { startAtMs, intervalMs, durationMs } = value;
  return isTime(startAtMs) && isTime(intervalMs) && isTime(durationMs)
    ? { startAtMs, intervalMs, durationMs }
    : undefined;
}

const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 300;
const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
