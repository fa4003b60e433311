// What a connection is made with, and what it tells.

import type { Segment } from './segment.ts';

/** `refused`: nobody listens there. `unreachable`: no way to that node. */
export type Failure = 'refused' | 'reset' | 'timeout' | 'unreachable';

export type Sent = Omit<Segment, 'sourcePort' | 'destinationPort'>;

export interface ConnectionPorts {
  send(segment: Sent): void;
  opened(): void;
  /** In order. `consumed` opens the window again. */
  data(bytes: Buffer): void;
  /** The other end sends no more. */
  ended(): void;
  /** There is room for more. */
  drained(): void;
  /** Once, and nothing after it. */
  closed(failure: Failure | undefined): void;
}

export interface ConnectionOptions {
  /** The largest payload that the way takes. */
  readonly mss: number;
  /** Where our sequence numbers begin. */
  readonly initial: number;
  readonly now: number;
  /** The SYN that it answers; left out, it begins. */
  readonly syn?: Segment;
}
