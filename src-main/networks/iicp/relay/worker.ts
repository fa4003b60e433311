// A node that can't be called calls a relay and keeps that connection open; tasks come down it (IICP 6.6). Comes back by itself
// whatever happens to the relay.

import { connect, type LookupFunction, type Socket } from 'node:net';
import type { Reason } from '../../../../src-preload/contract/define.ts';
import type { Clock } from '../../../base/clock.ts';
import { HearthError } from '../../../base/errors.ts';
import type { Loop } from '../../../base/lifecycle.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import { type Room, SharedRoom } from '../../../inbound/room.ts';
import { GONE } from '../../../inbound/routes.ts';
import { type Piecemeal, RETRY_WHEN_BUSY_S } from '../inbound/answer.ts';
import { NATIVE } from '../native/bounds.ts';
import { type Frame, FrameType } from '../native/frame.ts';
import { Link } from '../native/link.ts';
import { type Fields, jsonOf, readFields, textOf, writeFrame, writeInit } from '../native/messages.ts';
import { replyWith, type Said } from '../native/reply.ts';
import { StreamedReply } from '../native/streamed.ts';
import { draining, full, type Refusal } from '../tasks/wire.ts';
import { type RelayLimits, relayLimits } from './bounds.ts';
import type { Relay } from './elect.ts';
import { NONE_FOUND, RELAY_SILENT, RELAY_UNREACHABLE, RelayRefused, refusedWith } from './rejections.ts';

export interface RelayWorkerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly nodeId: string;
  /** Whether a relay is wanted now; asked again whenever `wake` is called. */
  readonly wanted: () => boolean;
  /** The relay to bind to; undefined: there is none now. May reject. */
  readonly find: (signal: AbortSignal) => Promise<FoundRelay | undefined>;
  /** Called with how each try ended: `served` where the relay let us in and kept us for a while. */
  readonly tried: (relay: Relay, served: boolean) => void;
  /** What lets this node bind there; undefined: the directory gives none. May reject. */
  readonly ticket: (relay: Relay, signal: AbortSignal) => Promise<string | undefined>;
  readonly offer: () => { readonly intent: string; readonly models: readonly string[] };
  /** `partial` wants the text of an answer as it comes, before the answer that has all of it. */
  readonly handle: (body: readonly Buffer[], stop: AbortController, partial?: Piecemeal) => Promise<Said>;
  /** Called with each connection to a relay. */
  readonly connected: (socket: Socket) => void;
  readonly changed: () => void;
}

/** A relay to ask. */
export interface FoundRelay extends Relay {
  /** There are others that have not failed: they are not kept waiting. */
  readonly others?: boolean;
  /** How its name is resolved where a stranger has given it; undefined: as the system does. */
  readonly lookup?: LookupFunction | undefined;
}

/** A relay that passes on to us what comes to `endpoint`. */
export interface Bound extends Relay {
  readonly endpoint: string;
}

const CONNECT_MS = 10_000;
const PING_MS = 30_000;
/** Two pings unanswered, and a little. */
const SILENT_MS = 75_000;
const AGAIN = { firstMs: 2000, longestMs: 60_000 };
/** A relay that ends it sooner has let us in for nothing. */
const WORTH_MS = 60_000;
/** Failures in a row after which a relay's endpoint is no longer published. */
const GIVEN_UP = 3;
const MOST_ID = 256;
/** Of a refusal, as it is read; what is shown of it is less. */
const MOST_REASON = 4096;
const USUAL_HTTP_PORT = 9484;
const MOST_READ = 64 * 1024;
/** As for bodies that come over HTTP: bytes, text and what is parsed stand side by side. */
const WEIGHT = 3;

export class RelayWorker implements Loop {
  readonly name = 'iicp relay worker';
  readonly #deps: RelayWorkerDeps;
  readonly #most: number;
  readonly #limits: RelayLimits;
  readonly #room: Room;
  #bound: Bound | undefined;
  /** The last one, while it may well be back soon. */
  #last: Bound | undefined;
  #failure: Reason | undefined;
  #wake: (() => void) | undefined;
  #leave: (() => void) | undefined;

  /** `most`: bytes of the largest task that is read. */
  constructor(deps: RelayWorkerDeps, { most }: { readonly most: number }) {
    this.#deps = deps;
    this.#most = most;
    this.#limits = relayLimits(most);
    this.#room = new SharedRoom(this.#limits.relayed).of('the relay');
  }

  /** The relay that passes on to us, or did until a moment ago: a short break is no reason to leave the directory. */
  get advertised(): Bound | undefined {
    return this.#bound ?? this.#last;
  }

  /** Why no relay has let this node in, as the last try ended; undefined: there was none, or one has. */
  get failure(): Reason | undefined {
    return this.#failure;
  }

