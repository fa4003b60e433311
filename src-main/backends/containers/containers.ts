// The containers of this installation, known by their label. One whose job is over is removed until the engine says that it is not there;
// where that takes too long it is asked again before the next job, and at the next start.

import type Docker from 'dockerode';
import type { Clock } from '../../base/clock.ts';
import { ENGINE } from './bounds.ts';
import { ContainerStays } from './errors.ts';
import { isAbsent, REQUEST_MS } from './requests.ts';
import { type Swept, sweptEach } from './swept.ts';

const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/** Whose a container is. */
export const LABEL = 'hearth.installation';

export class Containers {
  readonly #clock: Clock;
  readonly #installation: string;
  readonly #live = new Set<string>();

  constructor(clock: Clock, installation: string) {
    this.#clock = clock;
    this.#installation = installation;
  }

  /** Of a job that begins: it is not swept away until it is removed. */
  claim(name: string): void {
    this.#live.add(name);
  }

  /** By name, whether or not it was ever made. Rejects with ContainerStays. */
  remove(docker: Docker, name: string): Promise<void> {
    this.#live.delete(name);
    return removeContainer(this.#clock, docker, name);
  }

  /** Removes all of this installation that belong to no job which runs. Rejects where the engine does not say what there is. */
  async sweep(docker: Docker, signal: AbortSignal): Promise<Swept> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
    const found = await containersOf(docker, this.#installation, { abortSignal: within });
    const left = found.filter(({ Names }) => !Names.some((name) => this.#live.has(name.replace(/^\//, ''))));
    const ids = left.map(({ Id }) => Id);
    return sweptEach(ids, (id) => removeContainer(this.#clock, docker, id, signal), signal);
  }
}

/**
 * Those of an installation, also the ones that have ended; `label`: which they have besides. A Podman that was killed while it removed one
 * of them has forgotten half of it, and would list none of them until that one is gone.
 */
export async function containersOf(
  docker: Docker,
  installation: string,
  { label, abortSignal }: { readonly label?: string; readonly abortSignal?: AbortSignal } = {},
): Promise<readonly Docker.ContainerInfo[]> {
  const labels = [`${LABEL}=${installation}`, ...(label === undefined ? [] : [label])];
  const given = abortSignal && { abortSignal };
  const removed = new Set<string>();
  while (true) {
    try {
      return await docker.listContainers({ all: true, filters: { label: labels }, ...given });
    } catch (error) {
      const id = halfRemoved(error);
      if (id === undefined || removed.has(id) || removed.size === MOST_HALF_REMOVED) throw error;
      removed.add(id);
      // What it answers says nothing: it complains of the half that is gone, and removes the other.
      await docker
        .getContainer(id)
        .remove({ force: true, v: true, ...given })
        .catch(() => undefined);
    }
  }
}

/** A kill has a few of them in its midst at most. */
const MOST_HALF_REMOVED = 16;

const halfRemoved = (error: unknown) =>
  /getting container from store "([0-9a-f]{64})": container not known/.exec(String(error))?.[1];

/** By name or id, whether or not it was ever made. Rejects with ContainerStays, or with the signal's reason. */
export async function removeContainer(
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  docker: Docker,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const end = clock.monotonic() + ENGINE.removeMs;
  const within = () => AbortSignal.any([AbortSignal.timeout(REQUEST_MS), ...(signal ? [signal] : [])]);
  for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    let failure: unknown;
    try {
      const container = docker.getContainer(name);
      await container.remove({ force: true, v: true, abortSignal: within() }).catch(unlessGoing);
      // An engine that is removing it already says so by an error, or by nothing.
      await container.inspect({ abortSignal: within() });
    } catch (error) {
      if (isAbsent(error)) return;
      signal?.throwIfAborted();
      failure = error;
    }
    if (clock.monotonic() >= end) throw new ContainerStays(failure);
    await clock.sleep(pauseMs, signal);
  }
}

function unlessGoing(error: unknown): void {
  // In the middle of being removed by an earlier request, says Docker.
  if (!isAbsent(error) && (error as { statusCode?: number }).statusCode !== 409) throw error;
}
