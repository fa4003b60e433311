// Who runs this node, where the user publishes that: an Ed25519 key that several nodes of one person share, and its word that
// this node is theirs (IICP 3.7). Made and sealed here, or given.

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Random } from '../../../base/random.ts';
import type { Vault } from './identity.ts';

const OPERATOR = 'iicp.operator';
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_BYTES = 12;
/** Each word is good for eleven months to a year, and is given anew each month: the same all month, so that nothing seems changed. */
const MONTH_S = 30 * 24 * 3600;
const GOOD_MONTHS = 12;

export interface OperatorChoice {
  /** 32 bytes in base64 with padding; empty: one is made. */
  readonly seed: string;
  /** When the key was made, as the operator's other nodes tell it; empty: when it came here. ISO 8601. */
  readonly since: string;
}

interface OperatorDeps {
  readonly random: Random;
  readonly vault: Vault;
}

interface Held {
  readonly seed: string;
  readonly since: string;
}

export class Operator {
  /** Base64 with padding: also the operator's id. */
  readonly publicKey: string;
  readonly #key: KeyObject;
  readonly #since: string;

  private constructor({ seed, since }: Held) {
    const der = Buffer.concat([PKCS8_HEADER, Buffer.from(seed, 'base64')]);
    this.#key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.publicKey = spki.subarray(SPKI_BYTES).toString('base64');
    this.#since = since;
  }

  /** One after the other: of two that find none, the second takes what the first has made. */
  static readonly #opening = new WeakMap<Vault, Promise<unknown>>();

  /** The one given; else the one held; else a new one, which is on disk when this resolves. `now` is wall time. */
  static open(deps: OperatorDeps, choice: OperatorChoice, now: number): Promise<Operator> {
    const opened = (Operator.#opening.get(deps.vault) ?? Promise.resolve()).then(() =>
      Operator.#open(deps, choice, now),
    );
    Operator.#opening.set(
      deps.vault,
      opened.catch(() => undefined),
    );
    return opened;
  }

  static async #open({ random, vault }: OperatorDeps, { seed, since }: OperatorChoice, now: number): Promise<Operator> {
    const held = JSON.parse(vault.get(OPERATOR) ?? 'null') as Held | null;
    const same = held !== null && (seed === '' || seed === held.seed);
    const wanted: Held = {
      seed: same ? held.seed : seed || random.bytes(32).toString('base64'),
      since: since || (same ? held.since : stampOf(now)),
    };
    if (held?.seed !== wanted.seed || held.since !== wanted.since) {
      await vault.put({ [OPERATOR]: JSON.stringify(wanted) });
    }
    return new Operator(wanted);
  }

  /** Over any text but the words of a delegation: those are JSON that begins with a node's id. Base64 with padding. */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#key).toString('base64');
  }

  /** The part of a registration that says whose node this is. An empty name is left out. */
  block(nodeId: string, name: string, now: number): Readonly<Record<string, unknown>> {
    const not_after = (Math.floor(now / 1000 / MONTH_S) + GOOD_MONTHS) * MONTH_S;
    return {
      operator_delegation: this.delegation(nodeId, not_after),
      ...(name === '' ? {} : { operator_display_name: name }),
      operator_created_at: this.#since,
      operator_integrity_hash: createHash('sha256').update(`${this.publicKey}:${this.#since}`).digest('hex'),
    };
  }

  /** `not_after` in seconds since the epoch. Signed is exactly this text, in this order. */
  delegation(nodeId: string, not_after: number): Readonly<Record<string, unknown>> {
    const words = { node_id: nodeId, not_after, operator_pub: this.publicKey };
    return { ...words, sig: this.sign(JSON.stringify(words)) };
  }
}

const stampOf = (now: number) => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
