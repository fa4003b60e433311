// What the engine needs of a network that this computer can join. One folder each; they never see one another.

import type { NetworkHistory, NetworkId, NetworkView } from '../../src-preload/contract/networks.ts';
import type { Service } from '../base/lifecycle.ts';

export interface Network extends Service {
  readonly id: NetworkId;
  status(): NetworkView;
  /** Who this computer is there, made now where it was nobody yet. Joins nothing, tells nobody. */
  identify(): Promise<{ readonly nodeId: string; readonly publicKey: string }>;
  /** Takes another key for what clients seal to it, and goes on opening what was sealed to the one before. Only while it is joined. */
  rotateKey(): Promise<{ readonly publicKey: string }>;
  /** What happened with its directory, newest first, below event number `before`. */
  history(before: number, limit: number): NetworkHistory;
  /** Called after each change of `status()`. Returns its off. */
  onChange(listener: () => void): () => void;
  /** The computer has slept: tells whom it must at once that this node is back. */
  slept(): void;
  /** Leaves the network in good order: takes nothing more, lets its tasks end (bounded), tells whom it must. Before `stop`. */
  leave(): Promise<void>;
}
