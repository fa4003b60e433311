// Boxes at a real engine, as the suite and the hostile programs want them.
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import { findEngine, surroundings } from '../../src-main/backends/containers/engine.ts';
import { seccompProfile } from '../../src-main/backends/containers/seccomp.ts';
import { ContainerBoxes, type ContainerBoxesDeps } from '../../src-main/backends/workloads/container-boxes.ts';
import { ownNetworks } from '../../src-main/backends/workloads/own-networks.ts';
import { toolboxImage } from '../../src-main/backends/workloads/toolbox.ts';
import { VolumeHelper } from '../../src-main/backends/workloads/volumes/helper.ts';
import { Volumes } from '../../src-main/backends/workloads/volumes/volumes.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { isPortFree } from '../../src-main/base/free-port.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { runner } from '../../src-main/base/run.ts';
import { NVIDIA_CARDS } from '../../src-preload/contract/settings/boxes.ts';
import type { HostileBoxSuite } from '../suites/hostile-box.ts';
import { IMAGE } from './podman.ts';

/** By one engine, which is looked for once. */
export async function boxesAt(
  host: string,
): Promise<
  (
    installation?: string,
    times?: ContainerBoxesDeps['times'],
    mbitPerSecond?: number,
    monthlyBytes?: number,
    volumes?: Volumes,
    sizes?: boolean,
    cards?: string,
  ) => ContainerBoxes
> {
  const folder = dirname(host.replace('unix://', ''));
  const engine = await findEngine({ ...surroundings(), env: { DOCKER_HOST: host } }, AbortSignal.timeout(60_000));
  return (
    installation = 'of-this-test',
    times = {},
    mbitPerSecond = 10_000,
    monthlyBytes?: number,
    volumes?: Volumes,
    sizes = false,
    cards?: string,
  ) =>
    new ContainerBoxes({
      clock: systemClock,
      logger: silentLogger,
      engine,
      installation,
      run: runner(process.env),
      toolbox: (docker, signal) => toolboxImage({ run: runner(process.env) }, docker, signal),
      ownNetworks,
      mbitPerSecond: () => mbitPerSecond,
      monthlyBytes: () => monthlyBytes ?? null,
      seccomp: () => seccompProfile(folder),
      volumes: volumes ?? new Volumes(new VolumeHelper({ commands: () => [] })),
      machineImages: { sweep: () => Promise.resolve() },
      encrypts: () => volumes !== undefined,
      sizes: () => sizes,
      cards: () => cards ?? NVIDIA_CARDS,
      lendsCards: () => cards !== undefined,
      isPortFree,
      times,
    });
}

/** What hostile programs want of an engine. */
export function hostileAt(host: () => string): Pick<HostileBoxSuite, 'images' | 'network' | 'reachedWithout'> {
  const docker = () => dockerAt(host());
  return {
    images: async () => ({
      busybox: (await docker().getImage(IMAGE).inspect()).Id,
      toolbox: await toolboxImage({ run: runner(process.env) }, docker(), AbortSignal.timeout(60_000)),
    }),
    async network(id) {
      const { NetworkSettings } = await docker().getContainer(`hearth-of-this-test-${id}.net`).inspect();
      const { IPAddress, Gateway } = Object.values(NetworkSettings.Networks)[0]!;
      return { address: IPAddress, gateway: Gateway };
    },
    async reachedWithout(address, port) {
      const heard = new PassThrough();
      let said = '';
      heard.on('data', (bytes: Buffer) => {
        said += bytes.toString();
      });
      const command = ['nc', '-w', '5', address, String(port)];
      const [, container] = await docker().run(IMAGE, command, heard, {});
      await container.remove({ force: true, v: true });
      return said.includes('reached');
    },
  };
}

export const dockerAt = (host: string) => new Docker({ socketPath: host.replace('unix://', '') });
