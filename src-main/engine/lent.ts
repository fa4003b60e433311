// What this computer lends: by the user's settings, and where those leave it open, a part of what the computer has.

import { statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Lent } from '../work/grants.ts';
import type { Resources } from '../work/resources.ts';

export interface Machine {
  readonly cores: number;
  readonly memoryMiB: number;
  readonly freeDiskMiB: number;
}

type Limit = ReturnType<Lent['limitOf']>;
type Get = <P extends SettingPath>(path: P) => SettingValue<P>;

const MIB = 1_048_576;
const MOST_DISK_MIB = 100 * 1024;

/** The disk is the one that `folder` lies on; one that does not say how much is free lends nothing unasked. */
export function thisMachine(folder: string): Machine {
  return { cores: availableParallelism(), memoryMiB: Math.floor(totalmem() / MIB), freeDiskMiB: freeMiB(folder) };
}

function freeMiB(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.floor((bavail * bsize) / MIB);
  } catch {
    return 0;
  }
}

/** All but slots, which hours and rules decide about from moment to moment. Never more than there is, whatever is set. */
export function partsLent(get: Get, machine: Machine): Omit<Resources, 'slots'> {
  return {
    cpuMillicores: Math.min(get('capacity.cpuMillicores') ?? machine.cores * 500, machine.cores * 1000),
    memoryMiB: Math.min(get('capacity.memoryMiB') ?? Math.floor(machine.memoryMiB / 4), machine.memoryMiB),
    diskMiB: get('capacity.diskMiB') ?? Math.min(MOST_DISK_MIB, Math.floor(machine.freeDiskMiB / 4)),
    gpuMiB: get('capacity.gpuMiB'),
    ports: get('capacity.ports'),
  };
}

/** The networks in the order in which they are served: the user's, then the others as they are listed. */
export function networkOrder(chosen: readonly NetworkId[]): readonly NetworkId[] {
  return [...new Set([...chosen, ...NetworkId.options])];
}

interface LendingDeps {
  readonly settings: { readonly get: Get; onChange(listener: (path: SettingPath) => void): () => void };
  /** Whether new work is taken, and how many tasks at once. */
  readonly answer: () => { readonly accepting: boolean; readonly slots: number };
  readonly machine: Machine;
}

const NONE = { cpuMillicores: 0, memoryMiB: 0, diskMiB: 0, gpuMiB: 0, ports: 0 };

/** Asked with each task, so what settings say is read when they change. */
export function lending({ settings, answer, machine }: LendingDeps): {
  lent(): Lent;
  /** By the settings, whether or not anything is taken now. */
  lends(): Omit<Resources, 'slots'>;
  placeOf(network: string): number;
} {
  let order: readonly string[] = [];
  let parts = NONE;
  let kept: Lent | undefined;
  let keptSlots = 0;
  const read = () => {
    order = networkOrder(settings.get('networks.order'));
    parts = partsLent((path) => settings.get(path), machine);
    kept = undefined;
  };
  const make = (slots: number, accepting: boolean): Lent => {
    const limits = new Map<string, Limit>(settings.get('networks.limits').map((limit) => [limit.network, limit]));
    return {
      resources: { slots, ...(accepting ? parts : NONE) },
      gpuShared: settings.get('capacity.gpuShared'),
      limitOf: (network) => limits.get(network),
    };
  };
  read();
  settings.onChange((path) => {
    if (/^(capacity\.|networks\.(order|limits)$)/.test(path)) read();
  });
  return {
    lent() {
      const { accepting, slots } = answer();
      // Whatever accepts lends a slot or more, unless no task may run at all.
      const seen = accepting ? slots : -1;
      if (!kept || keptSlots !== seen) {
        kept = make(slots, accepting);
        keptSlots = seen;
      }
      return kept;
    },
    lends: () => parts,
    placeOf(network) {
      const place = order.indexOf(network);
      return place < 0 ? order.length : place;
    },
  };
}
