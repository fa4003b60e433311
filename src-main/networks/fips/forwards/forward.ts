// One forward, from the moment it is made until it is removed: who uses it, and how much went through it.

import type { Socket } from 'node:net';
import type { TcpStream } from '../tcp/tcp-stream.ts';
import { joined } from './joined.ts';

/** A port here that leads to a port of a node. */
export interface OutWish {
  readonly kind: 'out';
  readonly port: number;
  /** Its npub, or what the user calls it. */
  readonly node: string;
  readonly nodePort: number;
}

/** A port of this node, in the mesh alone, that leads to one of this computer, for those nodes alone. */
export interface InWish {
  readonly kind: 'in';
  readonly port: number;
  readonly host: string;
  readonly hostPort: number;
  /** Their npubs. */
  readonly allow: readonly string[];
}

/** A port here at which programs say themselves where they want to go (SOCKS5). */
export interface SocksWish {
  readonly kind: 'socks';
  readonly port: number;
}

export type ForwardWish = OutWish | InWish | SocksWish;

export interface ForwardView {
  readonly id: string;
  readonly wish: ForwardWish;
  /** Connections now, and since it was made. */
  readonly open: number;
  readonly total: number;
  /** From the mesh, and into it. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export class Forward {
  readonly id: string;
  readonly wish: ForwardWish;
  /** Those who use it, with the connection through the mesh that each got. */
  readonly #pairs = new Map<Socket, TcpStream>();
  #total = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  /** Stops listening. */
  close: () => void | Promise<void> = () => undefined;

  constructor(id: string, wish: ForwardWish) {
    this.id = id;
    this.wish = wish;
  }

  view(): ForwardView {
    const sockets = [...this.#pairs.keys()];
    const sum = (of: 'bytesRead' | 'bytesWritten') => sockets.reduce((all, socket) => all + socket[of], 0);
    return {
      id: this.id,
      wish: this.wish,
      open: this.#pairs.size,
      total: this.#total,
      bytesIn: this.#bytesIn + sum('bytesWritten'),
      bytesOut: this.#bytesOut + sum('bytesRead'),
    };
  }

  join(local: Socket, remote: TcpStream): void {
    this.#pairs.set(local, remote);
    this.#total += 1;
    joined(local, remote, () => {
      this.#pairs.delete(local);
      this.#bytesIn += local.bytesWritten;
      this.#bytesOut += local.bytesRead;
    });
  }

  async stop(): Promise<void> {
    const closed = this.close();
    for (const [local, remote] of this.#pairs) {
      local.resetAndDestroy();
      remote.destroy();
    }
    await closed;
  }
}
