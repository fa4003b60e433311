// Ports of this computer that lead through the mesh, and ports of this node in the mesh that lead to this computer. There are none until
// the user makes one, and each leads only where it was told to. None needs a TUN device, at neither end.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { addressBytes } from '../../../reachability/address-bytes.ts';
import { type Hosts, keyOfName } from '../dns/names.ts';
import { decodeNpub, type NodeAddr, nodeAddrOf } from '../identity/names.ts';
import type { TcpStack } from '../tcp/stack.ts';
import { ConnectionLost } from '../tcp/tcp-stream.ts';
import { FORWARDS } from './bounds.ts';
import { ForwardInvalid, ForwardNodeUnknown, ForwardPortTaken } from './errors.ts';
import { Forward, type ForwardView, type ForwardWish, type InWish, type OutWish } from './forward.ts';
import { SocksGreeting, SocksReply, type SocksSays, socksReply } from './socks.ts';

const LOOPBACK = ['127.0.0.1', '::1'];
const MOST_PORT = 0xffff;
const FREE_TRIES = 5;

export interface ForwardsDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly random: Pick<Random, 'id'>;
  readonly stack: TcpStack;
  hosts(): Hosts;
  /** Remembers a key (x alone), so that its node can be sent to. */
  know(xOnly: Buffer): NodeAddr;
  /** The node whose address that is, 16 bytes. */
  nodeOf(address: Buffer): NodeAddr | undefined;
}

export class Forwards {
  readonly #deps: ForwardsDeps;
  readonly #held = new Map<string, Forward>();

  constructor(deps: ForwardsDeps) {
    this.#deps = deps;
  }

