// A caller who speaks native framing on the task server's port (IICP 6.5). Its calls become the tasks that HTTP brings, byte for
// byte, so that admission, replay, sealing and pay are the same.

import type { Socket } from 'node:net';
import type { RefusalReason } from '../../../../src-preload/contract/work.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Room } from '../../../inbound/room.ts';
import { GONE } from '../../../inbound/routes.ts';
import type { Piecemeal } from '../inbound/answer.ts';
import { NATIVE } from './bounds.ts';
import { type Frame, FrameType } from './frame.ts';
import { Link, type LinkLimits } from './link.ts';
import {
  type Call,
  readCall,
  readFields,
  textOf,
  writeAck,
  writeFailure,
  writeFrame,
  writePong,
  writeResult,
} from './messages.ts';
import { type Reply, replyWith, type Said } from './reply.ts';
import { StreamedReply } from './streamed.ts';

export interface SessionDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the caller, for what is read of it and worked on. */
  readonly room: Room;
  readonly handle: (body: readonly Buffer[], stop: AbortController, partial?: Piecemeal) => Promise<Said>;
  readonly nodeId: () => string;
  /** Who can do an intent, as far as this node knows. */
  readonly discover: (intent: string) => readonly Readonly<Record<string, unknown>>[];
  /** A task that was turned away before admission saw it. */
  readonly refused: (reason: RefusalReason) => void;
  /** Whether there is room for more answers that the caller has yet to take. */
  readonly open: () => boolean;
  /** A call has come. False: it is one too many of its caller, who was cut off. */
  readonly mayAsk: () => boolean;
  /** As of a link. */
  readonly unsent: (bytes: number) => () => void;
  /** Called when a call begins, gives what to call when it has ended. */
  readonly working: () => () => void;
}

/** As for bodies that come over HTTP: text, bytes and what is parsed stand side by side. */
const WEIGHT = 3;

/** Serves the connection until it ends. `head` was read of it already. */
export function serveNative(deps: SessionDeps, socket: Socket, head: Buffer, limits: Omit<LinkLimits, 'work'>): void {
  const stops = new Set<AbortController>();
  const link = new Link(
    {
      clock: deps.clock,
      logger: deps.logger,
      room: deps.room,
      unsent: deps.unsent,
      frame: (frame) => {
        if (frame.type === FrameType.call && !deps.mayAsk()) return;
        const task = read(deps, link, frame);
        if (!task) return;
        const reply = replyTo(deps, task, link);
        const refuse = (reason: RefusalReason, ...why: Parameters<Reply['fail']>) => {
          deps.refused(reason);
          reply.fail(...why);
        };
        if (stops.size >= NATIVE.calls) return refuse('full', 429, ...FULL);
        if (!deps.open()) return refuse('busy', 503, ...BUSY);
        const held = task.payload.length * WEIGHT;
        if (!deps.room.take(held)) return refuse('busy', 503, ...BUSY);
        const stop = new AbortController();
        stops.add(stop);
        const release = link.hold();
        const done = deps.working();
        const said = deps.handle(taskOf(task), stop, reply.partial);
        void replyWith(said, reply).finally(() => {
          stops.delete(stop);
          deps.room.give(held);
          release();
          done();
        });
      },
      closed: () => {
        for (const stop of stops) stop.abort(GONE);
      },
    },
    socket,
    { ...limits, work: FrameType.call },
  );
  link.start(head);
}

/** With `partial` it is answered in pieces. */
interface CallReply extends Reply {
  readonly partial?: Piecemeal;
}

/** A caller that names the task hears of it as it goes on (IICP 6.5). */
function replyTo({ clock }: SessionDeps, call: Call, link: Link): CallReply {
  const send = (frame: Buffer) => link.send(frame);
  if (call.taskId !== undefined) return new StreamedReply(clock, call, send);
  return {
    succeed: (result) => send(writeResult(call, result)),
    fail: (status, code, message) => send(writeFailure(call, status, `${code}: ${message}`)),
    close() {},
  };
}

const FULL = ['IICP-E021', 'capacity_exceeded'] as const;
const BUSY = ['IICP-E024', 'draining'] as const;
const NO_CALL = 'IICP-E000: missing or malformed: intent or payload';
const MOST_ID = 256;

/** Answers what needs no work; gives what does. */
function read(deps: SessionDeps, link: Link, { type, payload }: Frame): Call | undefined {
  switch (type) {
    case FrameType.init:
      link.send(writeAck(deps.nodeId()));
      return undefined;
    case FrameType.ping:
      if (!deps.open()) return undefined;
      link.send(writePong(readFields(payload).get(1)));
      return undefined;
    case FrameType.close:
      link.end();
      return undefined;
    case FrameType.discover: {
      if (!deps.open()) return undefined;
      const fields = readFields(payload);
      const intent = textOf(fields, 3, MOST_ID) ?? '';
      link.send(
        writeFrame(FrameType.response, [
          [2, textOf(fields, 2, MOST_ID)],
          [3, intent],
          [20, deps.discover(intent)],
        ]),
      );
      return undefined;
    }
    case FrameType.call: {
      const fields = readFields(payload);
      const call = readCall(fields);
      if (call) return call;
      link.countIdle();
      deps.refused('unreadable');
      link.send(
        writeFailure({ sessionId: textOf(fields, 2, MOST_ID), callId: textOf(fields, 15, MOST_ID) }, 422, NO_CALL),
      );
      return undefined;
    }
    default:
      // Feedback, and what a later version may bring.
      return undefined;
  }
}

/** What stands for the payload of a sealed call: the members of a task that HTTP would carry. */
const SEALED = /^[ \t\r\n]*\{(?=[ \t\r\n]*"(?:iicp_conf|cx_response_encryption)"[ \t\r\n]*:)/;
/** Bytes of a payload in which that is looked for. */
const BEGINNING = 256;
const CLOSE = Buffer.from('}');

/** The task as HTTP would bring it, in parts. Whatever else a payload's text smuggles in, its sender could have said outright. */
export function taskOf({ taskId, callId, sessionId, intent, payload }: Call): readonly Buffer[] {
  const id = taskId ?? callId ?? sessionId ?? '';
  const head = `{"task_id":${JSON.stringify(id)},"intent":${JSON.stringify(intent)},`;
  const sealed = SEALED.exec(payload.toString('latin1', 0, BEGINNING));
  if (sealed) return [Buffer.from(head), payload.subarray(sealed[0].length)];
  return [Buffer.from(`${head}"payload":`), payload, CLOSE];
}
