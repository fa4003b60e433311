// Why no work comes: what a cause is, for those that find one.

import type { Values } from '../src-i18n/fill.ts';
import type { Why } from '../src-preload/contract/availability.ts';
import type { Reason } from '../src-preload/contract/define.ts';
import type { RefusalReason } from '../src-preload/contract/work.ts';
import type { Key } from './i18n/keys.ts';

export type Fix = 'resume' | 'detect' | 'toCapacity' | 'toAvailability' | 'toNetwork' | 'toWork' | 'toPrice';

/** Blocks: no work at all can come. Slows: some does not. Normal: nothing is wrong. */
export type Weight = 'blocks' | 'slows' | 'normal';

export interface Cause {
  readonly id: string;
  readonly weight: Weight;
  readonly why: Key;
  readonly values?: Values;
  /** What of the user's rules stops it, where `why` has a place for it. */
  readonly because?: Why;
  /** What most were refused for, where `why` has a place for it. */
  readonly refused?: RefusalReason;
  /** What the engine says of it: in place of `why`, or where `why` has a place for it. */
  readonly reason?: Reason;
  /** It comes of this computer's not being reached from outside. */
  readonly unreached?: boolean;
  /** What one button can do; where waiting is all there is, none. */
  readonly fix?: Fix;
  /** Where in the place that the fix leads to, as it stands behind it in the address. */
  readonly at?: string;
}
