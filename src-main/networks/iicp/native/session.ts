// A caller who speaks native framing on the task server's port (IICP 6.5). Its calls become the tasks that HTTP brings, byte for
// byte, so that admission, replay, sealing and pay are the same.

import type { Socket } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Room } from '../body.ts';
import { GONE } from '../desk.ts';
import { type Frame, FrameType } from './frame.ts';
import { LINK_LIMITS, Link, type LinkLimits } from './link.ts';
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

export interface SessionDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly room: Room;
  readonly handle: (body: readonly Buffer[], stop: AbortController) => Promise<SessionAnswer>;
  readonly nodeId: () => string;
  /** Who can do an intent, as far as this node knows. */
  readonly discover: (intent: string) => readonly Readonly<Record<string, unknown>>[];
  /** A task that was turned away before the desk saw it. */
  readonly refused: () => void;
  /** Whether there is room for more answers that wait to be sent. */
  readonly open: () => boolean;
  /** As of a link. */
  readonly unsent: (bytes: number) => () => void;
  /** Told when a call begins, gives what to call when it has ended. */
  readonly working: () => () => void;
}

/** What the desk says, see Answer. */
export interface SessionAnswer {
  readonly status: number;
  readonly text: string | undefined;
}

/** Calls of one connection that are worked on at once. */
const MOST_CALLS = 16;
/** As for bodies that come over HTTP: text, bytes and what is parsed stand side by side. */
const WEIGHT = 3;

/** Serves the connection until it ends. `head` was read of it already. */
export function serveNative(deps: SessionDeps, socket: Socket, head: Buffer, limits: Partial<LinkLimits> = {}): void {
  const stops = new Set<AbortController>();
  const link = new Link(
    {
      clock: deps.clock,
      logger: deps.logger,
      room: deps.room,
      unsent: deps.unsent,
      frame: (frame) => {
        const task = read(deps, link, frame);
        if (!task) return;
        if (stops.size >= MOST_CALLS) return refuse(task, 429, FULL);
        if (!deps.open()) return refuse(task, 503, BUSY);
        const held = task.payload.length * WEIGHT;
        if (!deps.room.take(held)) return refuse(task, 503, BUSY);
        const stop = new AbortController();
        stops.add(stop);
        const release = link.hold();
        const done = deps.working();
        const finish = (bytes: Buffer | undefined) => {
          stops.delete(stop);
          deps.room.give(held);
          if (bytes) link.send(bytes);
          release();
          done();
        };
        void answer(deps, task, stop).then(finish);
      },
      closed: () => {
        for (const stop of stops) stop.abort(GONE);
      },
    },
    socket,
    { ...LINK_LIMITS, ...limits },
  );
  link.start(head);

  function refuse(task: Call, code: number, message: string): void {
    deps.refused();
    link.send(writeFailure(task, code, message));
  }
}

const FULL = 'IICP-E021: capacity_exceeded';
const BUSY = 'IICP-E024: draining';
const NO_CALL = 'IICP-E000: missing or malformed: intent or payload';
const MOST_ID = 256;

/** Answers what needs no work; gives what does. */
function read(deps: SessionDeps, link: Link, { type, payload }: Frame): Call | undefined {
  switch (type) {
    case FrameType.init:
      link.send(writeAck(deps.nodeId()));
      return undefined;
    case FrameType.ping:
      link.send(writePong(readFields(payload).get(1)));
      return undefined;
    case FrameType.close:
      link.end();
      return undefined;
    case FrameType.discover: {
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
      deps.refused();
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

/** Undefined: nobody reads it any more. */
async function answer(deps: SessionDeps, call: Call, stop: AbortController): Promise<Buffer | undefined> {
  try {
    const { status, text } = await deps.handle([Buffer.from(taskText(call))], stop);
    if (text === undefined) return undefined;
    const json = JSON.parse(text) as Reply;
    if (status === 200) return writeResult(call, json.status === 'encrypted' ? json : json.result);
    const { code, message } = json.error ?? {};
    return writeFailure(call, status, `${code ?? 'error'}: ${message ?? 'the task failed'}`);
  } catch {
    // Such as a result too large for a frame.
    return writeFailure(call, 500, 'internal: internal error');
  }
}

interface Reply {
  readonly status?: string;
  readonly result?: unknown;
  readonly error?: { readonly code?: string; readonly message?: string };
}

/** What stands for the payload of a sealed call: the members of a task that HTTP would carry. */
const SEALED = /^\s*\{(?=\s*"(?:iicp_conf|cx_response_encryption)"\s*:)/;

/** The task as HTTP would bring it. Whatever else a payload's text smuggles in, its sender could have said outright. */
export function taskText(call: Call): string {
  const { intent, payload } = call;
  const id = call.taskId ?? call.callId ?? call.sessionId ?? '';
  const head = `{"task_id":${JSON.stringify(id)},"intent":${JSON.stringify(intent)},`;
  const sealed = SEALED.exec(payload);
  return sealed ? head + payload.slice(sealed[0].length) : `${head}"payload":${payload}}`;
}
