// Where workers come in over TCP (IICP 6.6): greeted, bound, and from then on given what is meant for them.

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import { callerOf } from '../../../inbound/callers.ts';
import { listen, whyNotListening } from '../../../inbound/listen.ts';
import { SharedRoom } from '../../../inbound/room.ts';
import { listenRefused } from '../errors.ts';
import { NATIVE } from '../native/bounds.ts';
import { type Frame, FrameType, NotFramed } from '../native/frame.ts';
import { Link } from '../native/link.ts';
import { type Fields, jsonOf, readFields, textOf, writeAck, writeFrame, writePong } from '../native/messages.ts';
import { type RelayLimits, relayLimits } from './bounds.ts';
import type { BindRefusal, Carrier, Session, Sessions } from './sessions.ts';

export interface AcceptDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nodeId: string;
  readonly sessions: Sessions;
  /** Sent to workers: where their callers come in. */
  readonly httpPort: () => number;
  readonly connected: (socket: Socket) => void;
}

export interface AcceptOptions {
  readonly bind: string;
  readonly port: number;
  /** Bytes of the largest task. */
  readonly most: number;
  /** Others than the usual ones. */
  readonly limits?: Partial<RelayLimits>;
}

const MOST_ID = 256;

const REASONS: Readonly<Record<BindRefusal, string>> = {
  malformed: 'malformed_worker_id',
  ticket: 'relay_bind_ticket_invalid',
  replayed: 'relay_bind_ticket_replayed',
  alive: 'worker_already_bound',
  rate: 'relay_bind_rate_limited',
  full: 'relay_full',
};

export class RelayAccept {
  readonly #deps: AcceptDeps;
  readonly #options: AcceptOptions;
  readonly #limits: RelayLimits;
  /** For frames that have not come whole. */
  readonly #frames: SharedRoom;
  /** For tasks that workers have yet to take. */
  readonly #tasks: SharedRoom;
  readonly #sockets = new Set<Socket>();
  readonly #callers = new Map<string, number>();
  #server: Server | undefined;

  constructor(deps: AcceptDeps, options: AcceptOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#limits = relayLimits(options.most, options.limits);
    this.#frames = new SharedRoom(this.#limits.framesTogether);
    this.#tasks = new SharedRoom(this.#limits.tasksTogether);
  }

  /** Undefined while it does not listen. */
  get port(): number | undefined {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port;
  }

  /** Rejects with PortTaken, PortReserved or BindRefused. */
  async start(): Promise<void> {
    if (this.#server) return;
    const { bind, port } = this.#options;
    const server = createServer({ noDelay: true }, (socket) => this.#admit(socket));
    server.maxConnections = this.#limits.connections;
    await listen(server, bind, port).catch((error: NodeJS.ErrnoException) => {
      throw listenRefused(whyNotListening(error, port), { bind, port, cause: error });
    });
    server.on('error', (error) => this.#deps.logger.warn('a worker could not be accepted', { error }));
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #admit(socket: Socket): void {
    const caller = callerOf(socket.remoteAddress ?? '');
    const count = this.#callers.get(caller) ?? 0;
    const { loopback, perAddress } = this.#limits;
    if (count >= (caller === 'loopback' ? loopback : perAddress)) return void socket.destroy();
    this.#callers.set(caller, count + 1);
    this.#sockets.add(socket);
    this.#deps.connected(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const left = this.#callers.get(caller)! - 1;
      if (left > 0) this.#callers.set(caller, left);
      else this.#callers.delete(caller);
    });
    this.#serve(socket, caller);
  }

  #serve(socket: Socket, principal: string): void {
    const { clock, logger, nodeId, sessions, httpPort } = this.#deps;
    const tasks = this.#tasks.of(principal);
    let session: Session | undefined;
    const unbound = clock.after(this.#limits.bindMs, () => socket.destroy());
    const carrier: Carrier = {
      alive: () => link.alive,
      push: (callId, task) => {
        if (task.length + NATIVE.frameExtra > NATIVE.frame || tasks.left < task.length) return false;
        link.send(
          writeFrame(FrameType.call, [
            [15, callId],
            [5, task],
          ]),
        );
        return true;
      },
      // It is on its way.
      drop() {},
      close: () => link.end(),
    };
    const bind = (fields: Fields) => {
      const worker = textOf(fields, 1, 64) ?? '';
      const bound = sessions.bind(
        { worker, models: textsOf(fields.get(3)), ticket: textOf(fields, 4, this.#limits.ticketCharacters), principal },
        carrier,
      );
      if (typeof bound === 'string') {
        link.send(
          writeFrame(FrameType.relayAck, [
            [1, 'error'],
            [2, worker],
            [3, REASONS[bound]],
          ]),
        );
        return link.end();
      }
      session = bound;
      unbound();
      logger.debug('a worker is bound', { worker });
      link.send(
        writeFrame(FrameType.relayAck, [
          [1, 'ok'],
          [2, worker],
          [4, httpPort()],
        ]),
      );
    };
    const link = new Link(
      {
        clock,
        logger,
        room: this.#frames.of(principal),
        // Only who is bound has anything to answer.
        mayWork: () => session !== undefined,
        unsent: (bytes) => {
          tasks.hold(bytes);
          return () => tasks.give(bytes);
        },
        frame: ({ type, payload }: Frame) => {
          switch (type) {
            case FrameType.init:
              return link.send(writeAck(nodeId));
            case FrameType.ping:
              return link.send(writePong(readFields(payload).get(1)));
            case FrameType.close:
              return link.end();
            case FrameType.relayBind:
              if (session) throw new NotFramed('bound already');
              return bind(readFields(payload));
            case FrameType.response: {
              const fields = readFields(payload);
              const callId = textOf(fields, 15, MOST_ID);
              const text = jsonOf(fields, 5);
              if (callId !== undefined && text !== undefined)
                session?.settle(callId, { status: statusOf(fields), text });
              return;
            }
            default:
              return;
          }
        },
        closed: () => {
          unbound();
          session?.end();
        },
      },
      socket,
      {
        work: FrameType.response,
        frameBytes: this.#options.most + NATIVE.frameExtra,
        frameMs: NATIVE.frameMs,
        idleMs: this.#limits.silentMs,
        sendMs: NATIVE.sendMs,
      },
    );
    link.start();
  }
}

/** What a worker answered with, as far as it may be passed on. */
function statusOf(fields: Fields): number {
  const status = fields.get(100);
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : 200;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string' && each.length <= 255) : [];
}
