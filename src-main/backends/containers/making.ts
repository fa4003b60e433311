// A container as it was planned, of an image as it is here now: both are looked at before anything runs.

import type Docker from 'dockerode';
import { ENGINE } from './bounds.ts';
import { limitMissing } from './limits-kept.ts';
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
  docker: Docker,
  plan: Docker.ContainerCreateOptions,
  refused: Refused,
): Promise<Docker.Container> {
  const container = await docker.createContainer(plan);
  const missing = limitMissing(plan, await container.inspect());
  if (missing !== undefined) throw refused(missing);
  return container;
}
