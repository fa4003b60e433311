// Who this node is to a directory. All of it is sealed at rest; losing the token after a key was advertised can lock the id
// until the old endpoint is dead, so each part is on disk before it is used.

import type { Random } from '../../../base/random.ts';
import type { Vault as NetworkVault } from '../../../secrets/vault.ts';
import { RotationRefused } from '../errors.ts';
import { CxKey } from '../tasks/cx.ts';
import { placeOf } from './place.ts';

/** Named secrets of this network; the values never leave the sealed store but for the wire. */
export type Vault = Pick<NetworkVault, 'get' | 'put'>;

const NODE_ID = 'iicp.node-id';
const CX_KEY = 'iicp.cx-key';
const OLD_KEYS = 'iicp.cx-old-keys';
/** How long a key that was replaced still opens what clients seal to it: they may hold it that long (IICP 3.5). */
export const OLD_KEY_MS = 90 * 24 * 3_600_000;
const RETIRED = 'iicp.retired';
/** Identities that are remembered once they are no longer used. */
const MOST_RETIRED = 16;
/** Replaced keys at a time; a tenth rotation within 90 days has to wait. */
const MOST_OLD_KEYS = 8;
/** What one directory gave is worth nothing to another, and would let it pose as this node. */
const grantName = (directory: string) => `iicp.grant-at:${placeOf(directory)}`;

/** Before, it was held under the address as it was typed. That of now first: a slash that was added has left an older one behind. */
function heldGrant(vault: Pick<Vault, 'get'>, directory: string): string | undefined {
  const spellings = [new URL(directory).href, ...['', '/', '/v1', '/v1/'].map((end) => `${placeOf(directory)}${end}`)];
  const names = [grantName(directory), ...spellings.map((url) => `iicp.grant:${url}`)];
  return names.map((name) => vault.get(name)).find((held) => held !== undefined);
}

export class Identity {
  readonly nodeId: string;
  #cxKey: CxKey;
  #oldKeys: readonly OldKey[];
  readonly #vault: Vault;
  readonly #grantName: string;
  #grant: Grant;
  #preferred: 'operator' | 'given' = 'operator';
  #saved = true;

  private constructor(nodeId: string, cxKey: CxKey, vault: Vault, directory: string) {
    this.nodeId = nodeId;
    this.#cxKey = cxKey;
    this.#vault = vault;
    this.#oldKeys = JSON.parse(vault.get(OLD_KEYS) ?? '[]') as readonly OldKey[];
    this.#grantName = grantName(directory);
    const grant = JSON.parse(heldGrant(vault, directory) ?? '{}') as Grant;
    // What was granted to an identity before this one is worth nothing to it.
    const first = vault.get(RETIRED) === undefined;
    this.#grant = (grant.nodeId ?? (first ? nodeId : undefined)) === nodeId ? grant : {};
  }

  /** The one held, or a new one. Half an identity is damage and not mended by making another half. */
  static async open(deps: { readonly random: Random; readonly vault: Vault }, directory: string): Promise<Identity> {
    const { random, vault } = deps;
    const nodeId = vault.get(NODE_ID);
    const secret = vault.get(CX_KEY);
    if (nodeId !== undefined && secret !== undefined) return new Identity(nodeId, CxKey.from(secret), vault, directory);
    const fresh = {
      nodeId: nodeId ?? random.id(),
      cxKey: secret === undefined ? CxKey.generate() : CxKey.from(secret),
    };
    await vault.put({ [NODE_ID]: fresh.nodeId, [CX_KEY]: fresh.cxKey.secret });
    return new Identity(fresh.nodeId, fresh.cxKey, vault, directory);
  }

  /** What is held and no secret; undefined where there is no identity yet. Makes none. */
  static known(held: Pick<Vault, 'get'>): { readonly nodeId: string; readonly publicKey: string } | undefined {
    const [nodeId, secret] = [held.get(NODE_ID), held.get(CX_KEY)];
    if (nodeId === undefined || secret === undefined) return undefined;
    return { nodeId, publicKey: CxKey.from(secret).publicKey.key };
  }

