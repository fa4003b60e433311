// A verb of the `hearth` command: what `base/verb` declares, the reading of its words, and what it does.

import type { Declared, Flags, Given, Needs } from '../base/verb.ts';
import type { SocketClient } from '../faces/socket.ts';
import type { Terminal } from './terminal.ts';

/** Flags that every verb takes. */
export interface Common {
  readonly data: string | undefined;
  readonly json: boolean;
  readonly practice: boolean;
}

export interface Context<N extends Needs = Needs> {
  readonly node: N extends 'running' ? SocketClient : N extends 'optional' ? SocketClient | undefined : undefined;
  readonly dataDir: string;
  readonly common: Common;
  readonly terminal: Terminal;
}

interface VerbOf<F extends Flags, L, N extends Needs> extends Declared<F> {
  readonly node: N;
  /** The name that it has now; this one works and is not listed. */
  readonly sameAs?: string;
  /** Throws `command.usage`, before anything is asked or opened. */
  read(words: readonly string[], given: Given<F>, common: Common): L;
  /** Answers the exit code. Rejects with HearthErrors that the caller shows. */
  run(line: L & { readonly json: boolean }, context: Context<N>): Promise<number>;
}

/** Any verb, as the table has it. */
export type Verb = VerbOf<Flags, object, Needs>;

export const NO_NODE = 'no node runs on this data folder';

/**
 * Keeps what a verb reads, needs and does in step; the table has no use for the difference. Whatever asks the running node ends
 * alike where none runs.
 */
export function verb<const F extends Flags, L extends object, N extends Needs>(own: VerbOf<F, L, N>): Verb {
  const exits = own.node === 'running' ? { notRunning: NO_NODE, ...own.exits } : own.exits;
  return { ...own, ...(exits && { exits }) } as unknown as Verb;
}

export const nothing = () => ({});
