// Boxes for strangers, as a network that sells them gets them: at the engine of this computer or at one elsewhere, locked in by docs/isolation.md.
// Whoever sells them first claims of `host.slots` what a box needs, and opens a lease in `host.work`; this is the engine alone.

import type { BoxEngineMake } from '../../src-preload/contract/boxes.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { BoxEvent, BoxSpec, DiskLimit, WorkloadBackend } from '../backends/workloads/backend.ts';
import type { Template } from '../backends/workloads/templates.ts';
import type { Resources } from '../work/resources.ts';

/** What of `WorkloadBackend` a network calls, with what is said there of each. */
type BoxCalls = Pick<
  WorkloadBackend,
  'create' | 'start' | 'stop' | 'remove' | 'status' | 'exec' | 'answers' | 'stats' | 'logs' | 'list' | 'adopt'
>;

/**
 * A box is called by an id of the network's own, such as its lease's, of at most 30 characters; no network sees another's. All calls may
 * be made at any time, from `recover` on: while the engine is being looked for they wait, and where none answers `status` and `adopt` say
 * unknown and all others reject with `containers.*` or `workloads.*`. `create` waits for the probe that is under way, and rejects with
 * `boxes.not-offered` where a box would not hold.
 */
export interface BoxChoice extends BoxCalls {
  /** What is to be claimed for it, and where. */
  needs(spec: BoxSpec): Promise<BoxNeeds>;
  /** What can be made here now. */
  offer(): BoxOffer;
  /** What more could be claimed for boxes now: of what this computer lends and this network may hold of it, or of an engine elsewhere. */
  free(): FreeForBoxes;
  /** Called after each change of `offer()`. Returns its off. */
  onChange(listener: () => void): () => void;
  /** What becomes of this network's boxes. After `engine-back` anything may have happened meanwhile. Returns its off. */
  onEvent(listener: (event: BoxEvent | EngineEvent) => void): () => void;
}

/** Elsewhere: all of it is of an engine on another computer, and it is claimed of that one. Left out: of this computer. */
export interface BoxNeeds extends Resources {
  readonly elsewhere?: boolean;
}

export interface EngineEvent {
  /** Lost: it does not answer any more, and says nothing of its boxes. Back: it answers. */
  readonly kind: 'engine-lost' | 'engine-back';
}

export type FreeForBoxes = Pick<Resources, 'cpuMillicores' | 'memoryMiB' | 'diskMiB' | 'ports'>;

export interface BoxOffer {
  /** Why no box can be made now, with a next step; null: one can. Boxes that there are go on either way. */
  readonly missing: Reason | null;
  /** Null where none answers. */
  readonly engine: BoxEngine | null;
  /** Whether boxes that are sold from now on may connect to the Internet. */
  readonly internet: boolean;
  /** What boxes can be made of: all that there are, here or not. */
  readonly templates: readonly OfferedTemplate[];
}

export interface BoxEngine {
  /** Which it is and where, for people who know. */
  readonly id: string;
  readonly make: BoxEngineMake;
  /** The computer whose ports boxes have; null: this one. */
  readonly host: string | null;
  /** Shared kernel: a fault in this computer's kernel may let a box out. */
  readonly isolation: 'shared-kernel';
  /** `memory`: boxes need `readOnlyRoot`, and what they write is gone when they stop. */
  readonly disk: DiskLimit;
  /** Whether boxes reach the Internet, as far as was seen. */
  readonly internet: boolean;
  /** Boxes may keep what lasts on a volume that is encrypted with their customer's key. */
  readonly encrypts: boolean;
  /** Boxes were seen to get the graphics cards where their spec says so; virtual machines of QEMU get none. */
  readonly graphics: boolean;
}

export interface OfferedTemplate extends Template {
  /** What its boxes are made of, `image` of their spec; null: it has not been pulled. */
  readonly content: string | null;
}