  /**
   * Takes another identity, from the next `open` on, and keeps the one before with its keys and what this directory granted it: a
   * backup has it, and nothing else. Resolves when both are on disk.
   */
  static async renew(
    deps: { readonly random: Random; readonly vault: Vault },
    directory: string,
    now: number,
  ): Promise<void> {
    const { random, vault } = deps;
    const before = (JSON.parse(vault.get(RETIRED) ?? '[]') as readonly Retired[]).slice(1 - MOST_RETIRED);
    const retired: Retired = {
      nodeId: vault.get(NODE_ID),
      cxKey: vault.get(CX_KEY),
      oldKeys: vault.get(OLD_KEYS),
      grant: heldGrant(vault, directory),
      directory: new URL(directory).href,
      until: now,
    };
    await vault.put({
      [RETIRED]: JSON.stringify([...before, retired]),
      [NODE_ID]: random.id(),
      [CX_KEY]: CxKey.generate().secret,
      [OLD_KEYS]: '[]',
      [grantName(directory)]: '{}',
    });
  }

  /** What is sealed from now on is sealed to this one. */
  get cxKey(): CxKey {
    return this.#cxKey;
  }

  /** All that still open what was sealed, the present one first. `now` is wall time. */
  keys(now: number): readonly CxKey[] {
    return [this.#cxKey, ...this.#held(now).map(({ secret }) => CxKey.from(secret))];
  }

  /**
   * Takes another key and keeps the one before for 90 days; both are on disk when it resolves. Only with a token: a directory
   * lets no other node change a key, and would lock this one out. Rejects with RotationRefused, or with what the vault rejects with.
   */
  async rotate(now: number): Promise<CxKey> {
    if (this.token === undefined) throw new RotationRefused('not-registered');
    const held = this.#held(now);
    if (held.length >= MOST_OLD_KEYS) throw new RotationRefused('too-often');
    const fresh = CxKey.generate();
    const old = [{ secret: this.#cxKey.secret, until: now + OLD_KEY_MS }, ...held];
    await this.#vault.put({ [CX_KEY]: fresh.secret, [OLD_KEYS]: JSON.stringify(old) });
    this.#cxKey = fresh;
    this.#oldKeys = old;
    return fresh;
  }

  #held(now: number): readonly OldKey[] {
    return this.#oldKeys.filter(({ until }) => until > now);
  }

  get token(): string | undefined {
    return this.#grant.token;
  }

  /** What is signed with: the operator's own key before the one that the directory gave, unless it took that one instead. */
  hmacKey(operatorKey: string): string | undefined {
    return this.hmacKeys(operatorKey)[0];
  }

  /** Each key that the directory may know, the likeliest first. One of the official directories takes none but its own. */
  hmacKeys(operatorKey: string): readonly string[] {
    const given = this.#grant.hmacKey ?? '';
    const keys = this.#preferred === 'given' ? [given, operatorKey] : [operatorKey, given];
    return [...new Set(keys.filter((key) => key !== ''))];
  }

  /** The directory took what was signed with this key. */
  taken(key: string, operatorKey: string): void {
    this.#preferred = key === operatorKey ? 'operator' : 'given';
  }

  /**
   * A registration gives a new token each time, and mostly a new key. They hold from now on even where the disk refuses them:
   * the directory knows no others any more. Rejects with what the vault rejects with; `save` tries again.
   */
  adopt(grant: { readonly token: string; readonly hmacKey: string | undefined }): Promise<void> {
    this.#grant = { nodeId: this.nodeId, token: grant.token, hmacKey: grant.hmacKey ?? this.#grant.hmacKey };
    this.#saved = false;
    return this.save();
  }

  /** Does nothing where nothing is left to save. */
  async save(): Promise<void> {
    if (this.#saved) return;
    await this.#vault.put({ [this.#grantName]: JSON.stringify(this.#grant) });
    this.#saved = true;
  }
}

interface OldKey {
  readonly secret: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** An identity as it was held. */
interface Retired {
  readonly nodeId: string | undefined;
  readonly cxKey: string | undefined;
  readonly oldKeys: string | undefined;
  readonly grant: string | undefined;
  readonly directory: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

interface Grant {
  /** To whom; older versions did not say. */
  readonly nodeId?: string;
  readonly token?: string;
  readonly hmacKey?: string | undefined;
}
