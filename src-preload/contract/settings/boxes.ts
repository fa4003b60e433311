// Images that rented boxes may be made of, chosen by the user beside the templates that Hearth knows.

import { z } from 'zod';
import { setting } from './define.ts';

const Port = z.number().int().min(1).max(65_535);
const Variable = z
  .string()
  .max(64)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a variable such as ROOT_PASSWORD');

export const OwnImage = z
  .strictObject({
    /** What the user calls it, on the page and in commands. */
    name: z
      .string()
      .max(32)
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and "-"'),
    /** What customers ask for, and what is pulled. */
    image: z
      .string()
      .max(255)
      .regex(/^[A-Za-z0-9][\w.:/@-]*$/, 'expected an image such as docker.io/library/debian:12'),
    /** Where its sshd listens in the box; left out: it has none. */
    sshPort: Port.optional(),
    /** Its environment takes the password of root by this name. */
    passwordVariable: Variable.optional(),
    /** What else listens in the box. */
    ports: z.array(Port).max(8).optional(),
    /** Further variables, the same for each customer. */
    env: z
      .record(Variable, z.string().max(1024))
      .refine((env) => Object.keys(env).length <= 16, 'at most 16 variables')
      .optional(),
  })
  .refine(({ sshPort, ports }) => sshPort !== undefined || (ports?.length ?? 0) > 0, {
    error: 'it needs an SSH port or another port: nobody could reach what is in it',
  })
  .refine(({ sshPort, passwordVariable }) => sshPort === undefined || passwordVariable !== undefined, {
    error: 'with an SSH port it needs the variable that takes the password',
  })
  .refine(({ sshPort, ports = [] }) => new Set([sshPort, ...ports]).size === ports.length + 1, {
    error: 'each port may be there once',
  });
export type OwnImage = z.infer<typeof OwnImage>;

/** What the engine has by itself is called so. */
const OF_ENGINE = /^image:[\w.:/-]+$/;

export const MachineImage = z
  .strictObject({
    /** What the user calls it, and what customers ask for. */
    name: z
      .string()
      .max(48)
      .regex(/^[a-z0-9][a-z0-9.-]*(?::[a-z0-9][a-z0-9.-]*)?$/, 'small letters, digits, "-" and ".", such as debian-12'),
    /** What it begins with, such as a disk image with cloud-init in it: a path of this computer, or an address. */
    from: z
      .string()
      .max(1024)
      .refine(
        (from) => /^https?:\/\/[^\s@]+$/.test(from) || /^(?:\/|[A-Za-z]:[\\/])/.test(from) || OF_ENGINE.test(from),
        'expected a path, an address such as https://example.org/debian-12.qcow2, or image: and what the engine calls it',
      ),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'expected its SHA-256, 64 hex digits')
      .optional(),
    /** What a machine of it needs at least. */
    memoryMiB: z.number().int().min(64).max(1_048_576).optional(),
    diskMiB: z.number().int().min(16).max(65_536).optional(),
  })
  .refine(({ from, sha256 }) => OF_ENGINE.test(from) || sha256 !== undefined, {
    path: ['sha256'],
    error: 'it needs its SHA-256, by which it is known when it has come',
  });
export type MachineImage = z.infer<typeof MachineImage>;

/** All graphics cards of Nvidia, as CDI calls them. */
export const NVIDIA_CARDS = 'nvidia.com/gpu=all';

const Folder = z
  .string()
  .max(1024)
  .regex(/^(?:\/|[A-Za-z]:[\\/])/, 'expected the path of a folder');

