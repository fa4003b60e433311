import { z } from 'zod';
import { NetworkId } from '../networks/index.ts';
import { Resources } from '../work.ts';
import { setting } from './define.ts';

const Part = z.number().int().min(0).max(1_000_000_000);

/** The most that one network may hold; what is left out does not bind. */
const NetworkLimit = z.strictObject({ network: NetworkId, ...Resources.partial().shape });

export const capacitySettings = {
  'capacity.cpuMillicores': setting(
    Part.nullable(),
    null,
    'Processor time that jobs and leases may hold, over all networks, in thousandths of a core; null: half of what this computer has.',
  ),
  'capacity.memoryMiB': setting(
    Part.nullable(),
    null,
    'Memory that jobs and leases may hold, in MiB; null: a quarter of what this computer has.',
  ),
  'capacity.diskMiB': setting(
    Part.nullable(),
    null,
    'Disk that jobs and leases may hold, in MiB; null: a quarter of what was free when Hearth started, at most 100 GiB.',
  ),
  'capacity.gpuMiB': setting(
    Part,
    0,
    'Memory of the graphics card that jobs and leases may hold, in MiB. Models are bound by capacity.maxConcurrent in its place.',
  ),
  'capacity.ports': setting(z.number().int().min(0).max(1024), 16, 'Ports that jobs and leases may hold.'),
  'capacity.boxMbit': setting(
    z.number().int().min(1).max(100_000),
    20,
    'What each rented box may send, and what it may take, in Mbit a second. Kubernetes can’t hold them to it. Boxes that run keep what they were made with.',
  ),
  'capacity.boxGigabytes': setting(
    z.number().int().min(1).max(1_000_000).nullable(),
    null,
    'What each rented box may move in thirty days, sent and received together, in GB; null: as much as its rate lets through. Those of Podman and Docker keep what was set when they were made; others are cut off within 20 seconds.',
  ),
  'capacity.gpuShared': setting(
    z.boolean(),
    false,
    'Models and containers share one graphics card: what containers hold of capacity.gpuMiB leaves fewer tasks at once, and the other way round.',
  ),
  'capacity.pausedJobs': setting(
    z.enum(['finish', 'hand-back']),
    'finish',
    'What becomes of running jobs when sharing is paused, hours end or a rule stops it: they finish, or go back to their manager. Leases go on until what was paid for is over.',
  ),
  'networks.order': setting(
    z
      .array(NetworkId)
      .max(NetworkId.options.length)
      .refine((ids) => new Set(ids).size === ids.length, 'each network once'),
    [],
    'Which network is served first when several wait for the same, as ["iicp"]; those that are left out come after these.',
  ),
  'networks.limits': setting(
    z
      .array(NetworkLimit)
      .max(NetworkId.options.length)
      .refine((limits) => new Set(limits.map(({ network }) => network)).size === limits.length, 'each network once'),
    [],
    'The most that one network may hold, as [{"network":"iicp","slots":2}], with slots, cpuMillicores, memoryMiB, diskMiB, gpuMiB and ports; what is left out does not bind.',
  ),
};
