// What the command hears and says: words typed at a terminal, or piped in.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { HearthError } from '../base/errors.ts';
import { usage } from './usage.ts';

export interface Terminal {
  print(line: string): void;
  /** Text as it is, without a line end of its own. Resolves when it is handed over. */
  write(text: string): Promise<void>;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
}

const MOST_LINE = 500;

/** A line with names from strangers and servers in it: nothing may move the cursor or colour the terminal. */
export function plain(line: string): string {
  return line
    .slice(0, MOST_LINE * 2)
    .replace(/\p{C}/gu, '\u{fffd}')
    .slice(0, MOST_LINE);
}

/** The same of a text that is wanted whole, line ends and all. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, '\u{fffd}');
}

/** Of a file, in words. */
export function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** At most this much is read, in characters: nothing that the command asks for is longer. */
const MOST_INPUT = 1024 * 1024;

/** Whether there is a person to ask. */
export function isInteractive({ stdin }: Terminal): boolean {
  return stdin.isTTY === true;
}

/** All that is piped in, without the newline at its end. Throws `command.usage` where it is too long. */
export async function readAll({ stdin }: Terminal): Promise<string> {
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > MOST_INPUT) throw usage('What came on standard input is too long.');
  }
  return text.replace(/\r?\n$/, '');
}

/** Asks for a line. Throws `command.not-answered` when the person leaves (Ctrl-C, Ctrl-D) or the signal aborts. */
export async function askShown(question: string, { stdin, stderr }: Terminal, signal?: AbortSignal): Promise<string> {
  return answerTo(`${question}: `, stdin, stderr, signal);
}

/** The same, and the terminal echoes nothing: readline draws to an output that swallows it. */
export async function askHidden(question: string, { stdin, stderr }: Terminal, signal?: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  stderr.write(`${question} (not shown): `);
  try {
    return await answerTo('', stdin, nowhere, signal);
  } finally {
    stderr.write('\n');
  }
}

async function answerTo(
  prompt: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  signal?: AbortSignal,
): Promise<string> {
  const lines = createInterface({ input, output, terminal: true });
  const left = new Promise<never>((_, reject) => {
    const leave = () => reject(new NotAnswered());
    lines.once('close', leave);
    signal?.addEventListener('abort', leave, { once: true });
    if (signal?.aborted) leave();
  });
  try {
    const answered = lines.question(prompt).catch(() => {
      // readline ends a question by an error of its own where its input is closed first.
      throw new NotAnswered();
    });
    return await Promise.race([answered, left]);
  } finally {
    // Whatever closing says now is of no interest any more.
    left.catch(() => undefined);
    lines.close();
  }
}

class NotAnswered extends HearthError {
  constructor() {
    super({
      code: 'command.not-answered',
      category: 'cancelled',
      message: 'Nothing was entered, so nothing was done.',
    });
  }
}
