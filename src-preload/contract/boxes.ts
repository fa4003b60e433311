// Boxes for strangers, as the owner of this computer sees them: the engine that makes them, whether a box would hold, what they are made
// of, and what each takes.

import { z } from 'zod';
import { live, Nothing, Reason, request, Time } from './define.ts';
import { Resources } from './work.ts';

const Count = z.number().int().nonnegative();

/**
 * Off: nobody wants any, so no engine was looked for. None: none answers. Refused: a box would not hold here. Changing: another engine was
 * chosen, which follows when the boxes of this one have ended. Open: boxes can be made.
 */
export const BoxesStage = z.enum(['off', 'looking', 'none', 'probing', 'refused', 'changing', 'open']);
export type BoxesStage = z.infer<typeof BoxesStage>;

/** What a box must not do or reach, and what it must be held to; docs/isolation.md has a row for each. */
export const BoxCheckId = z.enum([
  'image',
  'packet-filter',
  'limits',
  'capabilities',
  'no-new-privileges',
  'seccomp',
  'users',
  'memory',
  'cpu',
  'pids',
  'disk',
  'read-only',
  'devices',
  'mount',
  'kernel-settings',
  'this-computer',
  'home-network',
  'metadata',
  'other-boxes',
  'ipv6',
  'mail',
  'dns',
]);
export type BoxCheckId = z.infer<typeof BoxCheckId>;

export const BoxCheck = z.object({
  id: BoxCheckId,
  held: z.boolean(),
  /** In the words of the program that saw it. */
  seen: z.string(),
});
export type BoxCheck = z.infer<typeof BoxCheck>;

/** What makes boxes. */
export const BoxEngineMake = z.enum(['podman', 'docker', 'lxd', 'incus', 'proxmox', 'kubernetes']);
export type BoxEngineMake = z.infer<typeof BoxEngineMake>;

/** By what whole machines run here: the processor (kvm), a program in its place (tcg), or this computer’s kernel (shared); null: none do. */
const BoxMachines = z.discriminatedUnion('accelerator', [
  z.object({ accelerator: z.enum(['kvm', 'tcg', 'shared']) }),
  z.object({ accelerator: z.null(), seen: z.string() }),
]);

/** Whether a box was seen to keep its data on a volume that is encrypted; seen: why not, null where nobody has asked for it. */
const BoxEncryption = z.discriminatedUnion('works', [
  z.object({ works: z.literal(true) }),
  z.object({ works: z.literal(false), seen: z.string().nullable() }),
]);

/** Whether a box was seen to get the graphics cards; seen: its devices, or why not, null where nothing of them is lent. */
const BoxGraphics = z.discriminatedUnion('works', [
  z.object({ works: z.literal(true), seen: z.string() }),
  z.object({ works: z.literal(false), seen: z.string().nullable() }),
]);

/** What a running box took, from one look to the next. */
const BoxUse = z.object({
  at: Time,
  cpuMillicores: Count,
  memoryMiB: Count,
});

export const BoxView = z.object({
  id: z.string(),
  /** Whose it is, and the lease that it is for; null: left over, and about to go. */
  network: z.string().nullable(),
  job: z.number().int().nullable(),
  status: z.enum(['running', 'stopped', 'unknown']),
  /** How it ended by itself, of one that is stopped; exitCode: null where the engine does not say. Null: Hearth has not heard of it. */
  ended: z
    .object({
      kind: z.enum(['exited', 'out-of-memory']),
      exitCode: z.number().int().nullable(),
      at: Time,
    })
    .nullable(),
  /** What its lease holds; null where there is none. */
  resources: Resources.nullable(),
  /** The newest last, of the last half an hour at most. */
  use: z.array(BoxUse),
  /** Through its network in this run of Hearth; null where it has none. */
  movedBytes: Count.nullable(),
});
export type BoxView = z.infer<typeof BoxView>;

export const BoxImageView = z.object({
  slug: z.string(),
  image: z.string(),
  /** A whole machine is made of it, and no container. */
  machine: z.boolean(),
  /** By which its registry knows what is here; null where nothing is, or where the engine does not say. */
  digest: z.string().nullable(),
  /** Null: it is not on this computer. */
  bytes: Count.nullable(),
  minimum: Resources.pick({ cpuMillicores: true, memoryMiB: true, diskMiB: true }),
});
export type BoxImageView = z.infer<typeof BoxImageView>;

/** `diskMiB` null: the engine does not say how much there is. */
const BoxCapacity = Resources.pick({ cpuMillicores: true, memoryMiB: true }).extend({ diskMiB: Count.nullable() });

export const BoxesView = z.object({
  stage: BoxesStage,
  /** Why no box can be made now, with a next step; null: one can. */
  missing: Reason.nullable(),
  /** A network that sells boxes is joined. */
  wanted: z.boolean(),
  /** Null while none answers. */
  engine: z
    .object({
      make: BoxEngineMake,
      at: z.string(),
      rootless: z.boolean(),
      capacity: BoxCapacity,
      /** What boxes may have of that, of an engine elsewhere; null: it is on this computer, and boxes have what this one lends. */
      lends: BoxCapacity.nullable(),
    })
    .nullable(),
  /** The last one in this run of Hearth. */
  probe: z
    .object({
      at: Time,
      checks: z.array(BoxCheck),
      disk: z.enum(['quota', 'volume', 'memory']),
      internet: z.boolean(),
      machines: BoxMachines,
      encryption: BoxEncryption,
      graphics: BoxGraphics,
    })
    .nullable(),
  images: z.array(BoxImageView),
  /** Images of all templates together may take so much of the disk. */
  imageBudgetBytes: Count,
  pulling: z.object({ slug: z.string(), since: Time, doneBytes: Count, totalBytes: Count }).nullable(),
  boxes: z.array(BoxView),
});
export type BoxesView = z.infer<typeof BoxesView>;

const Slug = z.object({ slug: z.string().max(64) });

export const boxesRequests = {
  'boxes.get': request(Nothing, live(BoxesView)),
  /** Looks for an engine, and tries whether a box would hold. Answers at once; the slice says how it goes. */
  'boxes.probe': request(Nothing, Nothing),
  /** The end of what a box printed, at most 64 KiB: a stranger's words. Rejects with `boxes.unknown` and `workloads.*`. */
  'boxes.logs': request(z.object({ id: z.string().max(64) }), z.object({ text: z.string() })),
  /**
   * Ends a box: with its lease where it has one, whose customer gets back what is left. Answers when that is done. Rejects with
   * `boxes.unknown`, `boxes.rented`, `boxes.rentals-unknown`, `workloads.*`, and as `work.endLease`.
   */
  'boxes.end': request(z.object({ id: z.string().max(64) }), Nothing),
  /** Answers when the image is here. Rejects with `boxes.pull-under-way`, `boxes.pull-stopped`, `containers.*` and `workloads.*`. */
  'boxes.pull': request(Slug, Nothing),
  'boxes.stopPull': request(Nothing, Nothing),
  'boxes.removeImage': request(Slug, Nothing),
};
export const boxesPushes = { 'boxes.changed': live(BoxesView) };