  /** Looks at once whether a relay is wanted. */
  wake(): void {
    if (this.#deps.wanted()) this.#wake?.();
    else this.#leave?.();
  }

  /** Leaves a relay that is no longer the right one. */
  again(): void {
    this.#leave?.();
    this.#wake?.();
  }

  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let pauses = 0;
    while (!signal.aborted) {
      if (!this.#deps.wanted()) {
        failures = 0;
        pauses = 0;
        this.#last = undefined;
        this.#failure = undefined;
        await this.#rest(AGAIN.longestMs, signal);
        continue;
      }
      const { served, others } = await this.#turn(signal);
      if (signal.aborted) return;
      failures = served ? 0 : failures + 1;
      if (served) pauses = 0;
      if (failures >= GIVEN_UP && this.#last) {
        this.#last = undefined;
        this.#deps.changed();
      }
      await this.#rest(this.#delay(others ? 0 : pauses), signal);
      if (!others) pauses += 1;
    }
  }

  /** Doubling, with a little of chance on top: a relay's workers all lose it at once. */
  #delay(attempt: number): number {
    const ms = Math.min(AGAIN.longestMs, AGAIN.firstMs * 2 ** Math.min(attempt, 10));
    return Math.min(AGAIN.longestMs, ms + this.#deps.random.int(Math.ceil(ms / 4)));
  }

  /** Whether the relay had let us in, and whether there are others to be asked. */
  async #turn(signal: AbortSignal): Promise<{ readonly served: boolean; readonly others: boolean }> {
    const { logger, find, ticket, clock, tried } = this.#deps;
    const left = new AbortController();
    this.#leave = () => left.abort();
    const either = AbortSignal.any([signal, left.signal]);
    let relay: FoundRelay | undefined;
    let since: number | undefined;
    try {
      relay = await find(either);
      if (relay) {
        const bindTicket = await ticket(relay, either);
        await this.#serve(relay, bindTicket, either, () => {
          since = clock.monotonic();
        });
        logger.info('the relay is gone', { host: relay.host });
      } else this.#fails(NONE_FOUND);
    } catch (error) {
      if (!either.aborted) {
        logger.info('no relay', { error });
        this.#fails(reasonFor(error));
      }
    } finally {
      this.#leave = undefined;
    }
    if (relay && !either.aborted) tried(relay, since !== undefined && clock.monotonic() - since >= WORTH_MS);
    return { served: since !== undefined, others: relay?.others ?? false };
  }

  /** Undefined: nothing to tell, as of a relay that had let this node in. */
  #fails(reason: Reason | undefined): void {
    const before = this.#failure;
    this.#failure = reason;
    if (before?.message !== reason?.message) this.#deps.changed();
  }

  /** Resolves when a connection that was let in ends; rejects where it never was. */
  async #serve(relay: FoundRelay, ticket: string | undefined, signal: AbortSignal, served: () => void): Promise<void> {
    const { clock, logger, nodeId, offer, changed, connected } = this.#deps;
    signal.throwIfAborted();
    const { host, port, lookup } = relay;
    const socket = connect({ host, port, noDelay: true, ...(lookup && { lookup }) });
    connected(socket);
    const stops = new Set<AbortController>();
    const abort = () => socket.destroy();
    signal.addEventListener('abort', abort, { once: true });
    const cancels = [
      clock.after(CONNECT_MS, () =>
        socket.destroy(new RelayRefused(socket.connecting ? RELAY_UNREACHABLE : RELAY_SILENT)),
      ),
    ];
    try {
      await new Promise<void>((resolve, reject) => {
        let failure: Error = new RelayRefused(RELAY_SILENT);
        let bound = false;
        const fail = (error: Error) => {
          failure = error;
          socket.destroy();
        };
        socket.once('error', (error) => {
          failure = error instanceof RelayRefused ? error : new RelayRefused(RELAY_UNREACHABLE, error);
        });
        const link = new Link(
          {
            clock,
            logger,
            room: this.#room,
            frame: ({ type, payload }: Frame) => {
              const fields = readFields(payload);
              if (type === FrameType.ping) return link.send(writeFrame(FrameType.pong, [[1, fields.get(1)]]));
              if (type === FrameType.ack && !bound) {
                const { intent, models } = offer();
                return link.send(
                  writeFrame(FrameType.relayBind, [
                    [1, nodeId],
                    [2, intent],
                    [3, models],
                    [4, ticket],
                  ]),
                );
              }
              if (type === FrameType.relayAck && !bound) {
                const endpoint = endpointOf(relay, nodeId, fields);
                if (!endpoint)
                  return fail(new RelayRefused(refusedWith(textOf(fields, 3, MOST_REASON), ticket !== undefined)));
                bound = true;
                this.#failure = undefined;
                cancels[0]!();
                served();
                this.#bound = { nodeId: relay.nodeId, host, port, endpoint };
                logger.info('bound to a relay', { host, port });
                changed();
                const ping = () => {
                  link.send(writeFrame(FrameType.ping, []));
                  cancels[1] = clock.after(PING_MS, ping);
                };
                cancels[1] = clock.after(PING_MS, ping);
                return;
              }
              if (type === FrameType.call && bound) void this.#call(link, fields, stops);
              if (type === FrameType.close) link.end();
            },
            closed: () => {
              if (bound) resolve();
              else reject(failure);
            },
          },
          socket,
          {
            work: FrameType.call,
            frameBytes: this.#most + NATIVE.frameExtra,
            frameMs: NATIVE.frameMs,
            idleMs: SILENT_MS,
            sendMs: NATIVE.sendMs,
          },
        );
        socket.once('connect', () => {
          link.start();
          link.send(writeInit());
        });
        if (signal.aborted) socket.destroy();
      });
    } finally {
      signal.removeEventListener('abort', abort);
      for (const cancel of cancels) cancel();
      for (const stop of stops) stop.abort(GONE);
      if (this.#bound) {
        this.#last = this.#bound;
        this.#bound = undefined;
        changed();
      }
    }
  }

  /** The whole task response object goes back, so that a relay which merges it into its own leaves a client what it needs. */
  async #call(link: Link, fields: Fields, stops: Set<AbortController>): Promise<void> {
    const callId = textOf(fields, 15, MOST_ID);
    const task = jsonOf(fields, 5);
    if (callId === undefined || task === undefined) return;
    const reply = (status: number, text: string) =>
      link.send(
        writeFrame(FrameType.response, [
          [15, callId],
          [5, Buffer.from(status === 200 ? text : refusalText(text, task))],
          // Beside the protocol: lets a relay that knows it answer with our status.
          [100, status === 200 ? undefined : status],
        ]),
      );
    const { handle, clock } = this.#deps;
    // With the task's name beside it, the relay wants to hear of it as it goes on.
    const taskId = textOf(fields, 24, MOST_ID);
    const named = { sessionId: textOf(fields, 2, MOST_ID), callId, taskId };
    const streamed = taskId === undefined ? undefined : new StreamedReply(clock, named, (frame) => link.send(frame));
    const refuse = ({ status, body }: Refusal, code: string, message: string) =>
      streamed ? streamed.fail(status, code, message) : reply(status, JSON.stringify(body));
    if (stops.size >= this.#limits.relayedCalls) return refuse(full('best-effort'), 'IICP-E021', 'capacity_exceeded');
    const held = task.length * WEIGHT;
    if (!this.#room.take(held)) return refuse(draining('memory', RETRY_WHEN_BUSY_S), 'IICP-E024', 'draining');
    const stop = new AbortController();
    stops.add(stop);
    try {
      if (streamed) return await replyWith(handle([task], stop, streamed.partial), streamed);
      const { status, text } = await handle([task], stop);
      if (text !== undefined) reply(status, text);
    } catch (error) {
      this.#deps.logger.error('a relayed task failed in an unforeseen way', { error });
      reply(500, INTERNAL);
    } finally {
      stops.delete(stop);
      this.#room.give(held);
    }
  }

  #rest(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const cancel = this.#deps.clock.after(ms, done);
      this.#wake = done;
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }
}

