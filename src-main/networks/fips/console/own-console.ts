// The pages of this Hearth for those whom its user has named, by key: a port of this node in the mesh that leads to them, and one at which
// each is handed a link, good once, as `hearth link` prints it. There is neither while nobody is named.

import { TOKEN_FRAGMENT } from '../../../../src-preload/contract/console.ts';
import type { OwnPages } from '../../host.ts';
import type { Forwards } from '../forwards/forwards.ts';
import { decodeNpub, nodeAddrOf } from '../identity/names.ts';
import type { TcpStack } from '../tcp/stack.ts';
import { LINK_PORT, PAGES_PORT } from './bounds.ts';

export interface OwnConsoleDeps {
  readonly stack: Pick<TcpStack, 'listen'>;
  readonly forwards: Pick<Forwards, 'add' | 'remove'>;
  /** The npubs of those who may come, as of now. */
  admitted(): readonly string[];
  pages(): Promise<OwnPages>;
  /** Somebody was handed a link. */
  came(): void;
}

export class OwnConsole {
  readonly #deps: OwnConsoleDeps;
  /** Who may come to what is open now, as one text. */
  #open = '[]';
  #close: () => Promise<void> = async () => undefined;
  #trouble: unknown;

  constructor(deps: OwnConsoleDeps) {
    this.#deps = deps;
  }

  /** Why it is not open although somebody is named. */
  get trouble(): unknown {
    return this.#trouble;
  }

  /** One at a time. Never rejects. Pages that are open through the mesh are cut off where the list has changed. */
  async renew(): Promise<void> {
    const allow = this.#deps.admitted();
    const wanted = JSON.stringify(allow);
    if (wanted === this.#open && this.#trouble === undefined) return;
    await this.stop();
    this.#open = wanted;
    if (allow.length === 0) return;
    try {
      await this.#start(allow);
    } catch (error) {
      await this.stop();
      this.#trouble = error;
    }
  }

  async stop(): Promise<void> {
    const close = this.#close;
    this.#close = async () => undefined;
    this.#open = '[]';
    this.#trouble = undefined;
    await close();
  }

  async #start(allow: readonly string[]): Promise<void> {
    const { stack, forwards, came } = this.#deps;
    const pages = await this.#deps.pages();
    const hostPort = Number(new URL(pages.address()).port);
    const { id } = await forwards.add({ kind: 'in', port: PAGES_PORT, host: '127.0.0.1', hostPort, allow });
    this.#close = async () => void (await forwards.remove(id));
    const admitted = new Set(allow.map((npub) => nodeAddrOf(decodeNpub(npub)!)));
    const closeLinks = stack.listen(LINK_PORT, {
      admits: (peer) => admitted.has(peer),
      connected(stream) {
        stream.on('error', () => undefined);
        stream.resume();
        // The list may have become another one since its first packet.
        if (!admitted.has(stream.peer)) return void stream.destroy();
        came();
        stream.end(`${new URL(pages.issueLink()).hash.slice(TOKEN_FRAGMENT.length)}\n`);
      },
    });
    this.#close = async () => {
      closeLinks();
      admitted.clear();
      await forwards.remove(id);
    };
  }
}
