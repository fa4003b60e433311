// Pulls an image, beforehand and because its user asked for it: no job and no lease does.

import type Docker from 'dockerode';
import { parseJson } from '../../base/json-scan.ts';
import { isObject } from '../../base/object.ts';
import { PullFailed } from './errors.ts';
import { Lines } from './lines.ts';

export interface PullProgress {
  /** Bytes of the layers that are known so far: Podman names none. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** One line of what an engine says while it pulls is some hundred bytes. */
const LINE_BYTES = 64 * 1024;
const BOUNDS = { depth: 32, values: 10_000 };
/** An image has some tens. */
const MOST_LAYERS = 1024;

/** Resolves when the image is here. Rejects with PullFailed, or with the signal's reason. */
export async function pullImage(
  docker: Docker,
  image: string,
  progress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const stream = await docker.pull(image, { abortSignal: signal });
    const layers = new Layers();
    const lines = new Lines(LINE_BYTES);
    for await (const bytes of stream) {
      for (const line of lines.take(bytes as Buffer)) layers.take(line.bytes);
      progress(layers.sum);
    }
    const rest = lines.rest();
    if (rest) layers.take(rest.bytes);
    await docker.getImage(image).inspect();
  } catch (error) {
    signal.throwIfAborted();
    throw new PullFailed(image, error);
  }
}

/** What an engine says of each layer while it pulls. */
class Layers {
  readonly #by = new Map<string, PullProgress>();

  get sum(): PullProgress {
    let [doneBytes, totalBytes] = [0, 0];
    for (const layer of this.#by.values()) {
      doneBytes += layer.doneBytes;
      totalBytes += layer.totalBytes;
    }
    return { doneBytes, totalBytes };
  }

  take(line: Buffer): void {
    const found = parseJson(line, BOUNDS);
    if (typeof found === 'string' || !isObject(found.value)) return;
    const { id, error, progressDetail } = found.value;
    // It goes on speaking after a failure, with the status of success.
    if (typeof error === 'string') throw new Error(error);
    if (typeof id !== 'string' || !isObject(progressDetail)) return;
    const { current, total } = progressDetail;
    if (typeof current !== 'number' || typeof total !== 'number') return;
    if (this.#by.has(id) || this.#by.size < MOST_LAYERS) this.#by.set(id, { doneBytes: current, totalBytes: total });
  }
}
