// What workloads and places need of the relays and of the engine, each with an answer that is called back: once, whatever happens.

import type { BoxStatus } from '../../../backends/workloads/backend.ts';
import type { Filter } from '../../../nostr/relay-message.ts';
import type { EventTemplate } from '../../../nostr/signer.ts';
import type { Answers } from './look.ts';

export interface DurableRelays {
  /** Hex. */
  readonly own: string;
  ask(filters: readonly Filter[], done: (answers: Answers) => void): void;
  /** In the place of what was said at that address before. `kept`: it is on disk, and said until `taken`: a majority has it. */
  say(template: EventTemplate, taken: () => void, kept?: () => void): void;
  /** Since a majority last took a heartbeat, milliseconds. */
  quorumAgeMs(): number;
  /** A heartbeat at once. */
  beat(): void;
}

export interface DurableBox {
  status(done: (status: BoxStatus) => void): void;
  /** `failed`: why. Called for a start that `stop` has ended, too. */
  start(done: (failed?: string) => void): void;
  /** Without grace, and again at each tick until it is gone. */
  stop(): void;
}
