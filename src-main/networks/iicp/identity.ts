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
const TOKEN = 'iicp.node-token';
const HMAC_KEY = 'iicp.node-hmac-key';

export class Identity {
  readonly nodeId: string;
  readonly cxKey: CxKey;
  readonly #vault: Vault;

  private constructor(nodeId: string, cxKey: CxKey, vault: Vault) {
    this.nodeId = nodeId;
    this.cxKey = cxKey;
    this.#vault = vault;
  }

  /** The one held, or a new one. Half an identity is damage and not mended by making another half. */
  static async open(deps: { readonly random: Random; readonly vault: Vault }): Promise<Identity> {
    const { random, vault } = deps;
    const nodeId = vault.get(NODE_ID);
    const secret = vault.get(CX_KEY);
    if (nodeId !== undefined && secret !== undefined) return new Identity(nodeId, CxKey.from(secret), vault);
    const fresh = {
      nodeId: nodeId ?? random.id(),
      cxKey: secret === undefined ? CxKey.generate() : CxKey.from(secret),
    };
    await vault.put({ [NODE_ID]: fresh.nodeId, [CX_KEY]: fresh.cxKey.secret });
    return new Identity(fresh.nodeId, fresh.cxKey, vault);
  }

  get token(): string | undefined {
    return this.#vault.get(TOKEN) || undefined;
  }

  /** The operator's own key wins over the one that the directory gave. */
  hmacKey(operatorKey: string): string | undefined {
    return operatorKey || this.#vault.get(HMAC_KEY) || undefined;
  }

  /** A registration gives a new token each time, and mostly a new key. */
  async adopt(grant: { readonly token: string; readonly hmacKey: string | undefined }): Promise<void> {
    await this.#vault.put({ [TOKEN]: grant.token, ...(grant.hmacKey ? { [HMAC_KEY]: grant.hmacKey } : {}) });
  }

  /** After deregistering: the token is worth nothing any more. */
  async forgetToken(): Promise<void> {
    await this.#vault.put({ [TOKEN]: '' });
  }
}
