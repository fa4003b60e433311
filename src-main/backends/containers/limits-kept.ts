// Whether an engine made a container as it was asked to. One whose kernel can't keep a limit drops it, and makes the container all the same.

import type Docker from 'dockerode';

/** The first limit that a container does not have though it was planned. */
export function limitMissing(
  { HostConfig: planned }: Docker.ContainerCreateOptions,
  { HostConfig: made }: Pick<Docker.ContainerInspectInfo, 'HostConfig'>,
): string | undefined {
  const same = (name: 'Memory' | 'PidsLimit' | 'ReadonlyRootfs') => made[name] === planned?.[name];
  const checks: readonly (readonly [string, boolean])[] = [
    ['memoryMiB', same('Memory')],
    ['pids', same('PidsLimit')],
    ['cpuMillicores', cpusOf(made) === cpusOf(planned ?? {})],
    ['read-only', same('ReadonlyRootfs')],
    ['network', planned?.NetworkMode !== 'none' || made.NetworkMode === 'none'],
    // Settings of an engine's own may give some to every container.
    ['devices', wantsCards(planned) || count(made.Devices) <= count(planned?.Devices)],
    [
      'privileges',
      made.Privileged !== true &&
        (made.SecurityOpt ?? []).some((option: string) => option.startsWith('no-new-privileges')),
    ],
  ];
  return checks.find(([, kept]) => !kept)?.[0];
}

const count = (all: readonly unknown[] | null | undefined) => all?.length ?? 0;

/** What belongs to a card is known to who has described it. */
const wantsCards = (planned: Docker.HostConfig | undefined) => count(planned?.DeviceRequests) > 0;

/** Billionths of a core, however an engine says it. */
function cpusOf({ NanoCpus, CpuQuota, CpuPeriod }: Docker.HostConfig): number {
  if (NanoCpus) return NanoCpus;
  return CpuQuota && CpuPeriod ? Math.round((CpuQuota / CpuPeriod) * 1e9) : 0;
}
