// Private messages between two keys: kind 4 (NIP-04), and a rumor in a seal in a gift wrap (NIP-59), as NIP-17 sends them. What comes
// is proven from the outside in: the event by its signature, the seal by its own, and the rumor must be of the seal's key.

import { parseJson } from '../base/json-scan.ts';
import type { Random } from '../base/random.ts';
import { EVENT, RELAY } from './bounds.ts';
import { eventId, isGenuine, type NostrEvent, readEvent, readUnsigned, type UnsignedEvent } from './event.ts';
import type { Signer } from './signer.ts';

export const KIND = { old: 4, seal: 13, message: 14, wrap: 1059 } as const;

export interface Letter {
  /** How it came, and how an answer has to go. */
  readonly by: 'nip04' | 'nip17';
  /** Whose it is, proven: hex. */
  readonly from: string;
  readonly text: string;
  /** Of the event, or of the rumor within: the same letter may come in several wraps. */
  readonly id: string;
  /** Epoch seconds, by its writer's clock. */
  readonly at: number;
}

/** Why a message can't be read. None of it is worth an answer. */
export type LetterFault = 'not-for-us' | 'too-long' | 'unreadable' | 'forged' | 'other-kind';

export interface LetterOptions {
  /** Epoch seconds; by default now. */
  readonly at?: number;
  /** Of the gift wrap, epoch seconds: now for one who only looks at what is new; by default some time in the last two days (NIP-59). */
  readonly wrapAt?: number;
  /** Of a NIP-04 message: what programs that can't open it are to show in its place (NIP-31). */
  readonly alt?: string;
}

const TWO_DAYS_S = 2 * 86_400;

/** The letter that a proven event is for the signer's key. */
export function openLetter(event: NostrEvent, signer: Signer): Letter | LetterFault {
  if (!event.tags.some(([name, value]) => name === 'p' && value === signer.publicKey)) return 'not-for-us';
  if (event.kind === KIND.old) {
    const text = attempt(() => signer.decryptOld(event.content, event.pubkey));
    if (text === undefined) return 'unreadable';
    if (Buffer.byteLength(text) > EVENT.plain) return 'too-long';
    return { by: 'nip04', from: event.pubkey, text, id: event.id, at: event.created_at };
  }
  if (event.kind !== KIND.wrap) return 'other-kind';
  const rumor = unwrap(event, signer);
  if (typeof rumor === 'string') return rumor;
  if (rumor.kind !== KIND.message) return 'other-kind';
  if (Buffer.byteLength(rumor.content) > EVENT.plain) return 'too-long';
  return { by: 'nip17', from: rumor.pubkey, text: rumor.content, id: eventId(rumor), at: rumor.created_at };
}

/** What is in a gift wrap to the signer's key, of whatever kind the wrap and the rumor are; the rumor is its `pubkey`'s, proven. */
export function unwrap(wrap: NostrEvent, signer: Signer): UnsignedEvent | LetterFault {
  const seal = opened(wrap, signer, readEvent);
  if (typeof seal === 'string') return seal;
  if (seal.kind !== KIND.seal) return 'other-kind';
  if (!isGenuine(seal)) return 'forged';
  const rumor = opened(seal, signer, readUnsigned);
  if (typeof rumor === 'string') return rumor;
  return rumor.pubkey === seal.pubkey ? rumor : 'forged';
}

export function oldLetter(text: string, to: string, signer: Signer, { at, alt }: LetterOptions = {}): NostrEvent {
  const content = signer.encryptOld(text, to);
  const tags = [['p', to], ...(alt === undefined ? [] : [['alt', alt]])];
  return signer.sign({ kind: KIND.old, content, tags, ...(at !== undefined && { created_at: at }) });
}

/** A NIP-17 message in its gift wrap. `now`: epoch milliseconds. */
export function newLetter(
  text: string,
  to: string,
  { signer, random, now }: { readonly signer: Signer; readonly random: Random; readonly now: number },
  options: LetterOptions = {},
): NostrEvent {
  const seconds = Math.floor(now / 1000);
  const pubkey = signer.publicKey ?? '';
  const rumor = { kind: KIND.message, pubkey, created_at: options.at ?? seconds, tags: [['p', to]], content: text };
  return wrap({ ...rumor, id: eventId(rumor) }, to, { signer, random, now }, { kind: KIND.wrap, ...options });
}

/** Any rumor of ours in a seal, and that in an event of this kind by a key that is used once. */
export function wrap(
  rumor: UnsignedEvent & { readonly id: string },
  to: string,
  { signer, random, now }: { readonly signer: Signer; readonly random: Random; readonly now: number },
  { kind, wrapAt, tags = [] }: { readonly kind: number; readonly wrapAt?: number; readonly tags?: readonly string[][] },
): NostrEvent {
  const seconds = Math.floor(now / 1000);
  const dated = () => seconds - random.int(TWO_DAYS_S);
  const content = signer.encrypt(JSON.stringify(rumor), to);
  const seal = signer.sign({ kind: KIND.seal, content, created_at: dated() });
  const template = { kind, content: JSON.stringify(seal), tags: [['p', to], ...tags], created_at: wrapAt ?? dated() };
  return signer.signOnce(template, to);
}

function opened<T>(outer: NostrEvent, signer: Signer, read: (value: unknown) => T | undefined): T | LetterFault {
  const json = attempt(() => signer.decrypt(outer.content, outer.pubkey));
  if (json === undefined) return 'unreadable';
  const parsed = parseJson(json, RELAY);
  if (typeof parsed === 'string') return 'unreadable';
  return read(parsed.value) ?? 'unreadable';
}

/** What strangers encrypt fails in many ways, all of which mean the same. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
