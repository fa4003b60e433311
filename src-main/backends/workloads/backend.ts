// What every engine that runs boxes for strangers has to do, whatever it makes them of. A box is prepared
// before it is paid for and started afterwards, so that a customer never pays for what can't be made. `tests/suites/workload-backend.ts`
// holds every implementation to what is written here.
//
// All calls are idempotent, end with the signal's reason as soon as it aborts, and end by themselves in the time that `bounds` gives each.
// What an aborted call has begun is taken back by `remove` or `sweep`.

import type { BoxCheckId } from '../../../src-preload/contract/boxes.ts';
import type { Resources } from '../../../src-preload/contract/work.ts';
import type { Swept } from '../containers/swept.ts';

export interface BoxPort {
  /** On this computer, 1 to 65535. */
  readonly host: number;
  /** In the box. */
  readonly box: number;
  readonly protocol: 'tcp' | 'udp';
}

/** Of the house's own, while it tries an engine. */
export const HOUSE_BOXES: ReadonlySet<string> = new Set(['probe', 'neighbour', 'trial']);

/** What was sold: all of it is kept to, or the box is not made. */
export interface BoxSpec {
  /** By its caller, such as a lease's: 1 to 40 characters of a-z, 0-9 and "-", the first no "-", and none of `HOUSE_BOXES`. */
  readonly id: string;
  /** What the engine calls its content, such as `sha256:…`: a name may lead to another by the time of the next start. */
  readonly image: string;
  /** Of a whole machine: root's password, by which its customer gets in. Containers take theirs from their environment. */
  readonly login?: { readonly password: string };
  /** In place of the image's command; left out: its own. In a machine: run once by its root, beside its own programs. */
  readonly command?: readonly string[];
  /** May hold secrets, such as a password: it is kept by the engine alone, and no label, log or error has it. */
  readonly env: Readonly<Record<string, string>>;
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  /** All that it may write. */
  readonly diskMiB: number;
  /** Processes and threads; Proxmox VE and Kubernetes bound them by the memory alone that they take. */
  readonly pids: number;
  readonly ports: readonly BoxPort[];
  /** Internet: out to public addresses, and nowhere else. None: it answers on its ports and opens no connection of its own. */
  readonly network: 'internet' | 'none';
  /** Where it keeps what is to last as long as the box; null: it keeps nothing. */
  readonly dataPath: string | null;
  /** What is in `dataPath` is on the disk by its customer's key alone. */
  readonly encrypted?: true;
  /**
   * It gets the graphics cards, and claims so much of their memory, above 0; nothing but the claim bounds what it takes of that. Left out:
   * it gets none.
   */
  readonly gpuMiB?: number;
  /** Of one process at once; left out: what the engine gives. */
  readonly openFiles?: number;
  /** Nothing but `dataPath` and temporary folders can be written. */
  readonly readOnlyRoot: boolean;
}

/** Unknown: the engine did not answer, or said something else. It never means absent: a box that was paid for may be running. */
export type BoxStatus = 'running' | 'stopped' | 'absent' | 'unknown';

/** A box of this installation, as its engine lists it. */
export interface BoxFound {
  readonly id: string;
  readonly status: 'running' | 'stopped';
  /** `specHash` of what it was made by. */
  readonly spec: string;
}

export interface BoxStats {
  /** Since it was started, nanoseconds. */
  readonly cpuNanos: number;
  readonly memoryBytes: number;
  /** Null: the engine does not say. */
  readonly pids: number | null;
  /** Through its network since it was prepared, or where its engine counts runs, since it was started; null where it has none. */
  readonly network: { readonly receivedBytes: number; readonly sentBytes: number } | null;
}

export interface BoxExec {
  readonly exitCode: number;
  /** Standard output and standard error as they came, cut to `execBytes`. */
  readonly output: string;
}

export interface BoxEvent {
  readonly id: string;
  /** Out of memory: a program in there was ended for it, which may be before or after the box itself is said to have exited. */
  readonly kind: 'started' | 'exited' | 'out-of-memory' | 'removed';
  /** Of one that exited, where the engine says it. */
  readonly exitCode?: number;
}

/** What a box must not do or reach, and what it must be held to; docs/isolation.md has a row for each. */
export type ProbeCheckId = BoxCheckId;

export interface ProbeCheck {
  readonly id: ProbeCheckId;
  readonly held: boolean;
  /** What was seen, in the words of the program that saw it; for the owner's diagnosis. */
  readonly seen: string;
}

/** Why whole machines can be made here, or why not. */
export type MachineProbe =
  | { readonly accelerator: 'kvm' | 'tcg' }
  /** Systems that share this computer’s kernel take their place. */
  | { readonly accelerator: 'shared' }
  /** `seen`: in the words of the program that said so. */
  | { readonly accelerator: null; readonly seen: string };

export interface Probe {
  /** Boxes are offered only where every check held. */
  readonly offered: boolean;
  readonly checks: readonly ProbeCheck[];
  readonly disk: DiskLimit;
  /** Whether a public address answered from inside: a computer that is offline now can hold a box all the same. */
  readonly internet: boolean;
  readonly machines: MachineProbe;
  readonly encryption: EncryptionProbe;
  readonly graphics: GraphicsProbe;
}

