// Who this node is to a directory. All of it is sealed at rest; losing the token after a key was advertised can lock the id
// until the old endpoint is dead, so each part is on disk before it is used.

import type { Random } from '../../base/random.ts';
import { CxKey } from './cx.ts';

/** Named secrets of this network; the values never leave the sealed store but for the wire. */
export interface Vault {
  get(name: string): string | undefined;
  /** Resolves when all of them are on disk, together. */
  put(values: Readonly<Record<string, string>>): Promise<void>;
}

const NODE_ID = 'iicp.node-id';
const CX_KEY = 'iicp.cx-key';
/** What one directory gave is worth nothing to another, and would let it pose as this node. */
const grantName = (directory: string) => `iicp.grant:${new URL(directory).href}`;

export class Identity {
  readonly nodeId: string;
  readonly cxKey: CxKey;
  readonly #vault: Vault;
  readonly #grantName: string;
  #grant: Grant;
  #saved = true;

  private constructor(nodeId: string, cxKey: CxKey, vault: Vault, directory: string) {
    this.nodeId = nodeId;
    this.cxKey = cxKey;
    this.#vault = vault;
    this.#grantName = grantName(directory);
    this.#grant = JSON.parse(vault.get(this.#grantName) ?? '{}') as Grant;
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

  get token(): string | undefined {
    return this.#grant.token;
  }

  /** The operator's own key wins over the one that the directory gave. */
  hmacKey(operatorKey: string): string | undefined {
    return operatorKey || this.#grant.hmacKey || undefined;
  }

  /**
   * A registration gives a new token each time, and mostly a new key. They hold from now on even where the disk refuses them:
   * the directory knows no others any more. Rejects with what the vault rejects with; `save` tries again.
   */
  adopt(grant: { readonly token: string; readonly hmacKey: string | undefined }): Promise<void> {
    this.#grant = { token: grant.token, hmacKey: grant.hmacKey ?? this.#grant.hmacKey };
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

interface Grant {
  readonly token?: string;
  readonly hmacKey?: string | undefined;
}
