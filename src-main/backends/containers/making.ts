// A container as it was planned, of an image as it is here now: both are looked at before anything runs.

import type Docker from 'dockerode';
import { ENGINE } from './bounds.ts';
import type { Engine } from './engine.ts';
import { limitMissing } from './limits-kept.ts';
import { podmanSpec } from './podman-spec.ts';
import { unlessAbsent } from './requests.ts';

export interface ImageHere {
  /** A name may lead to another by the time that a container is made. */
  readonly id: string;
  /** Places that it wants volumes for. */
  readonly volumes: readonly string[];
}

/** Of a limit that is not kept. */
type Refused = (limit: string) => Error;

/** Undefined where it is not here: nothing is pulled for a job or a lease. Rejects with what `refused` makes of too many volumes. */
export async function imageHere(docker: Docker, name: string, refused: Refused): Promise<ImageHere | undefined> {
  const image = await unlessAbsent(docker.getImage(name).inspect());
  if (!image) return undefined;
  const volumes = Object.keys(image.Config?.Volumes ?? {});
  if (volumes.length > ENGINE.volumes) throw refused('volumes');
  return { id: image.Id, volumes };
}

/**
 * Not started, and with all its limits. Rejects with what `refused` makes of one that the engine has dropped; removing it is its caller's.
 * No request is aborted: an engine goes on with it all the same, and what it makes then would be left.
 */
export async function makeContainer(
  { docker, make }: Pick<Engine, 'docker' | 'make'>,
  plan: Docker.ContainerCreateOptions,
  refused: Refused,
): Promise<Docker.Container> {
  const wantsDevices = (plan.HostConfig?.DeviceRequests ?? []).length > 0;
  const container =
    make === 'podman' && wantsDevices ? await makeByPodman(docker, plan) : await docker.createContainer(plan);
  const missing = limitMissing(plan, await container.inspect());
  if (missing !== undefined) throw refused(missing);
  return container;
}

/** By its own interface, which takes devices by their names in CDI. */
async function makeByPodman(docker: Docker, plan: Docker.ContainerCreateOptions): Promise<Docker.Container> {
  const request = {
    path: '/v4.0.0/libpod/containers/create',
    method: 'POST',
    options: podmanSpec(plan),
    statusCodes: { 201: true, 400: 'bad request', 404: 'no such image', 409: 'conflict', 500: 'server error' },
  };
  const { modem } = docker as {
    modem: { dial(of: object, done: (error: unknown, made: { readonly Id: string }) => void): void };
  };
  const { Id } = await new Promise<{ readonly Id: string }>((resolve, reject) => {
    modem.dial(request, (error, made) => (error ? reject(error) : resolve(made)));
  });
  return docker.getContainer(Id);
}
