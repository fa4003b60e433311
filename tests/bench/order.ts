// What the load generator is ordered to send, and the figures that it answers with.
import type { Wrapping } from './bodies.ts';

export interface Order {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly wrapping: Wrapping;
  /** Of the chat within each request. */
  readonly bytes: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests sent at the most: sealed ones are then all made beforehand, and else each when it is sent. */
  readonly most?: number;
  /**
   * A request at each multiple of so many milliseconds on a connection, if the last is answered by then, in place of one as soon
   * as it is: else a server that stalls is asked a thousand times while it is quick and once while it stalls. Connections take
   * turns.
   */
  readonly everyMs?: number;
  /** What each reply with 200 must contain, or it counts as an error. */
  readonly expect: string;
  /** Other statuses that are no error. */
  readonly also?: readonly number[];
  /** It is no error either when the other side ends the connection and says nothing. */
  readonly mayCut?: boolean;
  readonly dialect?: Dialect;
}

export type Dialect =
  /** Sends each request in so many pieces, with a pause between two. */
  | { readonly kind: 'slow'; readonly pieces: number; readonly pauseMs: number }
  /** Hangs up some time, at most so long, after it has sent, unless the answer is there by then. */
  | { readonly kind: 'leaves'; readonly withinMs: number };

export interface Figures {
  readonly requests: number;
  readonly errors: number;
  /** The beginning of the first reply that was an error. */
  readonly firstError?: string;
  /** How often each status came, and how often a connection was `left` by us or `cut` by the other side. */
  readonly answers: Readonly<Record<string, number>>;
  readonly rps: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}