  get all(): readonly ForwardView[] {
    return [...this.#held.values()].map((forward) => forward.view());
  }

  /** Rejects with one of `errors` where it can't be. */
  async add(wish: ForwardWish): Promise<ForwardView> {
    if (this.#held.size >= FORWARDS.forwards) throw new ForwardInvalid('too-many');
    if (!isPort(wish.port)) throw new ForwardInvalid('port');
    const forward = new Forward(this.#deps.random.id(), wish);
    // Before anything is waited for: two at once are two.
    this.#held.set(forward.id, forward);
    try {
      await this.#open(forward, wish);
    } catch (error) {
      this.#held.delete(forward.id);
      throw error;
    }
    return forward.view();
  }

  /** To a port of a node, on whatever port of this computer is free. Rejects as `add` does. */
  async lead(npub: string, nodePort: number): Promise<{ readonly id: string; readonly port: number }> {
    for (let tries = 1; ; tries += 1) {
      const port = await freePort();
      try {
        return { id: (await this.add({ kind: 'out', port, node: npub, nodePort })).id, port };
      } catch (error) {
        // Another program was faster.
        if (!(error instanceof ForwardPortTaken) || tries === FREE_TRIES) throw error;
      }
    }
  }

  /** False: there is none of that id. Its connections end with it. */
  async remove(id: string): Promise<boolean> {
    const forward = this.#held.get(id);
    this.#held.delete(id);
    await forward?.stop();
    return forward !== undefined;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#held.keys()].map((id) => this.remove(id)));
  }

  async #open(forward: Forward, wish: ForwardWish): Promise<void> {
    if (wish.kind === 'in') this.#openIn(forward, wish);
    else if (wish.kind === 'socks') await listening(forward, wish.port, (socket) => this.#onSocks(forward, socket));
    else await this.#openOut(forward, wish);
  }

  async #openOut(forward: Forward, { port, node, nodePort }: OutWish): Promise<void> {
    if (!isPort(nodePort)) throw new ForwardInvalid('port');
    if (!keyOfName(node, this.#deps.hosts())) throw new ForwardNodeUnknown(node);
    await listening(forward, port, (socket) => {
      // Looked up each time, for its user may have given the name to another node.
      const key = keyOfName(node, this.#deps.hosts());
      const stream = key && this.#deps.stack.connect(this.#deps.know(key), nodePort);
      if (stream) forward.join(socket, stream);
      else socket.resetAndDestroy();
    });
  }

  #openIn(forward: Forward, { port, host, hostPort, allow }: InWish): void {
    if (!isPort(hostPort)) throw new ForwardInvalid('port');
    if (!LOOPBACK.includes(host)) throw new ForwardInvalid('target');
    const keys = allow.map((npub) => decodeNpub(npub));
    if (keys.length === 0 || keys.length > FORWARDS.allowed || keys.includes(undefined))
      throw new ForwardInvalid('allow');
    const admitted = new Set(keys.map((key) => nodeAddrOf(key!)));
    try {
      forward.close = this.#deps.stack.listen(port, {
        admits: (peer) => admitted.has(peer),
        connected: (stream) => {
          forward.join(connect({ host, port: hostPort, allowHalfOpen: true }), stream);
        },
      });
    } catch (error) {
      throw new ForwardPortTaken(port, error);
    }
  }

  #onSocks(forward: Forward, socket: Socket): void {
    const greeting = new SocksGreeting();
    const cancel = this.#deps.clock.after(FORWARDS.greetingMs, () => socket.resetAndDestroy());
    const heed = (says: SocksSays | undefined): void => {
      if (says?.kind === 'answer') {
        socket.write(says.bytes);
        heed(greeting.again());
      } else if (says?.kind === 'over') socket.end(says.bytes, () => socket.destroy());
      else if (says) {
        socket.off('data', take);
        cancel();
        this.#connectTo(forward, socket, says);
      }
    };
    const take = (bytes: Buffer) => heed(greeting.take(bytes));
    socket.on('data', take);
    socket.once('close', cancel);
  }

  #connectTo(forward: Forward, socket: Socket, { host, port, rest }: SocksSays & { readonly kind: 'wants' }): void {
    socket.pause();
    if (rest.length > 0) socket.unshift(rest);
    const node = this.#nodeAt(host);
    const stream = node === undefined || port === 0 ? undefined : this.#deps.stack.connect(node, port);
    if (!stream) {
      const code = node === undefined ? SocksReply.notAllowed : SocksReply.failed;
      socket.end(socksReply(code), () => socket.destroy());
      return;
    }
    const fail = (error: Error) => {
      const isRefused = error instanceof ConnectionLost && error.failure === 'refused';
      socket.end(socksReply(isRefused ? SocksReply.refused : SocksReply.unreachable), () => socket.destroy());
    };
    const leave = () => stream.destroy();
    stream.once('error', fail);
    socket.once('close', leave);
    stream.once('connect', () => {
      stream.off('error', fail);
      socket.off('close', leave);
      socket.write(socksReply(SocksReply.connected));
      forward.join(socket, stream);
    });
  }

  /** By a name of the mesh, or an address of it. No other is anything to a forward. */
  #nodeAt(host: string): NodeAddr | undefined {
    if (isIPv6(host)) return this.#deps.nodeOf(addressBytes(host));
    const key = keyOfName(host, this.#deps.hosts());
    return key && this.#deps.know(key);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK[0]);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await closing(server);
  return port;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= MOST_PORT;
}

/** On loopback, both of it where there are both. */
async function listening(forward: Forward, port: number, on: (socket: Socket) => void): Promise<void> {
  const sockets = new Set<Socket>();
  const made = await Promise.allSettled(
    LOOPBACK.map(async (host) => {
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        socket.on('error', () => undefined);
        on(socket);
      });
      server.listen({ host, port, exclusive: true });
      await once(server, 'listening');
      return server;
    }),
  );
  const servers = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const close = async () => {
    const closed = Promise.all(servers.map(closing));
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  // Where one of them is another program's, connections to the same port would come to either.
  const refused = made.flatMap((each) => (each.status === 'rejected' ? [each.reason as NodeJS.ErrnoException] : []));
  const taken = refused.find(({ code }) => code === 'EADDRINUSE');
  if (taken || servers.length === 0) {
    await close();
    throw new ForwardPortTaken(port, taken ?? refused[0]);
  }
  forward.close = close;
}

function closing(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