const HTTPS = /^https:\/\/(?:\w[\w.-]*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;

/** What boxes may have of an engine elsewhere; left out: all that it says it has. One on this computer has what is lent here. */
const most = {
  cores: z.number().int().min(1).max(100_000).optional(),
  memoryGiB: z.number().int().min(1).max(1_000_000).optional(),
  /** Needed where the engine does not say how much disk it has. */
  diskGiB: z.number().int().min(1).max(1_000_000).optional(),
};

/** The same of the memory of its graphics cards; left out: none, for no engine says what it has. */
const cards = { gpuGiB: z.number().int().min(1).max(10_000).optional() };

/** Where boxes are made. */
export const BoxEngineChoice = z.discriminatedUnion('engine', [
  /** Podman or Docker, whichever answers. */
  z
    .strictObject({
      engine: z.literal('containers'),
      /** On another computer; left out: on this one, where one answers by itself. */
      at: z
        .string()
        .max(300)
        .regex(
          /^(?:tcp:\/\/(?:\w[\w.-]*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?|ssh:\/\/(?:\w[\w.-]*@)?(?:\w[\w.-]*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?(?:\/[\w./-]*)?)$/,
          'expected an address such as ssh://me@server/run/podman/podman.sock or tcp://server:2376',
        )
        .optional(),
      /** Of TLS: the folder with ca.pem, cert.pem and key.pem. */
      certificates: Folder.optional(),
      ...most,
      ...cards,
    })
    .refine(({ at, certificates }) => !at?.startsWith('tcp:') || certificates !== undefined, {
      path: ['certificates'],
      error: 'over TLS it needs the folder with ca.pem, cert.pem and key.pem',
    }),
  z
    .strictObject({
      engine: z.literal('lxd'),
      /** On another computer, or the member of a cluster that boxes are made on; left out: on this one. */
      at: z.string().max(300).regex(HTTPS, 'expected an address such as https://server:8443').optional(),
      /** Of that: the folder with client.crt, client.key and server.crt. */
      certificates: Folder.optional(),
      /** Left out: where LXD and Incus answer by themselves. */
      socket: z
        .string()
        .max(100)
        .regex(/^\/[^\0]+$/, 'expected the path of a socket such as /var/lib/incus/unix.socket')
        .optional(),
      /** The storage pool of boxes, which needs quotas; left out: the one called default, or the first. */
      pool: z
        .string()
        .max(63)
        .regex(/^[\w.-]+$/, 'expected the name of a storage pool')
        .optional(),
      ...most,
      ...cards,
    })
    .refine(({ at, certificates }) => at === undefined || certificates !== undefined, {
      path: ['certificates'],
      error: 'on another computer it needs the folder with client.crt, client.key and server.crt',
    })
    .refine(({ at, socket }) => at === undefined || socket === undefined, {
      path: ['socket'],
      error: 'is of this computer: leave out either it or the address',
    }),
  z.strictObject({
    engine: z.literal('proxmox'),
    /** Any node of the cluster. */
    at: z.string().max(300).regex(HTTPS, 'expected an address such as https://server:8006'),
    /** The folder with `token` (user@realm!name=secret) and, unless its certificate is a public one, `ca.pem`. */
    certificates: Folder,
    /** Where disks of boxes are. */
    storage: z
      .string()
      .max(100)
      .regex(/^[A-Za-z][\w.-]*$/, 'expected the name of a storage')
      .default('local-lvm'),
    /** Where boxes get an address. */
    bridge: z
      .string()
      .max(15)
      .regex(/^[A-Za-z][\w.-]*$/, 'expected the name of a bridge')
      .default('vmbr0'),
    /** Numbers that boxes may have, the first and the last. */
    vmids: z
      .tuple([z.number().int().min(100), z.number().int().max(999_999_999)])
      .refine(([first, last]) => first <= last && last - first < 100_000, 'expected the first number and the last')
      .default([1000, 1999]),
    ...most,
  }),
  z
    .strictObject({
      engine: z.literal('kubernetes'),
      /** The folder with `kubeconfig`, which nobody else may write. */
      certificates: Folder,
      /** Of those that are in it; left out: the one that is current there. */
      context: z.string().min(1).max(253).optional(),
      /** Where disks of boxes are; left out: what they keep is in their memory. */
      storageClass: z
        .string()
        .max(253)
        .regex(/^[a-z0-9][a-z0-9.-]*$/, 'expected the name of a storage class')
        .optional(),
      /** How customers come in: by a port of every node, or by a load balancer. */
      service: z.enum(['NodePort', 'LoadBalancer']).default('NodePort'),
      /** Where customers are led to; left out: a node’s. */
      address: z
        .string()
        .max(253)
        .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'expected an address or a name')
        .optional(),
      ...most,
      ...cards,
      /** The image that boxes are tried with: it has bash and perl. */
      toolbox: z
        .string()
        .max(255)
        .regex(/^[A-Za-z0-9][\w.:/@-]*$/, 'expected an image such as docker.io/library/debian:12-slim')
        .default('docker.io/library/debian:12-slim'),
    })
    .refine(({ service, address }) => service === 'NodePort' || address !== undefined, {
      path: ['address'],
      error: 'with a load balancer it needs the address that this gives',
    }),
]);
export type BoxEngineChoice = z.infer<typeof BoxEngineChoice>;

export const boxesSettings = {
  'backends.boxEngine': setting(
    BoxEngineChoice,
    { engine: 'containers' },
    'What makes boxes for strangers: containers of Podman or Docker, on this computer or on another, system containers of LXD or Incus, containers of Proxmox VE, or pods of Kubernetes. Boxes that there are stay where they are until they end.',
    { inFront: true },
  ),
  'backends.machines': setting(
    z
      .array(MachineImage)
      .max(16)
      .refine(
        (images) => new Set(images.map(({ name }) => name)).size === images.length,
        'each name may be there once',
      ),
    [],
    'Disk images that customers may rent a virtual machine of, each with its SHA-256. Each is fetched by you beforehand.',
    { inFront: true },
  ),
  'backends.machinesWithoutKvm': setting(
    z.boolean(),
    false,
    'Sell virtual machines where the processor can’t run them by itself: they are ten to twenty times slower.',
  ),
  'backends.sizedVolumes': setting(
    z.boolean(),
    false,
    'Where the engine can’t limit what boxes write to the disk, keep it on volumes of the size that was sold, and not in memory. It takes administrator rights for the same small program as encrypted volumes.',
    { inFront: true },
  ),
  'backends.encryptedVolumes': setting(
    z.boolean(),
    false,
    'Let customers have what they keep encrypted with a key of their own. It takes administrator rights for one small program, which docs/isolation.md shows; you are asked for a password at each start, unless a rule of sudo allows it.',
    { inFront: true },
  ),
  'backends.boxGraphics': setting(
    z
      .string()
      .max(200)
      .regex(
        /^[a-z0-9][a-z0-9.-]*\/[A-Za-z][\w-]*=[A-Za-z0-9][\w.:-]*$/,
        'expected a device as CDI names it, such as nvidia.com/gpu=all, amd.com/gpu=all or intel.com/gpu=all',
      ),
    NVIDIA_CARDS,
    'The graphics cards that rented boxes get whose offer says so, as CDI names them. No other box gets any.',
    { inFront: true },
  ),
  'backends.boxInternet': setting(
    z.boolean(),
    true,
    'Rented boxes may connect to the Internet, by your address. Off: they only answer at their ports, which your offer says. Boxes that there are keep what they were sold with.',
  ),
  'backends.boxImages': setting(
    z
      .array(OwnImage)
      .max(16)
      .refine(
        (images) => new Set(images.map(({ name }) => name)).size === images.length,
        'each name may be there once',
      ),
    [],
    'Images beside the templates that customers may rent a box of, such as one with an SSH server. Each is pulled by you beforehand.',
    { inFront: true },
  ),
};