const INTERNAL = JSON.stringify({ error: { code: 'internal', message: 'internal error' } });

/**
 * Other relays answer 200 whatever happened, and `completed` where nothing says otherwise: so that a client reads an error as one.
 * Relays put the task's name in by themselves; a long task is not read for it. It is not sealed, though the client asked for a
 * sealed answer: official clients take any answer that they can open for a success, and their users an empty completion, while one
 * that is not sealed fails (`IICP-CX-RESP-REQUIRED`).
 */
function refusalText(text: string, task: Buffer): string {
  const { task_id } = task.length > MOST_READ ? {} : objectOf(task.toString());
  return JSON.stringify({ ...(typeof task_id === 'string' && { task_id }), status: 'error', ...objectOf(text) });
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** Undefined: the relay refuses. */
function endpointOf({ host }: Relay, nodeId: string, fields: Fields): string | undefined {
  if (textOf(fields, 1, 16) !== 'ok') return undefined;
  const given = fields.get(4);
  const port = typeof given === 'number' && given >= 1 && given <= 65535 ? given : USUAL_HTTP_PORT;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/v1/relay-for/${encodeURIComponent(nodeId)}`;
}

/** Whatever kept a try from a relay; the directory's refusals say themselves what they are. */
function reasonFor(error: unknown): Reason {
  if (error instanceof RelayRefused) return error.reason;
  if (error instanceof HearthError) return { code: error.code, message: error.message };
  return RELAY_UNREACHABLE;
}