/** Whether a box was seen to get the graphics cards, with nothing else that one without them has not; or why not. */
export type GraphicsProbe =
  /** Its devices, as seen from inside. */
  | { readonly works: true; readonly seen: string }
  /** Null: nothing of them is lent, so it was not tried. */
  | { readonly works: false; readonly seen: string | null };

/** Whether a box was seen to keep its data on an encrypted volume, or why not. */
export type EncryptionProbe =
  | { readonly works: true }
  /** Off: its owner has not asked for it. */
  | { readonly works: false; readonly seen: string | null };

/**
 * How what a box writes is limited. Quota: by the engine's store, on the disk. Volume: what it keeps is on a volume of its own size, and all
 * else is as with memory. Memory: the store has no quotas, so all that a box
 * writes is kept in its memory, counts as such, and is gone when it stops; a box that needs its root writable is not made.
 */
export type DiskLimit = 'quota' | 'volume' | 'memory';

/** What the engine has at most, in use or not: one in a virtual machine has less than this computer. */
export interface EngineCapacity extends Pick<Resources, 'cpuMillicores' | 'memoryMiB'> {
  /** Where boxes are kept; null: the engine does not say. */
  readonly diskMiB: number | null;
}

export interface WorkloadBackend {
  /** Which engine, and where, such as `podman at /run/user/1000/podman/podman.sock`: a box is looked for where it was made. */
  readonly id: string;
  /** Tries from inside a box of its own what boxes must not do. Rejects only where the engine does not answer. */
  probe(signal: AbortSignal): Promise<Probe>;
  /** Rejects with `workloads.engine-lost`. */
  capacity(signal: AbortSignal): Promise<EngineCapacity>;
  /** What a box takes of the computer or cluster that it is made on. */
  needs(spec: BoxSpec): Promise<Resources>;
  /**
   * Prepared with all its limits, and not started. One that is there by the same spec is left as it is. Rejects with
   * `workloads.box-differs`, `workloads.image-missing`, `workloads.ports-taken`, `workloads.needs-quota`, `workloads.limits-not-kept`,
   * `workloads.open-files`, `workloads.no-machines`, `workloads.no-graphics`, `workloads.no-encryption`, `workloads.volume-locked` or
   * `workloads.engine-*`; then nothing of it is left. `key`: of an encrypted one, 32 bytes; it is not kept, so one that is gone can't be made again without it.
   */
  create(spec: BoxSpec, signal: AbortSignal, key?: Uint8Array): Promise<void>;
  /** Rejects with `workloads.box-absent`, `workloads.volume-locked`, or `workloads.engine-*`. */
  start(id: string, signal: AbortSignal): Promise<void>;
  /** Asked to end, then ended. What is absent counts as stopped. */
  stop(id: string, signal: AbortSignal): Promise<void>;
  /** With all that belongs to it. Resolves when the engine says that there is none. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  /** Never rejects, but with the signal's reason. */
  status(id: string, signal: AbortSignal): Promise<BoxStatus>;
  /**
   * In a running box, as its root, without a shell. Rejects with `workloads.box-absent`, `workloads.box-stopped`, `workloads.no-exec` or
   * `workloads.engine-*`.
   */
  exec(id: string, command: readonly string[], signal: AbortSignal): Promise<BoxExec>;
  /** Whether a program in the box takes connections at that TCP port, asked from inside its network, within seconds; false where there is no box. */
  answers(id: string, port: number, signal: AbortSignal): Promise<boolean>;
  /** Rejects with `workloads.box-absent`, or `workloads.engine-*`. */
  stats(id: string, signal: AbortSignal): Promise<BoxStats>;
  /**
   * Takes a box off its network, or lets it on again: it stays so over its starts, and runs on meanwhile. An engine has this that can't
   * hold a box to what it may move in thirty days by itself. Rejects with `workloads.box-absent`, or `workloads.engine-*`.
   */
  cutOff?(id: string, isCut: boolean, signal: AbortSignal): Promise<void>;
  /** The end of what it printed, at most `logBytes`: a stranger's words. Empty where it is absent. */
  logs(id: string, signal: AbortSignal): Promise<string>;
  /** All boxes of this installation, also those that an earlier run has made. */
  list(signal: AbortSignal): Promise<readonly BoxFound[]>;
  /** Of a box that an earlier run has made: its status, and absent unless it was made by exactly this spec. Never rejects, as `status`. */
  adopt(spec: BoxSpec, signal: AbortSignal): Promise<BoxStatus>;
  /**
   * Removes all of this installation but the boxes named, with what was left half made or half removed. Goes on past what can't be removed;
   * rejects only where the engine does not say what there is.
   */
  sweep(keep: ReadonlySet<string>, signal: AbortSignal): Promise<Swept>;
  /** Calls `listener` until the signal aborts, then resolves. Rejects when the engine goes away: what has happened since is not known then. */
  watch(listener: (event: BoxEvent) => void, signal: AbortSignal): Promise<void>;
}
