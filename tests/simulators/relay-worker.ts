// A worker of the practice network: binds to a relay and answers what comes down the connection.

import { connect } from 'node:net';
import {
  ACK,
  CALL,
  frame,
  INIT,
  RELAY_ACK,
  RELAY_BIND,
  RESPONSE,
  readFrames,
  words,
} from '../../src-main/practice/iicp/framing.ts';

export interface RelayWorkerOptions {
  readonly port: number;
  /** The relay's address; this computer by default. */
  readonly host?: string;
  /** Which of this computer's addresses it calls from. */
  readonly from?: string;
  readonly workerId: string;
  readonly models?: readonly string[];
  readonly ticket?: string;
  /** The answer to a task, as JSON text; undefined: none. */
  readonly answer: (task: string) => string | undefined;
}

export interface PracticeRelayWorker {
  /** What the relay said: `ok`, or why not. */
  readonly said: string;
  /** Where its callers come; 0 where it was not let in. */
  readonly httpPort: number;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  stop(): void;
}

const CHAT = 'urn:iicp:intent:llm:chat:v1';

/** Resolves when the relay has answered; rejects where it ends the connection before. */
export function startRelayWorker(options: RelayWorkerOptions): Promise<PracticeRelayWorker> {
  const { port, host = '127.0.0.1', from, workerId, models = ['m1'], ticket } = options;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, localAddress: from }, () => socket.write(frame(INIT, [[1, 1]])));
    const gone = new Promise<void>((closed) => {
      socket.once('close', () => {
        closed();
        reject(new Error('the relay ended the connection'));
      });
    });
    readFrames(socket, (type, message) => {
      if (type === ACK) {
        socket.write(
          frame(RELAY_BIND, [
            [1, workerId],
            [2, CHAT],
            [3, models],
            [4, ticket],
          ]),
        );
      } else if (type === RELAY_ACK) {
        const ok = words(message, 1) === 'ok';
        const httpPort = ok ? ((message.get(4) as number | undefined) ?? 0) : 0;
        resolve({ said: ok ? 'ok' : words(message, 3), httpPort, gone, stop: () => void socket.destroy() });
      } else if (type === CALL) {
        const text = options.answer(words(message, 5));
        if (text === undefined) return;
        socket.write(
          frame(RESPONSE, [
            [15, words(message, 15)],
            [5, Buffer.from(text)],
          ]),
        );
      }
    });
  });
}
