// A container as Podman's own interface has it, of a plan for Docker's, which Podman speaks as well: by that, versions before 5.4 make a
// container without the devices of CDI that were asked for, and say nothing. Pure, and whole: a member that it does not know is an error,
// so that no plan loses a limit here.

import type Docker from 'dockerode';

/** How many nanoseconds of a core go into a period of it. */
const PERIOD_US = 100_000;
const NANOS = 1_000_000_000;

type Known<T> = { readonly [K in keyof T]?: T[K] };

/** Throws where the plan has a member that is not translated. */
export function podmanSpec(plan: Docker.ContainerCreateOptions): object {
  const {
    name,
    Image,
    Cmd,
    Env,
    Labels,
    User,
    WorkingDir,
    Hostname,
    Tty,
    OpenStdin,
    Healthcheck,
    HostConfig,
    ...rest
  } = plan;
  // Who attaches to it says what of, and when it ends.
  const { AttachStdin: _in, AttachStdout: _out, AttachStderr: _err, StdinOnce: _once, ...unknown } = rest;
  assertNone(unknown);
  return {
    name,
    image: Image,
    ...(Cmd && { command: Cmd }),
    env: Object.fromEntries(
      (Env ?? []).map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
    ),
    labels: Labels,
    ...(User !== undefined && { user: User }),
    ...(WorkingDir !== undefined && { work_dir: WorkingDir }),
    ...(Hostname !== undefined && { hostname: Hostname }),
    terminal: Tty === true,
    stdin: OpenStdin === true,
    ...(Healthcheck && { healthconfig: Healthcheck }),
    ...hostSpec(HostConfig ?? {}),
  };
}

function hostSpec(host: Docker.HostConfig & { readonly CgroupnsMode?: string }): object {
  const { NetworkMode, CapDrop, CapAdd, SecurityOpt, Privileged, IpcMode, CgroupnsMode, UsernsMode, ...more } = host;
  const { Memory, MemorySwap, NanoCpus, BlkioWeight, PidsLimit, Ulimits, ReadonlyRootfs, Tmpfs, Binds, ...others } =
    more;
  const { RestartPolicy, LogConfig, StorageOpt, ShmSize, DeviceRequests, ...unknown } = others;
  assertNone(unknown);
  const seccomp = (SecurityOpt ?? []).find((one: string) => one.startsWith('seccomp='))?.slice('seccomp='.length);
  const binds = (Binds ?? []).map(bindOf);
  return {
    netns: namespace(NetworkMode ?? 'default'),
    cap_drop: CapDrop,
    ...(CapAdd && { cap_add: CapAdd }),
    no_new_privileges: (SecurityOpt ?? []).includes('no-new-privileges'),
    ...(seccomp !== undefined && { seccomp_profile_path: seccomp }),
    privileged: Privileged === true,
    ipcns: { nsmode: IpcMode },
    cgroupns: { nsmode: CgroupnsMode },
    ...(UsernsMode !== undefined && { userns: { nsmode: UsernsMode } }),
    resource_limits: {
      memory: { limit: Memory, swap: MemorySwap },
      cpu: { quota: Math.round(((NanoCpus ?? 0) / NANOS) * PERIOD_US), period: PERIOD_US },
      pids: { limit: PidsLimit },
      ...(BlkioWeight !== undefined && { blockIO: { weight: BlkioWeight } }),
    },
    ...(Ulimits && {
      r_limits: Ulimits.map(({ Name, Soft, Hard }) => ({
        type: Name,
        soft: Soft,
        hard: Hard,
      })),
    }),
    read_only_filesystem: ReadonlyRootfs === true,
    // Else it would put folders in memory beside ours.
    read_write_tmpfs: false,
    mounts: [
      ...Object.entries((Tmpfs ?? {}) as Record<string, string>).map(([destination, options]) => ({
        type: 'tmpfs',
        source: 'tmpfs',
        destination,
        options: options.split(','),
      })),
      ...binds
        .filter(({ from }) => from.startsWith('/'))
        .map(({ from, to, options }) => ({ type: 'bind', source: from, destination: to, options })),
    ],
    volumes: binds
      .filter(({ from }) => !from.startsWith('/'))
      .map(({ from, to, options }) => ({ Name: from, Dest: to, Options: options })),
    restart_policy: RestartPolicy?.Name,
    log_configuration: {
      driver: LogConfig?.Type,
      ...(LogConfig?.Config?.['max-size'] !== undefined && { size: Number(LogConfig.Config['max-size']) }),
    },
    ...(StorageOpt && { storage_opts: StorageOpt }),
    ...(ShmSize !== undefined && { shm_size: ShmSize }),
    devices: (DeviceRequests ?? []).flatMap(({ DeviceIDs }) => (DeviceIDs ?? []).map((path) => ({ path }))),
  };
}

function namespace(mode: string): object {
  if (mode === 'default') return {};
  const [nsmode, value] = mode.split(':', 2);
  return value === undefined ? { nsmode } : { nsmode, value };
}

function bindOf(bind: string): { readonly from: string; readonly to: string; readonly options: readonly string[] } {
  const [from = '', to = '', options = ''] = bind.split(':', 3);
  return { from, to, options: options.split(',') };
}

function assertNone(unknown: Known<object>): void {
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw new Error(`Podman would not hear of ${name}`);
}
