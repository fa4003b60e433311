// What there is of each resource of this computer, and who has what of it. Pure, over what the engine tells.
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { BoxesView } from '../../../src-preload/contract/boxes.ts';
import type { HardwareView } from '../../../src-preload/contract/hardware.ts';
import type { Holding, LimitsView } from '../../../src-preload/contract/limits.ts';

export type ResourceId = 'slots' | 'cpu' | 'memory' | 'graphics' | 'disk';

/** Free: lent, and held by none. Used: what else is on the disk. Kept: not lent, and not used. Models: what model servers have in memory, which follows the tasks at once. */
export type Part =
  | { readonly kind: 'network'; readonly network: string; readonly value: number }
  | { readonly kind: 'models' | 'free' | 'used' | 'kept'; readonly value: number };

/** Slots in tasks, the processor in thousandths of a thread, all else in bytes. The parts make the total. */
export interface Share {
  readonly id: ResourceId;
  readonly total: number;
  readonly parts: readonly Part[];
}

const MIB = 1_048_576;

export function sharesOf(hardware: HardwareView, limits: LimitsView, backends: readonly BackendView[]): Share[] {
  const { cpu, memory, disk } = hardware;
  const { lends, held } = limits;
  const models = memoryOf(backends);
  const card = hardware.gpus.reduce((sum, { memoryBytes, shared }) => sum + (shared ? 0 : (memoryBytes ?? 0)), 0);
  return [
    share('slots', lends.slots, lends.slots, byNetwork(held, 'slots', 1), 0),
    share('cpu', cpu.threads * 1000, lends.cpuMillicores, byNetwork(held, 'cpuMillicores', 1), 0),
    share('memory', memory.totalBytes, lends.memoryMiB * MIB, byNetwork(held, 'memoryMiB', MIB), models.computer),
    ...(card > 0 ? [share('graphics', card, lends.gpuMiB * MIB, byNetwork(held, 'gpuMiB', MIB), models.graphics)] : []),
    ...(disk
      ? [
          share(
            'disk',
            disk.totalBytes,
            lends.diskMiB * MIB,
            byNetwork(held, 'diskMiB', MIB),
            0,
            disk.totalBytes - disk.freeBytes,
          ),
        ]
      : []),
  ];
}

/** What boxes have of an engine elsewhere. Of its disk nothing is known where neither the engine nor its owner says how much there is. */
export function sharesElsewhere(
  has: BoxCapacity,
  lends: BoxCapacity,
  { elsewhere: held }: Pick<LimitsView, 'elsewhere'>,
): Share[] {
  const disk = lends.diskMiB;
  return [
    share('cpu', has.cpuMillicores, lends.cpuMillicores, byNetwork(held, 'cpuMillicores', 1), 0),
    share('memory', has.memoryMiB * MIB, lends.memoryMiB * MIB, byNetwork(held, 'memoryMiB', MIB), 0),
    ...(disk === null
      ? []
      : [share('disk', (has.diskMiB ?? disk) * MIB, disk * MIB, byNetwork(held, 'diskMiB', MIB), 0)]),
  ];
}

type BoxCapacity = NonNullable<BoxesView['engine']>['capacity'];

/** `full`: of all there is, what is taken by anything. */
function share(id: ResourceId, there: number, lent: number, held: readonly Part[], models: number, full = 0): Share {
  const inUse = held.reduce((sum, { value }) => sum + value, 0);
  // More may be held, or lent by the settings, than there is.
  const total = Math.max(there, inUse + models);
  const free = Math.max(0, Math.min(lent - inUse, total - inUse - models));
  const rest = total - inUse - models - free;
  const used = Math.min(rest, Math.max(0, full - inUse));
  const kept = rest - used;
  return {
    id,
    total,
    parts: [
      ...held,
      ...(models > 0 ? [{ kind: 'models' as const, value: models }] : []),
      ...(free > 0 ? [{ kind: 'free' as const, value: free }] : []),
      ...(used > 0 ? [{ kind: 'used' as const, value: used }] : []),
      ...(kept > 0 ? [{ kind: 'kept' as const, value: kept }] : []),
    ],
  };
}

function byNetwork(held: readonly Holding[], name: keyof Holding['resources'], unit: number): Part[] {
  const sums = new Map<string, number>();
  for (const { network, resources } of held) sums.set(network, (sums.get(network) ?? 0) + resources[name] * unit);
  return [...sums].filter(([, value]) => value > 0).map(([network, value]) => ({ kind: 'network', network, value }));
}

export interface InMemory {
  readonly backend: BackendView;
  readonly model: string;
  readonly bytes: number;
  readonly graphicsBytes: number;
}

/** Models in this computer's memory, the largest first; of servers elsewhere none of it is ours. */
export function modelsInMemory(backends: readonly BackendView[]): InMemory[] {
  return backends
    .filter(({ url }) => isHere(url))
    .flatMap((backend) =>
      backend.models.flatMap(({ id, memory }) => (memory ? [{ backend, model: id, ...memory }] : [])),
    )
    .toSorted((one, other) => other.bytes - one.bytes);
}

function memoryOf(backends: readonly BackendView[]): { readonly computer: number; readonly graphics: number } {
  const all = modelsInMemory(backends);
  const graphics = all.reduce((sum, { graphicsBytes }) => sum + graphicsBytes, 0);
  return { graphics, computer: all.reduce((sum, { bytes }) => sum + bytes, 0) - graphics };
}

function isHere(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
