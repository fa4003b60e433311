// Why a practice call did not end in an answer. `details` names the node and the status; no payload is ever in it.

import { type Category, type Details, HearthError } from '../base/errors.ts';

export type ConsumerFailure =
  /** The directory did not answer, or not with a list of nodes: try again later. */
  | 'practice.directory-failed'
  /** No node offers this intent (and model) now: wait for one to register. */
  | 'practice.no-node'
  /** There are nodes, but none may be called: no CX key (IICP-CX-REQUIRED), not available, or an address that is not public. */
  | 'practice.no-usable-node'
  /** A node said no in a way that another try would not change. */
  | 'practice.node-refused'
  /** Every node that was tried failed or stayed busy. */
  | 'practice.node-failed'
  /** A node answered, but not what was asked, or not sealed although that was required. */
  | 'practice.bad-reply'
  | 'practice.cancelled';

const CATEGORIES: Readonly<Record<ConsumerFailure, Category>> = {
  'practice.directory-failed': 'unavailable',
  'practice.no-node': 'unavailable',
  'practice.no-usable-node': 'unavailable',
  'practice.node-refused': 'rejected',
  'practice.node-failed': 'unavailable',
  'practice.bad-reply': 'rejected',
  'practice.cancelled': 'cancelled',
};

export class ConsumerError extends HearthError {
  declare readonly code: ConsumerFailure;

  constructor(code: ConsumerFailure, message: string, details: Details = {}, cause?: unknown) {
    super({ code, category: CATEGORIES[code], message, details, cause });
  }
}
