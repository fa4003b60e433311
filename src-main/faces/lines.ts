// Newline-delimited JSON over a stream, bounded on both sides: a line that does not end, or a reader that does not read,
// ends the connection instead of filling the memory.
import type { Socket } from 'node:net';
import { LOCAL_SOCKET_LIMITS } from './bounds.ts';

const { lineBytes: LONGEST_LINE, unread: MOST_BUFFERED } = LOCAL_SOCKET_LIMITS;

/**
 * Calls `onMessage` with each parsed line. A line too long or not JSON calls `onBroken` once, and nothing after that. `longest` is
 * asked each time, for a client that is known may send more.
 */
export function readLines(
  socket: Socket,
  onMessage: (message: unknown) => void,
  onBroken: () => void,
  longest: () => number = () => LONGEST_LINE,
): void {
  let parts: Buffer[] = [];
  let length = 0;
  let broken = false;
  const fail = () => {
    broken = true;
    parts = [];
    onBroken();
  };
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let end = rest.indexOf(10); end !== -1 && !broken; end = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)]);
      parts = [];
      length = 0;
      rest = rest.subarray(end + 1);
      const message = line.length > longest() ? undefined : parse(line);
      if (message === undefined) return fail();
      onMessage(message.value);
    }
    if (broken) return;
    length += rest.length;
    if (length > longest()) return fail();
    if (rest.length > 0) parts.push(rest);
  });
}

/** Answers false, and destroys the socket, when the other side is too far behind. */
export function writeLine(socket: Socket, message: unknown): boolean {
  if (!socket.writable) return false;
  if (socket.writableLength > MOST_BUFFERED) {
    socket.destroy();
    return false;
  }
  socket.write(`${JSON.stringify(message)}\n`);
  return true;
}

function parse(line: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line.toString('utf8')) };
  } catch {
    return undefined;
  }
}
