// A program in a running container, through a terminal of it: Proxmox VE has no other way in. A container whose console is a shell
// (`cmode=shell`) takes lines of sh; what a line prints stands between two marks that nobody in there can know before.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { BoxExec } from '../backend.ts';
import type { ProxmoxClient } from './client.ts';

const Ticket = z.object({
  port: z.coerce.number().int().min(1).max(65_535),
  ticket: z.string().max(4096),
  user: z.string().max(256),
});

/** A terminal takes lines of 4095 characters at most. */
const LINE = 1000;
const COLUMNS = 4000;

export async function execThrough(
  client: ProxmoxClient,
  container: string,
  command: readonly string[],
  most: number,
  signal: AbortSignal,
): Promise<BoxExec> {
  const { port, ticket, user } = Ticket.parse(await client.ask('POST', `${container}/termproxy`, signal));
  const socket = client.channel(`${container}/vncwebsocket?port=${port}&vncticket=${encodeURIComponent(ticket)}`);
  const { promise, resolve, reject } = Promise.withResolvers<BoxExec>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const mark = randomBytes(12).toString('hex');
  const reader = new TerminalReader(mark, most);
  let admitted = false;
  socket.on('open', () => socket.send(`${user}:${ticket}\n`));
  socket.on('message', (bytes: Buffer) => {
    const said = admitted ? bytes : afterOk(bytes);
    if (said === undefined) return reject(new Error('the terminal was refused'));
    if (!admitted) {
      admitted = true;
      socket.send(`1:${COLUMNS}:50:`);
      for (const line of linesOf(command, mark)) socket.send(message(`${line}\n`));
    }
    const ended = reader.read(said);
    if (ended) resolve(ended);
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the terminal has ended')));
  try {
    signal.throwIfAborted();
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.terminate();
  }
}

const message = (text: string) => `0:${Buffer.byteLength(text)}:${text}`;

function afterOk(bytes: Buffer): Buffer | undefined {
  return bytes[0] === 0x4f && bytes[1] === 0x4b ? bytes.subarray(2) : undefined;
}

/** What is typed. The marks are put together in there, so that an echo of the line has none. */
export function linesOf(command: readonly string[], mark: string): readonly string[] {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const code = Buffer.from(words).toString('base64');
  const pieces = code.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [''];
  return [
    'stty -echo -onlcr; exec 2>&1; h=',
    ...pieces.map((piece) => `h="$h"${piece}`),
    `printf '\\n%s' ${mark}; printf '%s\\n' -begin; ( eval "$(printf %s "$h" | base64 -d)" ) </dev/null; printf '%s-end:%s\\n' ${mark} $?; exit`,
  ];
}

/** Of what a terminal prints, the part between the marks; the first `most` bytes of it, and the rest is dropped. */
export class TerminalReader {
  readonly #begin: Buffer;
  readonly #end: Buffer;
  readonly #most: number;
  readonly #kept: Buffer[] = [];
  #length = 0;
  /** What may be the beginning of a mark. */
  #rest = Buffer.alloc(0);
  #begun = false;

  constructor(mark: string, most: number) {
    this.#begin = Buffer.from(`${mark}-begin\n`);
    this.#end = Buffer.from(`${mark}-end:`);
    this.#most = most;
  }

  /** How it ended, once it has. */
  read(bytes: Buffer): BoxExec | undefined {
    let text = Buffer.concat([this.#rest, bytes]);
    if (!this.#begun) {
      const at = text.indexOf(this.#begin);
      if (at < 0) {
        this.#rest = Buffer.from(text.subarray(-this.#begin.length));
        return undefined;
      }
      this.#begun = true;
      text = text.subarray(at + this.#begin.length);
    }
    const at = text.indexOf(this.#end);
    if (at >= 0) {
      const code = /^(\d{1,3})\r?\n/.exec(text.subarray(at + this.#end.length, at + this.#end.length + 8).toString());
      if (code) {
        this.#keep(text.subarray(0, at));
        return { exitCode: Number(code[1]), output: Buffer.concat(this.#kept).toString('utf8') };
      }
    }
    const sure = at >= 0 ? at : Math.max(0, text.length - this.#end.length);
    this.#keep(text.subarray(0, sure));
    this.#rest = Buffer.from(text.subarray(sure));
    return undefined;
  }

  #keep(bytes: Buffer): void {
    const piece = bytes.subarray(0, this.#most - this.#length);
    if (piece.length === 0) return;
    this.#length += piece.length;
    this.#kept.push(Buffer.from(piece));
  }
}
