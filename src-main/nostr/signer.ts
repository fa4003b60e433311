// The Nostr key of one network: sealed in its vault, made or brought in by its user. Everything that needs it is done in here, so that
// it is nowhere else; it leaves only when its user asks to see it, and for this computer's own wallet.

import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import * as nip44 from 'nostr-tools/nip44';
import type { Clock } from '../base/clock.ts';
import { LruCache } from '../base/lru-cache.ts';
import type { Random } from '../base/random.ts';
import { schnorrSign } from '../keys/schnorr.ts';
import { Secp256k1 } from '../keys/secp256k1.ts';
import type { Vault } from '../secrets/vault.ts';
import { KeyExists, NoKey } from './errors.ts';
import { eventId, isHexKey, type NostrEvent, type UnsignedEvent } from './event.ts';
import { fromHex, toHex } from './hex.ts';
import { npubOf } from './npub.ts';
import { nsecOf, readSecretKey } from './secret-key.ts';

export interface EventTemplate {
  readonly kind: number;
  readonly content: string;
  readonly tags?: readonly (readonly string[])[];
  /** Epoch seconds; by default now. */
  readonly created_at?: number;
}

export interface SignerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: Pick<Vault, 'get' | 'put'>;
  readonly keys?: Secp256k1;
}

/** Keys of conversations that are kept: to work one out takes a hundred times as long as to use it. */
const CONVERSATIONS = 512;
/** Of NIP-04. */
const OLD_CIPHER = 'aes-256-cbc';
const IV_BYTES = 16;

export class Signer {
  readonly #deps: SignerDeps;
  readonly #keys: Secp256k1;
  readonly #name: string;
  #secret: Uint8Array | undefined;
  #publicKey: string | undefined;
  #conversations = new LruCache<string, Uint8Array>(CONVERSATIONS);
  #oldConversations = new LruCache<string, Uint8Array>(CONVERSATIONS);

  /** `name`: of the secret in the network's vault, such as `example.nostr-key`. */
  constructor(deps: SignerDeps, name: string) {
    this.#deps = deps;
    this.#keys = deps.keys ?? new Secp256k1();
    this.#name = name;
    const kept = deps.vault.get(name);
    if (isHexKey(kept)) this.#hold(fromHex(kept));
  }

  /** Lower-case hex; undefined: there is no key yet. */
  get publicKey(): string | undefined {
    return this.#publicKey;
  }

  /** As people know it (NIP-19). */
  get npub(): string | undefined {
    return this.publicKey && npubOf(this.publicKey);
  }

  /** Rejects with KeyExists. */
  async make(): Promise<void> {
    await this.#keep(this.#keys.newSecret(this.#deps.random));
  }

  /** nsec, ncryptsec with its password, or hex. Rejects with BadKey, KeyTooCostly, WrongKeyPassword, KeyExists. */
  async bringIn(text: string, password?: string): Promise<void> {
    await this.#keep(readSecretKey(text, password));
  }

  /** Takes another one in place of what there is, which stays where the other can't be read. Rejects as `bringIn`, but for KeyExists. */
  async replace(text: string, password?: string): Promise<void> {
    const secret = readSecretKey(text, password);
    await this.#deps.vault.put({ [this.#name]: toHex(secret) });
    this.#conversations = new LruCache(CONVERSATIONS);
    this.#oldConversations = new LruCache(CONVERSATIONS);
    this.#hold(secret);
  }

  /** The secret key as text, for its user's eyes alone. */
  reveal(): string {
    return nsecOf(this.#own());
  }

  /** The secret key in hex, with which the wallet opens tokens that are locked to it; undefined: there is no key yet. */
  lockKey(): string | undefined {
    return this.#secret && toHex(this.#secret);
  }

  sign({ kind, content, tags = [], created_at }: EventTemplate): NostrEvent {
    const at = created_at ?? Math.floor(this.#deps.clock.now() / 1000);
    return this.#signed({ kind, content, tags, created_at: at }, this.#own());
  }

  /** By a key that is made for this one event and forgotten, which then is as unknown to us as to anybody. */
  signOnce(template: Required<EventTemplate>, encryptTo: string): NostrEvent {
    const once = this.#keys.newSecret(this.#deps.random);
    const content = this.#encrypt(template.content, this.#conversation(once, encryptTo));
    return this.#signed({ ...template, content }, once);
  }

  /** NIP-44, version 2. Throws for a key that is none, and for a text that is empty. */
  encrypt(text: string, to: string): string {
    return this.#encrypt(text, this.#with(to));
  }

  /** NIP-44, version 2. Throws for whatever was not encrypted to this key by that one. */
  decrypt(payload: string, from: string): string {
    return nip44.decrypt(payload, this.#with(from));
  }

  /** NIP-04, which hides less, for those who know no other. */
  encryptOld(text: string, to: string): string {
    const iv = this.#deps.random.bytes(IV_BYTES);
    const cipher = createCipheriv(OLD_CIPHER, this.#shared(to), iv);
    const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${content.toString('base64')}?iv=${Buffer.from(iv).toString('base64')}`;
  }

  /** NIP-04: says nothing of who wrote it unless the event around it was proven. Throws. */
  decryptOld(payload: string, from: string): string {
    const [content = '', iv = '', ...more] = payload.split('?iv=');
    const start = Buffer.from(iv, 'base64');
    if (more.length > 0 || start.length !== IV_BYTES) throw new TypeError('not as NIP-04 writes');
    const decipher = createDecipheriv(OLD_CIPHER, this.#shared(from), start);
    const text = Buffer.concat([decipher.update(Buffer.from(content, 'base64')), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
  }

  /** The shared point's x, which is NIP-04's key as it is. */
  #shared(other: string): Uint8Array {
    const own = this.#own();
    return this.#oldConversations.get(other, () => this.#keys.sharedX(own, fromHex(other)));
  }

  #own(): Uint8Array {
    if (!this.#secret) throw new NoKey();
    return this.#secret;
  }

  async #keep(secret: Uint8Array): Promise<void> {
    if (this.#secret) throw new KeyExists();
    await this.#deps.vault.put({ [this.#name]: toHex(secret) });
    this.#hold(secret);
  }

  #hold(secret: Uint8Array): void {
    this.#secret = secret;
    this.#publicKey = toHex(this.#keys.xOnly(secret));
  }

  #signed(event: Omit<UnsignedEvent, 'pubkey'>, secret: Uint8Array): NostrEvent {
    const unsigned = { ...event, pubkey: toHex(this.#keys.xOnly(secret)) };
    const id = eventId(unsigned);
    return { ...unsigned, id, sig: toHex(schnorrSign(fromHex(id), secret, this.#deps.random)) };
  }

  #encrypt(text: string, conversation: Uint8Array): string {
    return nip44.encrypt(text, conversation, Uint8Array.from(this.#deps.random.bytes(32)));
  }

  #with(other: string): Uint8Array {
    const own = this.#own();
    return this.#conversations.get(other, () => this.#conversation(own, other));
  }

  /** HKDF-extract over the shared point, as the library does it, with the house's own multiplication. */
  #conversation(secret: Uint8Array, other: string): Uint8Array {
    const shared = this.#keys.sharedX(secret, fromHex(other));
    return Uint8Array.from(createHmac('sha256', 'nip44-v2').update(shared).digest());
  }
}
